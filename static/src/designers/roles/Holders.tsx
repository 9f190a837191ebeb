/** Who has a role: people are given it and lose it here, at once and without a publish. For administrators. */
import { Select } from "antd";
import { useDeferredValue, useState } from "react";
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { get, patch } from "../../kernel/api";
import { t } from "../../kernel/i18n";
import { useToast } from "../../kit/toast";
import { useDesign } from "../context";

interface Person {
  id: number;
  name: string;
  login: string;
  department?: { label: string } | null;
  roles: { application: string; id: string }[];
}
const most = 100;

export function Holders({ role }: { role: string }) {
  const { app } = useDesign();
  const toast = useToast();
  const queries = useQueryClient();
  const [typed, setTyped] = useState("");
  const [busy, setBusy] = useState(false);
  const search = useDeferredValue(typed.trim());
  const holders = useQuery({ queryKey: ["holders", app, role], retry: 0, queryFn: () => get<{ items: Person[] }>("users", { role: `${app}.${role}`, limit: most }).then((answer) => answer.items) });
  const found = useQuery({ queryKey: ["people", search], enabled: holders.isSuccess, placeholderData: (before) => before, queryFn: () => get<{ items: Person[] }>("users", { search, limit: 30 }).then((answer) => answer.items) });
  // whoever may not look after people is not asked
  if (!holders.data) return null;
  const people = new Map([...(found.data ?? []), ...holders.data].map((person) => [person.id, person]));
  const set = async (id: number, on: boolean) => {
    const person = people.get(id);
    if (!person) return;
    setBusy(true);
    try {
      const others = person.roles.filter((item) => item.application !== app || item.id !== role).map(({ application, id: name }) => ({ application, id: name }));
      await patch(`users/${id}`, { roles: on ? [...others, { application: app, id: role }] : others });
      await Promise.all([queries.invalidateQueries({ queryKey: ["holders", app, role] }), queries.invalidateQueries({ queryKey: ["people"] })]);
    } catch (error) {
      toast.failed(error);
    } finally {
      setBusy(false);
    }
  };
  return (
    <div className="role-designs">
      <span className="second small">{t("role.who_has")}</span>
      <Select
        mode="multiple" style={{ flex: "1 1 320px", maxWidth: 640 }} loading={busy} maxTagCount={12} placeholder={t("role.holders_none")} aria-label={t("role.who_has")} notFoundContent={t("role.holders_not_found")}
        value={holders.data.map((person) => person.id)} options={[...people.values()].map((person) => ({ value: person.id, label: person.name, person }))}
        showSearch={{ filterOption: (text, option) => !text || `${option?.person.name} ${option?.person.login}`.toLowerCase().includes(text.toLowerCase()), onSearch: setTyped }}
        optionRender={({ data }) => <span className="line"><span className="grow cut">{data.person.name}</span><span className="small third cut">{data.person.department?.label ?? data.person.login}</span></span>}
        onSelect={(id: number) => void set(id, true)} onDeselect={(id: number) => void set(id, false)}
      />
      <p className="help">{t(holders.data.length >= most ? "role.holders_many" : "role.holders_hint", { count: most })}</p>
    </div>
  );
}
