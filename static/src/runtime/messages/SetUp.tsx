/** A channel's account: settings as they are, secrets only to be written; on, or rehearsed. */
import { Alert, Input, InputNumber, Modal, Select, Switch } from "antd";
import { useState } from "react";
import { Problem, put } from "../../kernel/api";
import { i18n, t } from "../../kernel/i18n";
import { useToast } from "../../kit/toast";
import type { ChannelCard, Property } from "./Channels";
import { channelName } from "../../kit/messages/words";

export default function SetUp({ of, close, done }: { of: ChannelCard; close: () => void; done: () => void }) {
  const toast = useToast();
  const [active, setActive] = useState(of.active);
  const [settings, setSettings] = useState(of.settings);
  const [secrets, setSecrets] = useState<Record<string, string>>({});
  const [wrong, setWrong] = useState<Record<string, string>>({});
  const [busy, setBusy] = useState(false);
  const [more, setMore] = useState(false);
  const save = async () => {
    setBusy(true);
    setWrong({});
    try {
      await put(`channels/${of.channel}`, { active, settings, secrets });
      toast.done(t(active ? "messages.saved_on" : "messages.saved_off"));
      done();
    } catch (error) {
      setBusy(false);
      if (!(error instanceof Problem) || !error.issues.length) return toast.failed(error);
      const found: Record<string, string> = {};
      for (const issue of error.issues) found[String(issue.path.at(-1) ?? "")] ??= issue.message;
      setWrong(found);
      if (Object.keys(found).some((name) => of.schema.properties[name]?.["x-group"] === "more")) setMore(true);
    }
  };
  const row = ([name, item]: [string, Property]) => (
    <label key={name}>
      <span className="field-label">{item.title ?? name}{of.schema.required?.includes(name) && <span className="wrong"> *</span>}</span>
      <One name={name} item={item} value={settings[name]} kept={!!of.secrets[name]} secret={secrets[name]} invalid={!!wrong[name]} put={(value) => setSettings((old) => ({ ...old, [name]: value }))} hide={(value) => setSecrets((old) => (value === undefined ? Object.fromEntries(Object.entries(old).filter(([key]) => key !== name)) : { ...old, [name]: value }))} />
      {wrong[name] ? <span className="wrong" role="alert">{wrong[name]}</span> : item.description && <span className="help">{item.description}</span>}
    </label>
  );
  const all = Object.entries(of.schema.properties);
  const folded = all.filter(([, item]) => item["x-group"] === "more");
  return (
    <Modal open title={t("messages.set_up_title", { name: channelName(of.channel) })} width={560} okText={t("record.save")} cancelText={t("do.cancel")} confirmLoading={busy} onOk={() => void save()} onCancel={close}>
      <div className="channel-form">
        <label className="line"><Switch checked={active} onChange={setActive} aria-label={t("messages.send_in_earnest")} /><span>{t(active ? "messages.in_earnest" : "messages.in_rehearsal")}</span></label>
        {wrong[""] && <Alert type="error" showIcon title={wrong[""]} />}
        {all.filter(([, item]) => item["x-group"] !== "more").map(row)}
        {!!folded.length && (more ? folded.map(row) : <button type="button" className="plain link small" onClick={() => setMore(true)}>{t("messages.more_settings")}</button>)}
        <p className="help">{t("messages.secret_hint")}</p>
      </div>
    </Modal>
  );
}

interface OneProps {
  name: string;
  item: Property;
  value: string | number | boolean | undefined;
  kept: boolean;
  secret: string | undefined;
  invalid: boolean;
  put: (value: string | number | boolean) => void;
  hide: (value: string | undefined) => void;
}

function One({ name, item, value, kept, secret, invalid, put: set, hide }: OneProps) {
  const status = invalid ? ("error" as const) : ("" as const);
  const title = item.title ?? name;
  if (item["x-widget"] === "secret")
    return (
      <span className="line">
        <Input.Password className="grow" status={status} autoComplete="new-password" visibilityToggle={!!secret} value={secret ?? ""} aria-label={title} placeholder={secret === "" ? t("messages.secret_gone") : kept ? t("messages.secret_kept") : ""} onChange={(event) => hide(event.target.value || undefined)} />
        {kept && <button type="button" className="plain link small" onClick={() => hide(secret === "" ? undefined : "")}>{t(secret === "" ? "messages.secret_keep" : "do.remove")}</button>}
      </span>
    );
  if (item.enum) return <Select style={{ width: "100%" }} status={status} aria-label={title} value={String(value ?? item.default ?? item.enum[0])} options={item.enum.map((word) => ({ value: word, label: i18n.exists(`messages.enum_${word}`) ? t(`messages.enum_${word}`) : word }))} onChange={set} />;
  if (item.type === "integer") return <InputNumber style={{ width: "100%" }} status={status} precision={0} {...(item.minimum === undefined ? {} : { min: item.minimum })} {...(item.maximum === undefined ? {} : { max: item.maximum })} aria-label={title} value={Number(value ?? item.default ?? 0)} onChange={(next) => set(Number(next ?? 0))} />;
  if (item["x-widget"] === "lines") return <Input.TextArea autoSize={{ minRows: 2, maxRows: 6 }} status={status} aria-label={title} value={String(value ?? item.default ?? "")} onChange={(event) => set(event.target.value)} />;
  return <Input status={status} aria-label={title} value={String(value ?? item.default ?? "")} onChange={(event) => set(event.target.value)} />;
}
