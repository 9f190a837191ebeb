/** Rows of a sheet into an entity: hand it in, say what goes where, try, run, and take it back if need be. */
import { useQuery } from "@tanstack/react-query";
import { Select } from "antd";
import { ArrowLeft } from "lucide-react";
import { useCallback } from "react";
import { useNavigate, useParams } from "react-router";
import { get, post } from "../../kernel/api";
import { instant, number } from "../../kernel/format";
import { pick, t } from "../../kernel/i18n";
import { listOf } from "../../kernel/metadata";
import type { Entity, Metadata } from "../../kernel/types";
import { Bones, Empty, Failed, Tag } from "../../kit/parts";
import { SheetDrop } from "../../kit/sheet/SheetDrop";
import type { SheetImport } from "../../kit/sheet/types";
import { useToast } from "../../kit/toast";
import { link } from "../links";
import { client, useMetadata } from "../session";
import { Draft } from "./Draft";
import { Run } from "./Run";
import "../form/form.css";
import "./exchange.css";

const steps = ["upload", "map", "run"] as const;
const colours = { draft: "gray", running: "blue", done: "green", failed: "red", cancelled: "amber", undone: "gray" } as const;

export default function ImportPage() {
  const { app = "", entity: name = "", run = "" } = useParams();
  const metadata = useMetadata(app);
  if (metadata.isError) return <Failed error={metadata.error} retry={() => void metadata.refetch()} />;
  if (!metadata.data) return <div style={{ padding: 24 }}><Bones rows={8} /></div>;
  const entity = metadata.data.entities[name];
  if (!entity) return <Empty picture="search" title={t("state.missing")} hint={t("state.missing_hint")} />;
  if (!entity.access.create && !entity.access.update) return <Empty picture="lock" title={t("state.forbidden")} hint={t("form.may_not", { name: pick(entity.label) })} />;
  return <Inside key={`${app}/${name}`} app={app} metadata={metadata.data} entity={entity} run={/^\d+$/.test(run) ? Number(run) : 0} />;
}

const key = (run: number) => ["import", run];

function Inside({ app, metadata, entity, run }: { app: string; metadata: Metadata; entity: Entity; run: number }) {
  const go = useNavigate();
  const toast = useToast();
  const answer = useQuery({
    queryKey: key(run), enabled: run > 0, staleTime: Infinity,
    queryFn: async () => {
      const found = await get<SheetImport>(`imports/${run}`);
      if (found.state !== "draft") return found;
      // the columns with their samples are looked up anew; what was mapped already stays
      const fresh = await post<SheetImport>(`imports/${run}/propose`, { application: app, entity: entity.name });
      return found.mapping ? { ...fresh, mapping: found.mapping } : fresh;
    },
  });
  const found = answer.data;
  const view = listOf(metadata, entity.name);
  const list = view ? link.view(app, view.name) : link.application(app);
  const take = useCallback((next: SheetImport) => {
    client.setQueryData(key(next.id), next);
    void client.invalidateQueries({ queryKey: ["imports", app] });
    void go(link.bring(app, entity.name, next.id), { replace: true });
  }, [app, entity.name, go]);
  const again = useCallback(async () => client.setQueryData(key(run), await get<SheetImport>(`imports/${run}`)), [run]);
  const sheet = async (name: string) => {
    try {
      client.setQueryData(key(run), await post<SheetImport>(`imports/${run}/propose`, { application: app, entity: entity.name, sheet: name }));
    } catch (error) {
      toast.failed(error);
    }
  };
  const at = !run ? "upload" : !found || found.state === "draft" ? "map" : "run";
  return (
    <div className="import">
      <header className="head">
        <button type="button" className="icon-button" aria-label={t("form.back")} onClick={() => void go(list)}><ArrowLeft size={18} /></button>
        <h1 className="cut">{t("import.title", { name: pick(entity.label) })}</h1>
        <ol className="import-steps" aria-label={t("import.steps")}>
          {steps.map((step, index) => <li key={step} aria-current={step === at ? "step" : undefined} className={steps.indexOf(at) > index ? "past" : ""}><span>{index + 1}</span>{t(`import.step_${step}`)}</li>)}
        </ol>
      </header>
      {!run && (
        <div className="page-scroll">
          <div className="import-sheet">
            <SheetDrop application={app} entity={entity.name} done={take} />
            <Earlier app={app} entity={entity} />
          </div>
        </div>
      )}
      {run > 0 && answer.isError && <Failed error={answer.error} retry={() => void answer.refetch()} />}
      {run > 0 && !found && !answer.isError && <div className="import-sheet"><Bones rows={8} /></div>}
      {found && (
        <>
          <div className="import-file">
            <b className="cut">{found.file}</b>
            <span className="second number">{t("import.rows", { count: found.rows, shown: number(found.rows) })}</span>
            {found.sheets.length > 1 && found.state === "draft" && <Select size="small" value={found.sheet} options={found.sheets.map((name) => ({ value: name, label: name }))} aria-label={t("import.sheet")} onChange={(name: string) => void sheet(name)} popupMatchSelectWidth={200} />}
            <span className="grow" />
            <button type="button" className="plain link small" onClick={() => void go(link.bring(app, entity.name))}>{t("import.other_file")}</button>
          </div>
          {found.state === "draft" ? <Draft key={`${run}${found.sheet}`} {...{ app, metadata, entity, found }} started={() => void again()} /> : <Run key={run} {...{ app, entity, found, list }} again={again} />}
        </>
      )}
    </div>
  );
}

/** What was imported here before; an import may be looked at and taken back later. */
function Earlier({ app, entity }: { app: string; entity: Entity }) {
  const go = useNavigate();
  const answer = useQuery({ queryKey: ["imports", app], queryFn: () => get<{ items: SheetImport[] }>("imports", { application: app }) });
  const mine = (answer.data?.items ?? []).filter((item) => item.mapping?.entity === `${app}.${entity.name}`).slice(0, 8);
  if (!mine.length) return null;
  return (
    <section className="earlier">
      <h3>{t("import.earlier")}</h3>
      <div className="panel">
        {mine.map((item) => (
          <button key={item.id} type="button" className="plain earlier-row" onClick={() => void go(link.bring(app, entity.name, item.id))}>
            <b className="cut">{item.file}</b>
            <Tag color={colours[item.state]}>{t(`import.state_${item.state}`)}</Tag>
            <span className="grow" />
            <span className="third small number">{instant(item.at)}</span>
          </button>
        ))}
      </div>
    </section>
  );
}
