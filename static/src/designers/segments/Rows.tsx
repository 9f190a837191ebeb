/** Some records of a table, a line each, drawn by their fields' own cells. */
import { pick, t } from "../../kernel/i18n";
import { field as fieldAt } from "../../kernel/metadata";
import { instant } from "../../kernel/format";
import type { Entity, Metadata, RecordData } from "../../kernel/types";
import { effective } from "../../kit/derived";

interface Props {
  metadata: Metadata;
  entity: Entity;
  fields: string[];
  items: (RecordData & { since?: string })[];
}

export function Rows({ metadata, entity, fields, items }: Props) {
  const columns = fields.flatMap((name) => {
    const found = fieldAt(metadata, entity, name);
    return found ? [found] : [];
  });
  const dated = items.some((item) => item.since);
  return (
    <div className="preview-table segment-rows">
      <table>
        <thead><tr>{columns.map((field) => <th key={field.name} className={effective(field)[0].align === "end" ? "end" : ""}>{pick(field.label)}</th>)}{dated && <th>{t("segment.since")}</th>}</tr></thead>
        <tbody>
          {items.map((item) => (
            <tr key={item.id}>
              {columns.map((field) => {
                const [kind, as] = effective(field);
                const value = item[field.name] ?? null;
                return <td key={field.name} className={kind.align === "end" ? "end tabular" : ""}>{value === null || value === "" ? "" : <kind.Cell value={value} field={as} />}</td>;
              })}
              {dated && <td className="second tabular">{item.since ? instant(item.since) : ""}</td>}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
