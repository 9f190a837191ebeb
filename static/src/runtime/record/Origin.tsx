/** Where the value of one field comes from: who or which rule made it so, step by step back to the beginning. */
import { useQuery } from "@tanstack/react-query";
import { Modal } from "antd";
import { get } from "../../kernel/api";
import { fullInstant, instant } from "../../kernel/format";
import { pick, t } from "../../kernel/i18n";
import { derived } from "../../kernel/metadata";
import type { Entity, Field, HistoryEntry } from "../../kernel/types";
import { Bones, Failed } from "../../kit/parts";
import { Changes, doing, Mark, Run } from "./Timeline";

export default function Origin({ app, entity, id, field, version, close }: { app: string; entity: Entity; id: number; field: Field; version: number; close: () => void }) {
  const answer = useQuery({ queryKey: ["origin", app, entity.name, id, field.name, version], queryFn: ({ signal }) => get<{ items: HistoryEntry[] }>(`records/${app}/${entity.name}/${id}/history`, { field: field.name }, signal) });
  // a computed value was not entered with the record
  const items = (answer.data?.items ?? []).filter((entry) => !derived(field) || entry.action !== "create");
  return (
    <Modal open title={t("timeline.value_title", { name: pick(field.label, field.name) })} footer={null} onCancel={close} width={520}>
      {derived(field) && <p className="second">{t("timeline.value_derived")}</p>}
      {answer.isError ? <Failed error={answer.error} retry={() => void answer.refetch()} /> : answer.isPending ? <Bones rows={3} /> : !items.length ? !derived(field) && <p className="second">{t("timeline.value_none")}</p> : (
        <div className="timeline"><ol>
          {items.map((entry, index) => (
            <li key={`${entry.at}${index}`}>
              <Mark action={entry.action} />
              <div className="grow">
                <div className="timeline-who">
                  <b>{entry.by?.label ?? t("timeline.system")}</b>
                  <span className="second">{items.length === 1 && entry.action === "create" && !derived(field) ? t("timeline.value_first") : doing(entry)}</span>
                  <time className="third" dateTime={entry.at} title={fullInstant(entry.at)}>{instant(entry.at)}</time>
                </div>
                {entry.run && <Run run={entry.run} app={app} entity={entity} />}
                <Changes entry={entry} entity={entity} app={app} id={id} />
              </div>
            </li>
          ))}
        </ol></div>
      )}
    </Modal>
  );
}
