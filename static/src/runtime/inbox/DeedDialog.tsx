/** Asks what a rarer deed needs: whom, how far back, in which words, with which files. */
import { Input, Modal, Select } from "antd";
import { useState } from "react";
import { pick, t } from "../../kernel/i18n";
import type { Field, Value } from "../../kernel/types";
import { fieldKind } from "../../kit/fields";
import { attached } from "../../kit/attached";
import type { Deed, Task } from "../flows/types";

export interface Given {
  comment?: string;
  to?: number[];
  path?: string;
  files?: { id: number | string; key: string; name: string }[];
}

const people: Field = { name: "to", label: "", type: "user", access: "write", multiple: true };
const papers: Field = { name: "files", label: "", type: "file", access: "write" };

export function DeedDialog({ deed, task, comment, busy, close, act }: { deed: Deed; task: Pick<Task, "returns">; comment: string; busy: boolean; close: () => void; act: (given: Given) => void }) {
  const [text, setText] = useState(comment);
  const [to, setTo] = useState<Value>(null);
  const [path, setPath] = useState(task.returns[0]?.path ?? "");
  const [files, setFiles] = useState<Value>(null);
  const whom = deed === "transfer" || deed === "add";
  const People = fieldKind("user").Input!;
  const Files = fieldKind("file").Input!;
  const ids = (Array.isArray(to) ? to : to ? [to] : []).map((item) => Number((item as { id: number }).id));
  const ready = whom ? ids.length > 0 : deed === "comment" ? !!text.trim() || attached(files).length > 0 : true;
  return (
    <Modal open title={t(`tasks.do_${deed}`)} okText={t(`tasks.do_${deed}`)} cancelText={t("do.cancel")} okButtonProps={{ disabled: !ready, loading: busy }} onCancel={close} width={460} onOk={() => act({
      comment: text.trim(), ...(whom ? { to: ids } : {}), ...(deed === "return" ? { path } : {}), ...(attached(files).length ? { files: attached(files) } : {}),
    })}>
      <div className="new-form">
        {whom && <div><label htmlFor="deed-whom" className="field-label">{t(deed === "add" ? "tasks.whom_to_add" : "tasks.to_whom")}</label><People id="deed-whom" field={{ ...people, multiple: deed === "add" }} value={to} autoFocus onChange={setTo} /></div>}
        {deed === "return" && <label><span className="field-label">{t("tasks.back_to")}</span><Select value={path} aria-label={t("tasks.back_to")} style={{ width: "100%" }} options={task.returns.map((item) => ({ value: item.path, label: item.path ? pick(item.label) : pick(item.label) || t("tasks.the_starter") }))} onChange={setPath} /></label>}
        <label><span className="field-label">{t(deed === "comment" ? "tasks.comment" : "tasks.opinion_label")}</span><Input.TextArea autoFocus={!whom} rows={3} value={text} onChange={(event) => setText(event.target.value)} /></label>
        {deed === "comment" && <div><span className="field-label">{t("tasks.files")}</span><Files field={papers} value={files} onChange={setFiles} /></div>}
      </div>
    </Modal>
  );
}
