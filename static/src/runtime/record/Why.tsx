/** Why a rule changed a record: what held at that moment, with the values of then, and what was done. */
import { useQuery } from "@tanstack/react-query";
import { get } from "../../kernel/api";
import { extend, t } from "../../kernel/i18n";
import { Bones, told } from "../../kit/parts";
import { Reasons } from "../../kit/rules/Reasons";
import type { Firing } from "../../kit/rules/types";

await extend("rules");

export default function Why({ app, entity, id, firing }: { app: string; entity: string; id: number; firing: number }) {
  const answer = useQuery({ queryKey: ["why", app, entity, id, firing], staleTime: 60_000, queryFn: ({ signal }) => get<{ items: Firing[] }>(`records/${app}/${entity}/${id}/why`, { firing }, signal).then((found) => found.items[0] ?? null) });
  if (answer.isError) return <p className="wrong small">{told(answer.error).title}</p>;
  if (answer.isPending) return <Bones rows={2} />;
  if (!answer.data) return <p className="help">{t("timeline.none")}</p>;
  const found = answer.data;
  return (
    <div className="timeline-why">
      <div className="small third">{t(`rule.cause_${found.cause}`)} · {t("rule.release", { number: found.release })}</div>
      <Reasons conditions={found.conditions} effects={found.effects} />
    </div>
  );
}
