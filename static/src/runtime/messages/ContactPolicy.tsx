/** How often, when and whether at all people are written to: settings, what they mean in plain words, and who changed them. */
import { useQuery } from "@tanstack/react-query";
import { Button, Input, InputNumber, Switch, TimePicker } from "antd";
import dayjs from "dayjs";
import { useEffect, useState } from "react";
import { get, Problem, put } from "../../kernel/api";
import { fullInstant, instant } from "../../kernel/format";
import { language, t } from "../../kernel/i18n";
import { Bones, Failed } from "../../kit/parts";
import { useToast } from "../../kit/toast";
import "../../kit/messages/words";

interface Policy {
  cap: number;
  days: number;
  quiet_from: string;
  quiet_to: string;
  holdout: number;
  address: string;
  rehearse: boolean;
}

interface Answer {
  policy: Policy;
  zone: string;
  history: { policy: Policy; at: string | null; by: string | null }[];
}

/** The rules as sentences. */
function sentences(policy: Policy): string[] {
  const quiet = policy.quiet_from !== policy.quiet_to;
  return [
    policy.cap ? t("messages.says_cap", { cap: policy.cap, days: policy.days }) : t("messages.says_no_cap"),
    quiet ? t(policy.quiet_from > policy.quiet_to ? "messages.says_quiet_night" : "messages.says_quiet", { from: policy.quiet_from, to: policy.quiet_to }) : t("messages.says_no_quiet"),
    policy.holdout ? t("messages.says_holdout", { percent: policy.holdout }) : t("messages.says_no_holdout"),
    t("messages.says_always"),
  ];
}

/** What one change of the rules changed. */
function changed(now: Policy, before: Policy | undefined): string[] {
  if (!before) return [t("messages.policy_first")];
  return (["cap", "days", "quiet_from", "quiet_to", "holdout", "address", "rehearse"] as const).filter((key) => now[key] !== before[key]).map((key) => t("messages.changed", { what: t(`messages.policy_${key}`), before: worded(before[key]), now: worded(now[key]) }));
}
const worded = (value: Policy[keyof Policy]) => (typeof value === "boolean" ? t(value ? "say.yes" : "say.no") : value === "" ? t("field.blank") : String(value));

const zoneName = (zone: string) => new Intl.DateTimeFormat(language(), { timeZone: zone, timeZoneName: "longGeneric" }).formatToParts(new Date()).find((part) => part.type === "timeZoneName")?.value ?? zone;

export default function ContactPolicy() {
  const toast = useToast();
  const found = useQuery({ queryKey: ["contact-policy"], queryFn: () => get<Answer>("contact-policy") });
  const [typed, setTyped] = useState<Policy | null>(null);
  const [wrong, setWrong] = useState<Record<string, string>>({});
  const [busy, setBusy] = useState(false);
  useEffect(() => {
    if (found.data) setTyped(found.data.policy);
  }, [found.data]);
  const dirty = !!typed && !!found.data && JSON.stringify(typed) !== JSON.stringify(found.data.policy);
  const set = (values: Partial<Policy>) => setTyped((old) => old && { ...old, ...values });
  const save = async () => {
    setBusy(true);
    setWrong({});
    try {
      await put("contact-policy", typed);
      toast.done(t("record.saved"));
      await found.refetch();
    } catch (error) {
      if (error instanceof Problem && error.issues.length) setWrong(Object.fromEntries(error.issues.map((issue) => [String(issue.path[0] ?? ""), issue.message])));
      else toast.failed(error);
    } finally {
      setBusy(false);
    }
  };
  const time = (key: "quiet_from" | "quiet_to") => <TimePicker format="HH:mm" minuteStep={15} allowClear={false} needConfirm={false} aria-label={t(`messages.policy_${key}`)} value={dayjs(`2000-01-01T${typed![key]}`)} onChange={(value) => value && set({ [key]: value.format("HH:mm") })} />;
  const says = (key: string) => wrong[key] && <div className="wrong" role="alert">{wrong[key]}</div>;
  return (
    <>
      <header className="head"><h1 className="cut">{t("admin.contact")}</h1></header>
      <div className="page-scroll">
        <p className="help admin-hint">{t("messages.policy_hint")}</p>
        {found.isError ? <Failed error={found.error} retry={() => void found.refetch()} /> : !typed ? <div style={{ padding: "0 24px" }}><Bones rows={8} /></div> : (
          <div className="contact">
            <section className="panel contact-form">
              <div>
                <h3>{t("messages.policy_often")}</h3>
                <div className="contact-line">{t("messages.policy_at_most_a")}<InputNumber min={0} max={1000} precision={0} style={{ width: 76 }} value={typed.cap} aria-label={t("messages.policy_cap")} onChange={(cap) => set({ cap: cap ?? 0 })} />{t("messages.policy_at_most_b")}<InputNumber min={1} max={366} precision={0} style={{ width: 76 }} value={typed.days} aria-label={t("messages.policy_days")} onChange={(days) => set({ days: days ?? 1 })} />{t("messages.policy_at_most_c")}</div>
                {says("cap")}{says("days")}
                <p className="help">{t("messages.policy_cap_hint")}</p>
              </div>
              <div>
                <h3>{t("messages.policy_quiet")}</h3>
                <div className="contact-line">{time("quiet_from")}{t("messages.policy_until")}{time("quiet_to")}</div>
                {says("quiet_from")}{says("quiet_to")}
                <p className="help">{t("messages.policy_quiet_hint", { zone: zoneName(found.data?.zone ?? "UTC") })}</p>
              </div>
              <div>
                <h3>{t("messages.policy_holdout")}</h3>
                <div className="contact-line"><InputNumber min={0} max={50} precision={0} suffix="%" style={{ width: 96 }} value={typed.holdout} aria-label={t("messages.policy_holdout")} onChange={(holdout) => set({ holdout: holdout ?? 0 })} />{t("messages.policy_holdout_after")}</div>
                {says("holdout")}
                <p className="help">{t("messages.policy_holdout_hint")}</p>
              </div>
              <div>
                <h3>{t("messages.policy_address")}</h3>
                <Input value={typed.address} placeholder="https://" aria-label={t("messages.policy_address")} status={wrong["address"] ? "error" : ""} style={{ maxWidth: 420 }} onChange={(event) => set({ address: event.target.value.trim() })} />
                {says("address")}
                <p className="help">{t("messages.policy_address_hint")}</p>
              </div>
              <label className="line"><Switch checked={typed.rehearse} onChange={(rehearse) => set({ rehearse })} aria-label={t("messages.policy_rehearse")} /><span>{t("messages.policy_rehearse")}<span className="help" style={{ display: "block" }}>{t("messages.policy_rehearse_hint")}</span></span></label>
              <div className="contact-says"><ul>{sentences(typed).map((line) => <li key={line}>{line}</li>)}</ul></div>
              <div className="contact-foot">
                {dirty && <Button onClick={() => setTyped(found.data!.policy)}>{t("do.cancel")}</Button>}
                <Button type="primary" disabled={!dirty} loading={busy} onClick={() => void save()}>{t("record.save")}</Button>
              </div>
            </section>
            <aside className="panel contact-side">
              <h3>{t("messages.policy_history")}</h3>
              {found.data?.history.length ? (
                <ol className="contact-history">
                  {found.data.history.map((item, at) => (
                    <li key={at}>
                      <b className="admin-name">{item.by ?? t("timeline.system")}</b> <time className="third" title={item.at ? fullInstant(item.at) : ""}>{instant(item.at)}</time>
                      {changed(item.policy, found.data.history[at + 1]?.policy).map((line) => <div key={line} className="second">{line}</div>)}
                    </li>
                  ))}
                </ol>
              ) : <p className="third small">{t("messages.policy_never")}</p>}
            </aside>
          </div>
        )}
      </div>
    </>
  );
}
