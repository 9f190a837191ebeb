/** Where a definition or a part of one is used; each place is a way there. */
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { get } from "../../kernel/api";
import { pick, t } from "../../kernel/i18n";
import type { Label } from "../../kernel/types";
import { useDesign } from "../context";

export interface Use {
  kind: string;
  id: string;
  label: Label;
  application: string;
}

export async function usesOf(app: string, kind: string, name: string, owner = ""): Promise<Use[]> {
  const found = await get<{ items: Use[] }>(`designer/${app}/usages`, { kind, entity: owner, name });
  return [...new Map(found.items.map((item) => [`${item.application}/${item.kind}/${item.id}`, item])).values()];
}

/** `owner` is the entity of a field, the dataset of a dimension or measure. */
export function WhereUsed({ kind, name, owner = "" }: { kind: string; name: string; owner?: string }) {
  const { app, draft, go } = useDesign();
  const [open, setOpen] = useState(false);
  const found = useQuery({ queryKey: ["usages", app, kind, owner, name], enabled: open, staleTime: 0, queryFn: async () => {
    await draft.flush();
    return usesOf(app, kind, name, owner);
  } });
  return (
    <div className="inspector-row">
      <button type="button" className="plain link small" aria-expanded={open} onClick={() => setOpen(!open)}>{t("inspect.where_used")}</button>
      {open && found.data && (found.data.length ? <div className="used">{found.data.map((item) => <button key={`${item.application}/${item.kind}/${item.id}`} type="button" className="plain used-item" disabled={item.application !== app} onClick={() => go(item.kind, item.id)}><span className="third">{t(`sort.${item.kind}`)}</span> {pick(item.label)}</button>)}</div> : <div className="help">{t("inspect.used_nowhere")}</div>)}
    </div>
  );
}
