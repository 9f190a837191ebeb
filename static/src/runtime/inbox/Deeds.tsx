/** What one can do with a task: agree and refuse at the thumb, the rest under the dots; an opinion above them. */
import { Button, Dropdown } from "antd";
import { Check, CornerUpLeft, Ellipsis, MessageSquare, Send, UserPlus, UserRoundCheck, X } from "lucide-react";
import { useRef, useState } from "react";
import { post, Problem } from "../../kernel/api";
import { t } from "../../kernel/i18n";
import { words } from "../../kernel/issues";
import type { Issue, Values } from "../../kernel/types";
import { useDeeds } from "../../kit/CommandPalette";
import { useToast } from "../../kit/toast";
import type { Deed, Task } from "../flows/types";
import { refreshTasks } from "./counts";
import { DeedDialog, type Given } from "./DeedDialog";

interface Props {
  task: Task;
  values: () => Values | null;
  wrong: (issues: Issue[]) => void;
  done: (next: number | null) => void;
  again: () => void;
}

const icons = { return: CornerUpLeft, transfer: UserRoundCheck, add: UserPlus, comment: MessageSquare } as const;
// what changes nothing of the form needs nothing of it
const plain = new Set<Deed>(["transfer", "add", "comment", "return"]);

export function Deeds({ task, values, wrong, done, again }: Props) {
  const toast = useToast();
  const [opinion, setOpinion] = useState("");
  const [missing, setMissing] = useState(false);
  const [busy, setBusy] = useState<Deed | "">("");
  const [asking, setAsking] = useState<Deed | "">("");
  const box = useRef<HTMLTextAreaElement>(null);
  const act = async (deed: Deed, given: Given = {}) => {
    if (busy) return;
    const comment = given.comment ?? opinion.trim();
    if (!comment && !asking && (task.comment === "always" || (task.comment === "reject" && deed === "reject")) && (deed === "approve" || deed === "reject")) {
      setMissing(true);
      box.current?.focus();
      return;
    }
    const filled = plain.has(deed) || deed === "reject" ? {} : values();
    if (!filled) return;
    setBusy(deed);
    try {
      const answer = await post<{ next: number | null } | null>(`tasks/${task.id}/${deed}`, { comment, ...given, ...(plain.has(deed) ? {} : { values: filled, version: task.version }) });
      toast.done(t(`tasks.said_${deed}`));
      setAsking("");
      setOpinion("");
      refreshTasks();
      if (deed === "comment" || deed === "add") again();
      else done(answer?.next ?? null);
    } catch (error) {
      const issues = error instanceof Problem ? error.issues : [];
      if (issues.some((issue) => issue.path.length)) {
        wrong(issues);
        toast.say(words(issues[0]!));
      } else toast.failed(error);
      // somebody else was quicker, or the record was changed: what is shown is old
      if (error instanceof Problem && (error.status === 409 || error.status === 412)) {
        refreshTasks();
        again();
      }
    } finally {
      setBusy("");
    }
  };
  const may = (deed: Deed) => task.may.includes(deed);
  const main: Deed | "" = may("approve") ? "approve" : may("submit") ? "submit" : "";
  useDeeds([
    ...(main ? [{ id: "task.main", label: t(`tasks.do_${main}`), group: t("palette.here"), keys: "mod+enter", icon: "check", run: () => void act(main) }] : []),
    ...(["return", "transfer", "add", "comment"] as const).filter(may).map((deed) => ({ id: `task.${deed}`, label: t(`tasks.do_${deed}`), group: t("palette.here"), run: () => setAsking(deed) })),
  ], [task, opinion, busy]);
  const rest = (["return", "transfer", "add", "comment"] as const).filter(may);
  const written = main !== "" || may("reject");
  return (
    <footer className="task-deeds">
      {written && <textarea ref={box} rows={opinion ? 2 : 1} className={`task-opinion ${missing ? "bad" : ""}`} value={opinion} aria-invalid={missing} placeholder={t(task.comment === "always" ? "tasks.opinion_needed" : task.comment === "reject" ? "tasks.opinion_to_refuse" : "tasks.opinion")} aria-label={t("tasks.opinion_label")} onChange={(event) => { setOpinion(event.target.value); setMissing(false); }} />}
      {missing && <span className="wrong" role="alert">{t("tasks.opinion_missing")}</span>}
      <div className="task-buttons">
        {rest.length > 0 && (
          <Dropdown trigger={["click"]} placement="topLeft" rootClassName="task-menu" menu={{ items: rest.map((deed) => { const Picture = icons[deed]; return { key: deed, icon: <Picture size={15} />, label: t(`tasks.do_${deed}`), onClick: () => setAsking(deed) }; }) }}>
            <Button className="task-more" aria-label={t("tasks.more_deeds")} icon={<Ellipsis size={18} />} />
          </Dropdown>
        )}
        {may("reject") && <Button danger className="task-big" icon={<X size={17} />} loading={busy === "reject"} disabled={!!busy && busy !== "reject"} onClick={() => void act("reject")}>{t("tasks.do_reject")}</Button>}
        {main && <Button type="primary" className="task-big" icon={main === "approve" ? <Check size={17} /> : <Send size={16} />} loading={busy === main} disabled={!!busy && busy !== main} onClick={() => void act(main)}>{t(task.kind === "resubmit" ? "tasks.do_resubmit" : `tasks.do_${main}`)}</Button>}
      </div>
      {asking && <DeedDialog deed={asking} task={task} busy={!!busy} comment={opinion} close={() => setAsking("")} act={(given) => void act(asking, given)} />}
    </footer>
  );
}
