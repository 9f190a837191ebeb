/** A form by its link, for everybody who has it: nobody signs in, the phone comes first. */
import { useQuery } from "@tanstack/react-query";
import { Button } from "antd";
import { CheckCircle2 } from "lucide-react";
import { useEffect, useMemo, useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import { useParams } from "react-router";
import { get, post, Problem } from "../../kernel/api";
import { zone } from "../../kernel/format";
import { language, pick, speak, t } from "../../kernel/i18n";
import { words } from "../../kernel/issues";
import { settle } from "../../kernel/metadata";
import type { Candidate, Component, Entity, FormDefinition, Label, Metadata } from "../../kernel/types";
import { PlaceContext } from "../../kit/fields";
import { Badge } from "../../kit/icons";
import { Bones, Empty, Failed } from "../../kit/parts";
import { PartsContext, type PartsValue } from "../../kit/parts-context";
import { Parts } from "../../kit/Tree";
import { useToast } from "../../kit/toast";
import "../../kinds/components/index";
import { useSession } from "../session";
import { useFilling } from "./filling";
import { beginning } from "./initial";
import "../view/fields.css";
import "./form.css";
import "./public.css";

interface Shown {
  application: Metadata["application"];
  form: FormDefinition;
  entity: Entity;
  option_sets: Metadata["option_sets"];
}

/** What a visitor can't fill in: people of the house. */
const closed = new Set(["user", "department"]);

const open = (list: Component[], entity: Entity): Component[] =>
  list.flatMap((item) => (item.field && closed.has(entity.fields.find((field) => field.name === item.field)?.type ?? "") ? [] : [{ ...item, ...(item.components ? { components: open(item.components, entity) } : {}) }]));

export default function PublicPage() {
  const { app = "", form = "" } = useParams();
  useTranslation();
  const session = useSession();
  const answer = useQuery({ queryKey: ["public", app, form], queryFn: ({ signal }) => get<Shown>(`public/${app}/${form}`, {}, signal) });
  const metadata = useMemo(() => answer.data && settle({ application: answer.data.application, entities: { [answer.data.entity.name]: answer.data.entity }, forms: { [answer.data.form.name]: answer.data.form }, views: {}, boards: {}, pages: {}, option_sets: answer.data.option_sets }), [answer.data]);
  const entity = metadata && Object.values(metadata.entities)[0];
  useEffect(() => {
    if (answer.data) document.title = pick(answer.data.form.label);
  }, [answer.data]);
  return (
    <div className="public">
      <main className="public-page">
        {answer.isError || session.isError ? (
          answer.error instanceof Problem && answer.error.status === 404 ? <Empty picture="search" title={t("public.closed")} hint={t("public.closed_hint")} /> : <Failed error={answer.error ?? session.error} retry={() => void answer.refetch()} />
        ) : !metadata || !entity || !session.data ? (
          <Bones rows={8} />
        ) : (
          <Sheet app={app} metadata={metadata} entity={entity} form={Object.values(metadata.forms)[0]!} name={session.data.workspace.name} />
        )}
      </main>
      <footer className="public-foot">
        <button type="button" className="plain" onClick={() => void speak(language() === "en" ? "zh-CN" : "en")}>{t("signin.other_language")}</button>
      </footer>
    </div>
  );
}

function Sheet({ app, metadata, entity, form: given, name }: { app: string; metadata: Metadata; entity: Entity; form: FormDefinition; name: string }) {
  const toast = useToast();
  const box = useRef<HTMLDivElement>(null);
  const [busy, setBusy] = useState(false);
  const [thanks, setThanks] = useState<{ text: string } | null>(null);
  const form = useMemo(() => ({ ...given, components: open(given.components, entity) }), [given, entity]);
  const context = useMemo(() => ({ me: null, now: new Date(), zone: zone() }), []);
  const start = useMemo(() => beginning(entity, context, null, {}), [entity, context]);
  const filling = useFilling(entity, form, start, undefined, context, box);
  const send = async () => {
    if (busy || !filling.sound()) return;
    setBusy(true);
    try {
      const answer = await post<{ thanks?: Label }>(`public/${app}/${form.name}`, filling.body());
      setThanks({ text: pick(answer.thanks) || pick(form.thanks) || t("public.thanks") });
    } catch (error) {
      if (error instanceof Problem && error.status === 423) toast.failed(new Error(t("public.too_many")));
      else if (error instanceof Problem && error.issues.length) filling.show(error.issues);
      else toast.failed(error);
    } finally {
      setBusy(false);
    }
  };
  const head = (
    <header className="public-head">
      <Badge icon={metadata.application.icon} color={metadata.application.color} size={44} />
      <div>
        <h1>{pick(form.label)}</h1>
        <p className="second">{name}</p>
      </div>
    </header>
  );
  if (thanks)
    return (
      <>
        {head}
        <div className="form-done" role="status">
          <CheckCircle2 size={56} strokeWidth={1.5} aria-hidden />
          <h2>{thanks.text}</h2>
          <div className="line"><Button onClick={() => {
            filling.again();
            setThanks(null);
          }}>{t("form.next")}</Button></div>
        </div>
      </>
    );
  const parts: PartsValue = { app, metadata, entity, mode: "edit", fresh: true, values: filling.values, issues: filling.issues, context, set: filling.set, phone: true };
  const find = async (field: { name: string }, search: string, signal: AbortSignal) => (await get<{ items: Candidate[] }>(`public/${app}/${form.name}/lookup/${field.name}`, { search }, signal)).items;
  return (
    <PlaceContext.Provider value={{ application: app, entity: entity.name, find, files: (field) => `public/${app}/${form.name}/files/${field.name}` }}>
      {head}
      <form className="public-sheet" noValidate onSubmit={(event) => {
        event.preventDefault();
        void send();
      }}>
        <div ref={box} className="public-parts">
          {filling.stray.length > 0 && <div className="form-stray" role="alert">{filling.stray.map((issue) => <div key={`${issue.code}${issue.path.join()}`}>{words(issue)}</div>)}</div>}
          <PartsContext.Provider value={parts}><Parts components={form.components} /></PartsContext.Provider>
        </div>
        <div className="public-do">
          {filling.issues.length > 0 && <span className="wrong" role="status">{t("form.wrong", { count: filling.issues.length })}</span>}
          <Button type="primary" size="large" block htmlType="submit" loading={busy}>{pick(form.submit) || t("form.send")}</Button>
        </div>
      </form>
    </PlaceContext.Provider>
  );
}
