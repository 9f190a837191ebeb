/** The simple table and head of the workspace's own pages. */
import type { ReactNode } from "react";
import { t } from "../../kernel/i18n";
import { Bones, Empty, Failed } from "../../kit/parts";

interface Props<T> {
  title: string;
  hint?: string;
  action?: ReactNode;
  /** What is said when there are none. */
  none?: string;
  noneHint?: string;
  rows: T[] | undefined;
  error: unknown;
  retry: () => void;
  columns: { key: string; label: string; width?: number; end?: boolean; cell: (row: T) => ReactNode }[];
  id: (row: T) => string | number;
  onOpen?: (row: T) => void;
}

export function AdminTable<T>({ title, hint, action, none, noneHint, rows, error, retry, columns, id, onOpen }: Props<T>) {
  return (
    <>
      <header className="head"><h1 className="cut">{title}</h1>{rows && <span className="count">{rows.length}</span>}<div className="head-do">{action}</div></header>
      <div className="page-scroll">
        {hint && <p className="help admin-hint">{hint}</p>}
        {/* a table wider than the phone is scrolled by keys too */}
        {/* oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex */}
        <div className="admin-sheet" role="region" aria-label={title} tabIndex={0}>
          {error ? <Failed error={error} retry={retry} /> : !rows ? <div style={{ padding: "0 20px" }}><Bones /></div> : !rows.length ? <Empty title={none ?? t("admin.none")} hint={noneHint} /> : (
            <table>
              <thead><tr>{columns.map((column) => <th key={column.key} style={{ width: column.width }} className={column.end ? "end" : ""}>{column.label}</th>)}</tr></thead>
              <tbody>
                {rows.map((row) => (
                  <tr key={id(row)} {...(onOpen ? { tabIndex: 0, className: "pressable", onClick: () => onOpen(row), onKeyDown: (event) => event.key === "Enter" && event.target === event.currentTarget && onOpen(row) } : {})}>
                    {columns.map((column) => <td key={column.key} className={column.end ? "end" : ""}>{column.cell(row)}</td>)}
                  </tr>
                ))}
              </tbody>
            </table>
          )}
        </div>
      </div>
    </>
  );
}
