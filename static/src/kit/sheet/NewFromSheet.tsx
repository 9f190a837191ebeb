/** A new entity from a sheet: drop it, say what it is called, correct the types found, and it stands in the draft. */
import { Input, Modal, Select } from "antd";
import { useState } from "react";
import { post, Problem } from "../../kernel/api";
import { pick, t } from "../../kernel/i18n";
import { useToast } from "../toast";
import { SheetDrop } from "./SheetDrop";
import type { FieldSort, SheetColumn, SheetImport } from "./types";

interface Props {
  application: string;
  /** The field types one may choose from, as they are called. */
  sorts: readonly FieldSort[];
  /** The roles that may work with what is new. */
  roles: readonly string[];
  close: () => void;
  /** The new entity's name, the definitions made, and the import that waits for the publish. */
  made: (entity: string, definitions: { kind: string; id: string }[], run: number) => void;
}

interface Wanted {
  label: string;
  type: string;
}

export default function NewFromSheet({ application, sorts, roles, close, made }: Props) {
  const toast = useToast();
  const [found, setFound] = useState<SheetImport | null>(null);
  const [label, setLabel] = useState("");
  const [wanted, setWanted] = useState<Record<string, Wanted>>({});
  const [busy, setBusy] = useState(false);
  const columns: SheetColumn[] = found?.columns ?? [];
  const take = (next: SheetImport) => {
    setFound(next);
    setLabel((old) => old || next.sheet || next.file.replace(/\.[^.]+$/, ""));
    setWanted(Object.fromEntries((next.columns ?? []).map((column) => [column.name, { label: column.name, type: column.type }])));
  };
  const sheet = async (name: string) => {
    if (!found) return;
    try {
      take(await post<SheetImport>(`imports/${found.id}/propose`, { sheet: name }));
    } catch (error) {
      toast.failed(error);
    }
  };
  const make = async () => {
    if (!found || !label.trim()) return;
    setBusy(true);
    try {
      const answer = await post<{ made: { kind: string; id: string }[]; entity: string }>(`imports/${found.id}/new-entity`, {
        application, label: label.trim(), roles, columns: columns.map((column) => ({ column: column.name, label: wanted[column.name]?.label.trim() || column.name, type: wanted[column.name]?.type ?? column.type })),
      });
      made(answer.entity, answer.made, found.id);
    } catch (error) {
      if (error instanceof Problem && error.issues[0]) toast.failed(new Error(error.issues[0].message));
      else toast.failed(error);
      setBusy(false);
    }
  };
  const change = (name: string, next: Partial<Wanted>) => setWanted((old) => ({ ...old, [name]: { ...(old[name] ?? { label: name, type: "text" }), ...next } }));
  const choices = [...sorts.map((sort) => ({ value: sort.kind, label: pick(sort.label) })), { value: "", label: t("import.leave_out") }];
  return (
    <Modal
      open width={820} title={t("sheet.new")} onCancel={close} cancelText={t("do.cancel")} okText={t("sheet.make")} onOk={() => void make()} okButtonProps={{ disabled: !found || !label.trim(), loading: busy }} destroyOnHidden
    >
      {!found ? (
        <SheetDrop application={application} done={take} />
      ) : (
        <div style={{ display: "grid", gap: 14 }}>
          <div className="line" style={{ gap: 12, alignItems: "end" }}>
            <label className="grow"><span className="field-label">{t("sheet.label")}</span><Input autoFocus value={label} onChange={(event) => setLabel(event.target.value)} /></label>
            {found.sheets.length > 1 && <label><span className="field-label">{t("import.sheet")}</span><Select style={{ width: 200 }} value={found.sheet} options={found.sheets.map((name) => ({ value: name, label: name }))} onChange={(name: string) => void sheet(name)} /></label>}
          </div>
          <p className="help">{t("sheet.hint", { count: found.rows })}</p>
          <div style={{ maxHeight: "46vh", overflow: "auto", border: "1px solid var(--line)", borderRadius: 8 }}>
            <table className="sheet-table">
              <thead><tr><th>{t("sheet.field")}</th><th>{t("import.samples")}</th><th style={{ width: 190 }}>{t("sheet.type")}</th></tr></thead>
              <tbody>
                {columns.map((column) => (
                  <tr key={column.name} className={wanted[column.name]?.type === "" ? "out" : ""}>
                    <td><Input value={wanted[column.name]?.label ?? column.name} aria-label={t("sheet.field_of", { name: column.name })} onChange={(event) => change(column.name, { label: event.target.value })} /></td>
                    <td><span className="sheet-samples cut">{column.samples.slice(0, 3).join(" · ")}</span></td>
                    <td><Select style={{ width: "100%" }} aria-label={t("sheet.type_of", { name: column.name })} value={wanted[column.name]?.type ?? column.type} options={choices} showSearch={{ optionFilterProp: "label" }} onChange={(type: string) => change(column.name, { type })} /></td>
                  </tr>
                ))}
              </tbody>
            </table>
          </div>
        </div>
      )}
    </Modal>
  );
}
