/** What was published, when and by whom; two releases compared; and the way back to a former one. */
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { Button, Modal, Select } from "antd";
import { GitCompare, RotateCcw, Trash2, FileDown } from "lucide-react";
import { useState } from "react";
import { address, get, post } from "../../kernel/api";
import { instant } from "../../kernel/format";
import { t } from "../../kernel/i18n";
import type { Label, Ref } from "../../kernel/types";
import { Bones, Empty, Face, Failed } from "../../kit/parts";
import { useToast } from "../../kit/toast";
import { useDesign, useMay, useStatus } from "../context";
import PublishDialog, { ChangeWords, type Detail } from "./PublishDialog";

interface Change {
  verb: string;
  sort: string;
  label: Label;
  parent?: Label;
  details?: Detail[];
}

interface Release {
  number: number;
  at: string;
  by: Ref | null;
  changes: Change[];
}

export default function Versions() {
  const { app, draft, part } = useDesign();
  const status = useStatus();
  const toast = useToast();
  const queries = useQueryClient();
  const may = useMay();
  const list = useQuery({ queryKey: ["releases", app], staleTime: 0, queryFn: () => get<{ items: Release[] }>(`designer/${app}/releases`).then((answer) => [...answer.items].sort((a, b) => b.number - a.number)) });
  const [pair, setPair] = useState<[number, number] | null>(null);
  // whoever brings an application in comes here to see what it would change
  const [publishing, setPublishing] = useState(part === "publish");
  const [asking, setAsking] = useState<Release | "draft" | null>(null);
  const act = async (then: () => Promise<unknown>, after: () => void) => {
    try {
      await draft.flush();
      await then();
      await draft.reload();
      void queries.invalidateQueries({ queryKey: ["releases", app] });
      after();
    } catch (error) {
      toast.failed(error);
    }
  };
  if (list.isError) return <Failed error={list.error} retry={() => void list.refetch()} />;
  if (!list.data) return <div style={{ padding: 32 }}><Bones /></div>;
  return (
    <div className="designer-page versions">
      <div className="line versions-files">
        <span className="grow" />
        {status.live && <Button size="small" type="text" icon={<FileDown size={14} />} href={address(`designer/${app}/export`)} download>{t("design.take_out")}</Button>}
        {status.count > 0 && <Button size="small" type="text" icon={<FileDown size={14} />} href={address(`designer/${app}/export`, { draft: 1 })} download>{t("design.take_out_draft")}</Button>}
      </div>
      {status.count > 0 && (
        <div className="panel versions-draft"><span className="grow"><b>{t("design.unpublished", { count: status.count })}</b><div className="small second">{t("version.draft_hint")}</div></span><Button icon={<Trash2 size={14} />} onClick={() => setAsking("draft")}>{t("version.discard")}</Button><Button type="primary" onClick={() => setPublishing(true)}>{t("design.publish_count", { count: status.count })}</Button></div>
      )}
      {!list.data.length && <Empty title={t("version.none")} hint={t("version.none_hint")} />}
      {list.data.map((release, at) => (
        <article key={release.number} className="version">
          <span className="version-mark">{release.number}</span>
          <div className="grow panel version-card">
            <header className="line">
              {release.by && <Face name={release.by.label} size={24} />}
              <b>{release.by?.label ?? t("version.installed")}</b>
              <span className="second small">{instant(release.at)}</span>
              {at === 0 && <span className="risk good">{t("version.live")}</span>}
              <span className="grow" />
              {list.data.length > 1 && <Button size="small" type="text" icon={<GitCompare size={14} />} onClick={() => setPair([at === list.data.length - 1 ? release.number : list.data[at + 1]!.number, at === list.data.length - 1 ? list.data[0]!.number : release.number])}>{t("version.compare")}</Button>}
              {at > 0 && may() && <Button size="small" type="text" icon={<RotateCcw size={14} />} onClick={() => setAsking(release)}>{t("version.back")}</Button>}
            </header>
            <ChangeWords changes={release.changes} />
          </div>
        </article>
      ))}
      {pair && <Compare app={app} pair={pair} releases={list.data} set={setPair} close={() => setPair(null)} />}
      <Modal open={asking !== null} title={asking === "draft" ? t("version.discard_ask") : t("version.back_ask", { number: asking?.number })} okText={asking === "draft" ? t("version.discard") : t("version.back_do")} cancelText={t("do.cancel")} okButtonProps={{ danger: asking === "draft" }} onCancel={() => setAsking(null)} onOk={() => {
        const what = asking;
        setAsking(null);
        if (what === "draft") void act(() => post(`designer/${app}/discard`), () => toast.done(t("version.discarded")));
        else if (what) void act(() => post(`designer/${app}/rollback`, { to: what.number }), () => setPublishing(true));
      }} width={440}>
        <p className="second">{asking === "draft" ? t("version.discard_hint") : t("version.back_hint")}</p>
      </Modal>
      {publishing && <PublishDialog close={() => setPublishing(false)} />}
    </div>
  );
}

function Compare({ app, pair, releases, set, close }: { app: string; pair: [number, number]; releases: Release[]; set: (pair: [number, number]) => void; close: () => void }) {
  const found = useQuery({ queryKey: ["compare", app, ...pair], queryFn: () => get<{ changes: Change[] }>(`designer/${app}/compare`, { from: pair[0], to: pair[1] }) });
  const options = releases.map((release) => ({ value: release.number, label: t("version.number", { number: release.number, when: instant(release.at) }) }));
  return (
    <Modal open title={t("version.compare_title")} footer={null} width={600} onCancel={close}>
      <div className="line" style={{ marginBottom: 16 }}>
        <Select value={pair[0]} options={options} onChange={(from) => set([from, pair[1]])} style={{ flex: 1 }} aria-label={t("version.from")} />
        <span className="third">→</span>
        <Select value={pair[1]} options={options} onChange={(to) => set([pair[0], to])} style={{ flex: 1 }} aria-label={t("version.to")} />
      </div>
      {found.isError ? <Failed error={found.error} retry={() => void found.refetch()} /> : !found.data ? <Bones /> : found.data.changes.length ? <ChangeWords changes={found.data.changes} /> : <p className="second">{t("version.same")}</p>}
    </Modal>
  );
}
