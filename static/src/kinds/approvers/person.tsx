/** Named people. */
import { useQuery } from "@tanstack/react-query";
import { Select } from "antd";
import { User } from "lucide-react";
import { useState } from "react";
import { t } from "../../kernel/i18n";
import type { ApproverKind, SourceProps } from "../../kit/flows/kinds";

function Settings({ value, offered, onChange }: SourceProps) {
  const [asked, setAsked] = useState("");
  const logins = (Array.isArray(value["logins"]) ? value["logins"] : []).map(String);
  const found = useQuery({ queryKey: ["flow-people", asked], staleTime: 60_000, queryFn: () => offered.find(asked) });
  const apart = useQuery({ queryKey: ["flow-logins", logins.join()], enabled: logins.length > 0, staleTime: 300_000, queryFn: async () => (await Promise.all(logins.map((login) => offered.find(login)))).flat().filter((item) => logins.includes(item.value)) });
  const options = [...(apart.data ?? []).filter((item) => !found.data?.some((one) => one.value === item.value)), ...(found.data ?? [])];
  return <Select mode="multiple" value={logins} aria-label={t("flow.people")} placeholder={t("input.person")} style={{ width: "100%" }} showSearch={{ filterOption: false, onSearch: setAsked }} options={options} loading={found.isFetching} onChange={(next: string[]) => onChange({ logins: next })} />;
}

export const person: ApproverKind = {
  kind: "person", Icon: User, begun: { logins: [] }, Settings,
  words: (source, told) => (Array.isArray(source["logins"]) ? source["logins"] : []).map((login) => told.named("person", String(login))).join(t("say.list")),
};
