/** A flow one has started: where it stands, what was said, and the way to urge, withdraw or add a word. */
import { useQuery } from "@tanstack/react-query";
import { ExternalLink } from "lucide-react";
import { Link } from "react-router";
import { get } from "../../kernel/api";
import { pick, t } from "../../kernel/i18n";
import { Bone, Bones, Failed } from "../../kit/parts";
import { Picture } from "../flows/Picture";
import { RunDeeds } from "../flows/RunDeeds";
import { Story } from "../flows/Story";
import { placeOf, type Instance } from "../flows/types";
import { link } from "../links";
import { Outcome } from "./Rows";

export function StartedPane({ id }: { id: number }) {
  const run = useQuery({ queryKey: ["flow-instance", id], staleTime: 2_000, queryFn: ({ signal }) => get<Instance>(`flows/instances/${id}`, {}, signal) });
  if (run.isError) return <Failed error={run.error} retry={() => void run.refetch()} />;
  if (!run.data) return <div className="task-body"><Bone width="45%" height={22} /><Bones rows={8} /></div>;
  const found = run.data;
  return (
    <>
      <div className="task-body">
        <header className="task-head">
          <div className="grow">
            <h2>{found.title}</h2>
            <div className="task-about small second"><span>{pick(found.flow.label)}</span><Outcome of={found.state === "ended" ? found.outcome || "ended" : found.state} /><Link to={link.record(...placeOf(found))} className="task-open">{t("tasks.open_record")}<ExternalLink size={12} aria-hidden /></Link></div>
          </div>
        </header>
        {found.error && <p className="wrong" role="alert">{found.error}</p>}
        <div className="task-run">
          <section aria-label={t("tasks.picture")}><h3>{t("tasks.picture")}</h3><Picture run={found} /></section>
          <section aria-label={t("tasks.history")}><h3>{t("tasks.history")}</h3><Story history={found.history} /></section>
        </div>
      </div>
      {found.may.length > 0 && <footer className="task-deeds"><div className="task-buttons"><RunDeeds run={found} big /></div></footer>}
    </>
  );
}
