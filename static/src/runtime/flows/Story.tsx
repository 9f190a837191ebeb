/** What happened in a flow so far: who did what, in which words, and how long it took. */
import { FileText } from "lucide-react";
import { duration, fullInstant, instant } from "../../kernel/format";
import { pick, t } from "../../kernel/i18n";
import { Face, Tag } from "../../kit/parts";
import type { Told, Why } from "./types";

const tones: Record<string, string> = { approved: "green", submitted: "green", rejected: "red", returned: "orange", withdrawn: "orange", ended: "gray", failed: "red" };

export function Story({ history }: { history: readonly Told[] }) {
  if (!history.length) return <p className="help">{t("tasks.no_history")}</p>;
  return (
    <ol className="run-story">
      {history.map((item, at) => (
        <li key={at}>
          <Face name={item.by?.name ?? "·"} size={26} />
          <div className="grow">
            <div className="run-story-head"><b>{item.by?.name ?? t("timeline.system")}</b>{item.for && <span className="small second">{t("tasks.for_whom", { name: item.for })}</span>}<Tag color={tones[item.what] ?? "gray"}>{t(`tasks.did_${item.what}`, { defaultValue: item.what })}</Tag>{pick(item.step) && !item.path.startsWith("@") && <span className="small third cut">{pick(item.step)}</span>}<time className="small third" dateTime={item.at} title={fullInstant(item.at)}>{instant(item.at)}</time></div>
            {item.to.length > 0 && <div className="small second">→ {item.to.join(t("say.list"))}</div>}
            {item.comment && <div className="run-opinion">{item.comment}</div>}
            {item.files.length > 0 && <div className="run-files">{item.files.map((file) => <a key={file.id} className="attached" href={`/api/files/${file.id}/${file.key}`} target="_blank" rel="noreferrer"><FileText size={14} aria-hidden /><span className="cut">{file.name}</span></a>)}</div>}
            {item.why && <Reason why={item.why} />}
            {!!item.worked && <div className="small third">{t("tasks.took", { span: duration(item.worked) })}</div>}
          </div>
        </li>
      ))}
    </ol>
  );
}

/** Why something went this way: the branch with the conditions that held, or what it came from. */
function Reason({ why }: { why: Why }) {
  return (
    <>
      {why.branch && <div className="small second">{t("tasks.took_way", { name: why.branch })}</div>}
      {why.conditions?.map((one) => <div key={one.text} className="small second">{one.text}</div>)}
      {why.because && <div className="small second">{t(`tasks.because_${why.because}`, { defaultValue: "" })}</div>}
      {why.outcome && <div className="small second">{t(`tasks.outcome_${why.outcome}`, { defaultValue: "" })}</div>}
      {why.error && <div className="wrong">{why.error}</div>}
    </>
  );
}
