/** The designers under their addresses: all applications, or one of them with its tabs. */
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useCallback, useEffect, useMemo, useState } from "react";
import { useNavigate, useParams, useSearchParams } from "react-router";
import { get } from "../kernel/api";
import { language } from "../kernel/i18n";
import { Bones, Failed } from "../kit/parts";
import { DesignContext, type Around, type Design, type Other, type Schemas } from "./context";
import { Draft, type Loaded } from "./draft";
import { knowFacts, knowOthers } from "./shape";
import { Designs } from "./shell/Designs";
import { Shell } from "./shell/Shell";

export default function Designer({ around }: { around: Around }) {
  const { app = "" } = useParams();
  return app ? <One key={app} app={app} around={around} /> : <Designs />;
}

function One({ app, around }: { app: string; around: Around }) {
  const go = useNavigate();
  const queries = useQueryClient();
  const [search] = useSearchParams();
  const schemas = useQuery({ queryKey: ["schemas", language()], staleTime: Infinity, queryFn: async () => {
    const told = await get<Schemas>("designer/schemas");
    knowFacts(told.facts ?? {});
    return told;
  } });
  const loaded = useQuery({ queryKey: ["design", app], staleTime: Infinity, gcTime: 0, queryFn: () => get<Loaded>(`designer/${app}`) });
  const others = useQuery({ queryKey: ["design-others", app], staleTime: Infinity, gcTime: 0, queryFn: async () => {
    const told = await get<{ items: Other[] } & Parameters<typeof knowOthers>[1]>(`designer/${app}/others`);
    knowOthers(app, told);
    return told;
  } });
  const [settings, setSettings] = useState(false);
  const [draft, setDraft] = useState<Draft | null>(null);
  useEffect(() => {
    if (loaded.data) setDraft((old) => old ?? new Draft(app, loaded.data));
  }, [app, loaded.data]);
  useEffect(() => {
    if (!draft) return;
    const ask = (event: BeforeUnloadEvent) => {
      if (draft.snapshot().saving !== "saved") {
        void draft.flush();
        event.preventDefault();
      }
    };
    window.addEventListener("beforeunload", ask);
    return () => {
      window.removeEventListener("beforeunload", ask);
      void draft.flush();
      // the application's own pages read it anew
      void queries.invalidateQueries({ queryKey: ["metadata", app] });
      void queries.invalidateQueries({ queryKey: ["applications"] });
    };
  }, [app, draft, queries]);
  // what uses and requires another application is told anew once it is kept; a retake of what was required too
  const askOthers = others.refetch;
  const told = others.data;
  useEffect(() => {
    if (!draft || !told) return;
    const wanted = () => ((draft.book["application"]?.[app]?.["requires"] ?? []) as string[]).filter((name) => told.items.some((item) => item.name === name)).sort().join();
    const had = told.items.filter((item) => item.required).map((item) => item.name).sort().join();
    return draft.subscribe(() => {
      if (draft.snapshot().saving === "saved" && wanted() !== had) void askOthers();
    });
  }, [app, draft, told, askOthers]);
  const part = search.get("part") ?? "";
  const move = useCallback((tab: string, id?: string, at?: string) => void go(`/design/${app}/${tab}${id ? `/${encodeURIComponent(id)}` : ""}${at ? `?part=${encodeURIComponent(at)}` : ""}`), [app, go]);
  const design = useMemo<Design | null>(() => (draft && schemas.data && told ? { app, draft, schemas: schemas.data, around, go: move, part, others: told.items, askOthers: () => void askOthers(), settings, setSettings } : null), [app, draft, schemas.data, told, askOthers, around, move, part, settings]);
  if (loaded.isError) return <Failed error={loaded.error} retry={() => void loaded.refetch()} />;
  if (schemas.isError) return <Failed error={schemas.error} retry={() => void schemas.refetch()} />;
  if (others.isError) return <Failed error={others.error} retry={() => void others.refetch()} />;
  if (!design) return <div style={{ padding: 40 }}><Bones rows={9} /></div>;
  return <DesignContext.Provider value={design}><Shell /></DesignContext.Provider>;
}
