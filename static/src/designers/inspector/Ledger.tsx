/** Records as entries of a ledger: whose account, which amount, and how low the balance may go. */
import { Select, Switch } from "antd";
import { pick, t } from "../../kernel/i18n";
import type { Field, Json } from "../../kernel/types";
import { FormulaField } from "./Condition";

const numbers = new Set(["integer", "decimal", "money"]);

export function Ledger({ entity, fields, value, append, onChange }: { entity: string; fields: Field[]; value: Json | undefined; append: boolean; onChange: (change: { balance?: Json | undefined; changes?: Json }) => void }) {
  const balance = value && typeof value === "object" && !Array.isArray(value) ? value : null;
  const accounts = fields.filter((field) => field.type === "reference" && !field.multiple && field.entity);
  const amounts = fields.filter((field) => numbers.has(field.type));
  const set = (change: { [key: string]: Json }) => onChange({ balance: { ...balance, ...change } });
  const options = (items: Field[]) => items.map((field) => ({ value: field.name, label: pick(field.label, field.name) }));
  const able = accounts.length > 0 && amounts.length > 0;
  return (
    <div className="inspector-row validations" role="group" aria-label={t("ledger.title")}>
      <label className="inspector-switch"><span className="grow">{t("ledger.title")}</span><Switch size="small" aria-label={t("ledger.title")} disabled={!able && !balance} checked={!!balance} onChange={(on) => onChange(on ? { balance: { account: accounts[0]!.name, amount: amounts[0]!.name }, ...(append ? {} : { changes: "append" }) } : { balance: undefined })} /></label>
      <div className="help">{t(able || balance ? "ledger.hint" : "ledger.needs")}</div>
      {balance && (
        <div className="validation">
          <div className="field-label">{t("ledger.account")}</div>
          <Select value={String(balance["account"] ?? "")} aria-label={t("ledger.account")} style={{ width: "100%" }} options={options(accounts)} onChange={(account) => set({ account })} />
          <div className="field-label">{t("ledger.amount")}</div>
          <Select value={String(balance["amount"] ?? "")} aria-label={t("ledger.amount")} style={{ width: "100%" }} options={options(amounts)} onChange={(amount) => set({ amount })} />
          <div className="field-label">{t("ledger.floor")}</div>
          <FormulaField entity={entity} text={String(balance["floor"] ?? "0")} title={t("ledger.floor")} onChange={(floor) => set({ floor })} />
          <div className="help">{t("ledger.floor_hint")}</div>
        </div>
      )}
    </div>
  );
}
