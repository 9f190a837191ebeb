/** A table given away as DMN, and tables taken from a DMN file; what could not be said is told with its place. */
import { Button, Modal } from "antd";
import { Download, Upload } from "lucide-react";
import { useRef, useState } from "react";
import { post } from "../../kernel/api";
import { pick, t } from "../../kernel/i18n";
import { words } from "../../kernel/issues";
import type { Issue, Label } from "../../kernel/types";
import { useToast } from "../../kit/toast";
import { adding, useBook, useDesign } from "../context";
import type { Doc } from "../draft";
import { nameFor } from "../names";
import { labelOf, list } from "../shape";

interface Taken {
  tables: Doc[];
  issues: Issue[];
}

export function Exchange({ id, table }: { id: string; table: Doc }) {
  const { app } = useDesign();
  const toast = useToast();
  const [told, setTold] = useState<Issue[]>([]);
  const give = async () => {
    try {
      const { xml, issues } = await post<{ xml: string; issues: Issue[] }>(`designer/${app}/decisions/dmn/export`, { tables: [Object.fromEntries(Object.entries(table).filter(([key]) => key !== "id" || table["id"] !== table["name"]))] });
      const link = document.createElement("a");
      link.href = URL.createObjectURL(new Blob([xml], { type: "application/xml" }));
      link.download = `${String(table["name"] ?? id)}.dmn`;
      link.click();
      window.setTimeout(() => URL.revokeObjectURL(link.href), 1000);
      if (issues.length) setTold(issues);
    } catch (error) {
      toast.failed(error);
    }
  };
  return (
    <>
      <Import />
      <Button size="small" icon={<Download size={14} />} onClick={() => void give()}>{t("decision.dmn_export")}</Button>
      {told.length > 0 && <Told issues={told} title={t("decision.dmn_exported")} close={() => setTold([])} />}
    </>
  );
}

/** Takes every decision table of a file into the draft, as one step. */
export function Import() {
  const { app, draft, go } = useDesign();
  const book = useBook();
  const toast = useToast();
  const picker = useRef<HTMLInputElement>(null);
  const [busy, setBusy] = useState(false);
  const [taken, setTaken] = useState<{ found: Taken; names: string[] } | null>(null);
  const take = async (file: File) => {
    setBusy(true);
    try {
      const found = await post<Taken>(`designer/${app}/decisions/dmn/import`, { xml: await file.text() });
      const known = list(book, "decision_table").flatMap(([key, doc]) => [key, String(doc["name"])]);
      const names: string[] = [];
      const patches = [];
      let next = book;
      for (const made of found.tables) {
        const own = String(made["name"]);
        const name = known.includes(own) ? await nameFor(app, labelOf(made), () => [...known, ...names]) : own;
        names.push(name);
        patches.push(...adding(next, "decision_table", name, { ...made, name }));
        next = { ...next, decision_table: { ...next["decision_table"], [name]: made } };
      }
      if (patches.length) {
        draft.run({ label: "design.step_add", patches });
        go("decision_table", names[0]);
      }
      if (found.issues.length || !names.length) setTaken({ found, names });
      else toast.say(t("decision.dmn_imported", { count: names.length }));
    } catch (error) {
      toast.failed(error);
    } finally {
      setBusy(false);
    }
  };
  return (
    <>
      <Button size="small" icon={<Upload size={14} />} loading={busy} onClick={() => picker.current?.click()}>{t("decision.dmn_import")}</Button>
      <input ref={picker} type="file" accept=".dmn,.xml" hidden aria-label={t("decision.dmn_import")} onChange={(event) => {
        const file = event.target.files?.[0];
        event.target.value = "";
        if (file) void take(file);
      }} />
      {taken && <Told issues={taken.found.issues} title={taken.names.length ? t("decision.dmn_imported", { count: taken.names.length }) : t("decision.dmn_none")} said={taken.found.tables.map((made) => pick(labelOf(made) as Label))} close={() => setTaken(null)} />}
    </>
  );
}

function Told({ issues, title, said = [], close }: { issues: Issue[]; title: string; said?: string[]; close: () => void }) {
  return (
    <Modal open title={title} footer={<Button type="primary" onClick={close}>{t("decision.understood")}</Button>} onCancel={close} width={620}>
      {said.length > 0 && <p className="second">{said.join(t("say.list"))}</p>}
      {issues.length > 0 && <p>{t("decision.dmn_unsaid")}</p>}
      <ul className="decision-told">{issues.map((issue, at) => <li key={at}><span className="second">{issue.path.map(String).join(" › ")}</span> {words(issue)}</li>)}</ul>
    </Modal>
  );
}
