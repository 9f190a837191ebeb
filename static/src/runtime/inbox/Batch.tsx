/** Many approvals at once: chosen in the list, answered with one opinion; those that could not be done say why. */
import { Button, Input, Modal } from "antd";
import { useState } from "react";
import { post } from "../../kernel/api";
import { t } from "../../kernel/i18n";
import { useToast } from "../../kit/toast";
import type { TaskItem } from "../flows/types";
import { refreshTasks } from "./counts";

interface Answer {
  done: number[];
  failed: { id: number; message: string }[];
}

export function Batch({ ids, all, select, close }: { ids: number[]; all: readonly TaskItem[]; select: (ids: number[]) => void; close: () => void }) {
  const toast = useToast();
  const [deed, setDeed] = useState<"approve" | "reject" | "">("");
  const [comment, setComment] = useState("");
  const [busy, setBusy] = useState(false);
  const act = async () => {
    setBusy(true);
    try {
      const { done, failed } = await post<Answer>("tasks/batch", { ids, deed, comment: comment.trim() });
      refreshTasks();
      if (done.length) toast.done(t(`tasks.batch_${deed}d`, { count: done.length }));
      if (failed.length) toast.modal.warning({ title: t("tasks.batch_failed", { count: failed.length }), okText: t("do.close"), content: <ul className="batch-failed">{failed.map((item) => <li key={item.id}><b>{all.find((one) => one.id === item.id)?.title ?? ""}</b> {item.message}</li>)}</ul> });
      setDeed("");
      setComment("");
      if (failed.length) select(failed.map((item) => item.id));
      else close();
    } catch (error) {
      toast.failed(error);
    } finally {
      setBusy(false);
    }
  };
  return (
    <div className="inbox-batch" role="region" aria-label={t("tasks.batch")}>
      <label className="line grow"><input type="checkbox" aria-label={t("tasks.tick_all")} checked={ids.length > 0 && ids.length === all.length} ref={(node) => { if (node) node.indeterminate = ids.length > 0 && ids.length < all.length; }} onChange={() => select(ids.length === all.length ? [] : all.map((item) => item.id))} /><span className="small">{t("tasks.ticked", { count: ids.length })}</span></label>
      <Button size="small" onClick={close}>{t("do.cancel")}</Button>
      <Button size="small" danger disabled={!ids.length} onClick={() => setDeed("reject")}>{t("tasks.do_reject")}</Button>
      <Button size="small" type="primary" disabled={!ids.length} onClick={() => setDeed("approve")}>{t("tasks.do_approve")}</Button>
      <Modal open={!!deed} title={t(deed === "reject" ? "tasks.batch_ask_reject" : "tasks.batch_ask_approve", { count: ids.length })} okText={t(deed === "reject" ? "tasks.do_reject" : "tasks.do_approve")} okButtonProps={{ danger: deed === "reject", loading: busy }} cancelText={t("do.cancel")} onCancel={() => setDeed("")} onOk={() => void act()} width={420} destroyOnHidden>
        <Input.TextArea autoFocus rows={3} value={comment} placeholder={t("tasks.opinion")} aria-label={t("tasks.opinion_label")} onChange={(event) => setComment(event.target.value)} />
      </Modal>
    </div>
  );
}
