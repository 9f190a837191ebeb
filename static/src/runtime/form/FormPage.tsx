/** Entering a new record by a form: conditions live, what is wrong under its field, a draft kept meanwhile. */
import { Button } from "antd";
import { ArrowLeft, CheckCircle2 } from "lucide-react";
import { useEffect, useMemo, useRef, useState } from "react";
import { useLocation, useNavigate, useParams, useSearchParams } from "react-router";
import { ask, Problem } from "../../kernel/api";
import { instant } from "../../kernel/format";
import { pick, t } from "../../kernel/i18n";
import { words } from "../../kernel/issues";
import { formOf, listOf, titled } from "../../kernel/metadata";
import type { Entity, FormDefinition, Metadata, RecordData, Values } from "../../kernel/types";
import { useDeeds } from "../../kit/CommandPalette";
import { fieldKind, PlaceContext } from "../../kit/fields";
import { usePhone } from "../../kit/look";
import { Bones, Empty, Failed } from "../../kit/parts";
import { Parts } from "../../kit/Tree";
import { PartsContext, type PartsValue } from "../../kit/parts-context";
import { useToast } from "../../kit/toast";
import "../../kinds/components/index";
import { link } from "../links";
import { useMetadata, useSession } from "../session";
import { touch } from "../view/rows";
import { useConditions } from "./conditions";
import { dropDraft, fetchDraft, keepDraft, readDraft } from "./draft";
import { useFilling } from "./filling";
import { beginning, making } from "./initial";
import "../view/fields.css";
import "./form.css";

export default function FormPage() {
  const { app = "", entity: name = "", form: formName = "" } = useParams();
  const [search] = useSearchParams();
  const metadata = useMetadata(app);
  if (metadata.isError) return <Failed error={metadata.error} retry={() => void metadata.refetch()} />;
  if (!metadata.data) return <div style={{ padding: 24 }}><Bones rows={8} /></div>;
  const wanted = formName || search.get("form") || "";
  const entity = metadata.data.entities[name || (metadata.data.forms[wanted]?.entity ?? "")];
  if (!entity) return <Empty picture="search" title={t("state.missing")} hint={t("state.missing_hint")} />;
  if (!entity.access.create) return <Empty picture="lock" title={t("state.forbidden")} hint={t("form.may_not", { name: pick(entity.label) })} />;
  return <Filling key={`${app}/${entity.name}/${wanted}`} app={app} metadata={metadata.data} entity={entity} form={formOf(metadata.data, entity, wanted)} />;
}

function Filling({ app, metadata, entity: kind, form }: { app: string; metadata: Metadata; entity: Entity; form: FormDefinition }) {
  const phone = usePhone();
  const entity = useMemo(() => making(kind), [kind]);
  const go = useNavigate();
  const toast = useToast();
  const place = useLocation();
  const given = (place.state as { values?: Values; back?: string } | null) ?? {};
  const context = useConditions();
  const key = `${app}.${entity.name}.${form.name}`;
  const person = useSession().data?.user ?? null;
  const [kept, setKept] = useState(() => (given.values ? null : readDraft(key)));
  const start = useMemo(() => beginning(entity, context, person, given.values ?? {}), [entity, context, person, given.values]);
  const [restored, setRestored] = useState(!!kept);
  const [busy, setBusy] = useState(false);
  const [done, setDone] = useState<RecordData | null>(null);
  const box = useRef<HTMLDivElement>(null);
  const filling = useFilling(entity, form, start, kept?.values, context, box);
  const { values, setValues, issues, touched, set, stray } = filling;

  useEffect(() => {
    if (given.values || kept) return;
    void fetchDraft(key).then((found) => {
      if (!found || touched.current) return;
      setKept(found);
      setValues((old) => ({ ...old, ...found.values }));
      setRestored(true);
    });
    // asked once: what is typed later is newer
    // oxlint-disable-next-line react-hooks/exhaustive-deps
  }, [key]);
  useEffect(() => {
    if (!touched.current || done) return;
    const timer = setTimeout(() => keepDraft(key, values), 400);
    return () => clearTimeout(timer);
  }, [values, key, done, touched]);

  const send = async () => {
    if (!filling.sound()) return;
    setBusy(true);
    try {
      const { data } = await ask<RecordData>("POST", `records/${app}/${entity.name}`, { body: filling.body() });
      dropDraft(key);
      touch(app, entity.name);
      setDone(data);
    } catch (error) {
      if (error instanceof Problem && error.issues.length) filling.show(error.issues);
      else toast.failed(error);
    } finally {
      setBusy(false);
    }
  };
  const again = () => {
    filling.again();
    setDone(null);
    setRestored(false);
  };
  const view = listOf(metadata, entity.name);
  const back = () => void go(given.back ?? (view ? link.view(app, view.name) : link.application(app)));
  useDeeds([{ id: "send", label: pick(form.submit) || t("form.send"), group: t("palette.here"), keys: "mod+enter", run: () => void send() }], [values, form]);

  if (done) {
    const title = titled(entity);
    const name = title ? fieldKind(title.type).text(done[title.name] ?? null, title) : "";
    return (
      <div className="form-done">
        <CheckCircle2 size={52} strokeWidth={1.5} aria-hidden />
        <h2>{pick(form.thanks) || t("form.done", { name: pick(entity.label) })}</h2>
        {name && <p className="second">{name}</p>}
        <div className="line">
          <Button type="primary" onClick={() => void go(link.record(app, entity.name, done.id), { replace: true })}>{t("form.see")}</Button>
          <Button onClick={again}>{t("form.next")}</Button>
          <Button type="text" onClick={back}>{t("form.back")}</Button>
        </div>
      </div>
    );
  }
  const parts: PartsValue = { app, metadata, entity, mode: "edit", fresh: true, values, issues, context, set, phone };
  return (
    <PlaceContext.Provider value={{ application: app, entity: entity.name }}>
      <div className="form-page">
        <header className="head">
          <button type="button" className="icon-button" aria-label={t("form.back")} onClick={back}><ArrowLeft size={18} /></button>
          <h1 className="cut">{form.name ? pick(form.label) : t("list.new", { name: pick(entity.label) })}</h1>
          {restored && kept && <span className="form-draft small">{t("form.restored", { when: instant(kept.at) })} <button type="button" className="plain link" onClick={() => {
            dropDraft(key);
            again();
          }}>{t("form.drop_draft")}</button></span>}
        </header>
        <div className="page-scroll" ref={box}>
          <form className="form-sheet" noValidate onSubmit={(event) => {
            event.preventDefault();
            void send();
          }}>
            {stray.length > 0 && <div className="form-stray" role="alert">{stray.map((issue) => <div key={`${issue.code}${issue.path.join()}`}>{words(issue)}</div>)}</div>}
            <PartsContext.Provider value={parts}><Parts components={form.components} /></PartsContext.Provider>
          </form>
        </div>
        <footer className="form-foot">
          {issues.length > 0 && <span className="wrong" role="status">{t("form.wrong", { count: issues.length })}</span>}
          <span className="grow" />
          <Button onClick={back}>{t("do.cancel")}</Button>
          <Button type="primary" loading={busy} onClick={() => void send()}>{pick(form.submit) || t("form.send")}</Button>
        </footer>
      </div>
    </PlaceContext.Provider>
  );
}
