/** A new message: its name and the table it is about; it begins with the channels that table has addresses for. */
import { Input, Modal, Select } from "antd";
import { useState } from "react";
import { pick, t } from "../../kernel/i18n";
import { entityOf } from "../../kernel/metadata";
import { useToast } from "../../kit/toast";
import "../../kit/messages/words";
import { adding, useBook, useDesign } from "../context";
import { nameFor } from "../names";
import { json, labelOf, list, metadataOf } from "../shape";
import { addresses, wayOf, type Way } from "./fields";

export default function NewMessage({ close }: { close: () => void }) {
  const { app, draft, go } = useDesign();
  const book = useBook();
  const toast = useToast();
  const [label, setLabel] = useState("");
  const [entity, setEntity] = useState(list(book, "entity")[0]?.[0] ?? "");
  const [busy, setBusy] = useState(false);
  const ready = !!label.trim() && !!entity;
  const make = async () => {
    if (!ready || busy) return;
    setBusy(true);
    try {
      const name = await nameFor(app, label.trim(), () => list(book, "message").flatMap(([id, doc]) => [id, String(doc["name"])]));
      const metadata = metadataOf(app, book);
      const owner = entityOf(metadata, String(book["entity"]![entity]!["name"]))!;
      const ways = ["inbox", "sms", "email"].filter((channel) => addresses(metadata, owner, channel).length).reduce<Way[]>((all, channel) => [...all, wayOf(metadata, owner, channel, all)], []);
      draft.run({ label: "design.step_add", patches: adding(book, "message", name, { name, label: label.trim(), entity: owner.name, channels: json(ways.slice(0, 1)) }) });
      close();
      go("message", name);
    } catch (error) {
      toast.failed(error);
      setBusy(false);
    }
  };
  return (
    <Modal open title={t("design.new", { what: t("sort.message") })} okText={t("design.make")} cancelText={t("do.cancel")} width={440} okButtonProps={{ disabled: !ready, loading: busy }} onOk={() => void make()} onCancel={close} destroyOnHidden>
      <div className="new-form">
        <label><span className="field-label">{t("prop.label")}</span><Input autoFocus value={label} placeholder={t("design.example_message")} onChange={(event) => setLabel(event.target.value)} onPressEnter={() => void make()} /></label>
        <label><span className="field-label">{t("messages.d_new_of")}</span><Select value={entity || undefined} onChange={setEntity} options={list(book, "entity").map(([id, doc]) => ({ value: id, label: pick(labelOf(doc)) }))} showSearch={{ optionFilterProp: "label" }} /></label>
      </div>
    </Modal>
  );
}
