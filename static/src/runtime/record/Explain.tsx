/** Why a person may see a record: each of their roles, whether it reaches this record, and what it lets them do. */
import { useQuery } from "@tanstack/react-query";
import { Modal } from "antd";
import { Check, Minus } from "lucide-react";
import { get } from "../../kernel/api";
import { pick, t } from "../../kernel/i18n";
import type { Entity, Label } from "../../kernel/types";
import { Bones, Failed, Tag } from "../../kit/parts";

interface Answer {
  granted: boolean;
  administrator?: boolean;
  because: { role: Label; condition?: string | null; holds: boolean; may?: string[] }[];
}

export default function Explain({ app, entity, id, close }: { app: string; entity: Entity; id: number; close: () => void }) {
  const answer = useQuery({ queryKey: ["explain", app, entity.name, id], queryFn: ({ signal }) => get<Answer>(`records/${app}/${entity.name}/${id}/explain`, {}, signal) });
  return (
    <Modal open title={t("record.why")} footer={null} onCancel={close} width={480}>
      {answer.isError ? <Failed error={answer.error} /> : !answer.data ? <Bones rows={3} /> : (
        <div className="why">
          {answer.data.administrator && <p>{t("why.administrator")}</p>}
          {answer.data.because.map((reason, index) => (
            <div key={index} className={`why-role ${reason.holds ? "holds" : ""}`}>
              {reason.holds ? <Check size={18} aria-label={t("why.holds")} /> : <Minus size={18} aria-label={t("why.holds_not")} />}
              <div className="grow">
                <b>{t("why.role", { name: pick(reason.role) })}</b>
                <p className="second">{t(!reason.condition ? "why.all" : reason.holds ? "why.some" : "why.some_not", { name: pick(entity.plural || entity.label) })}</p>
                {reason.holds && !!reason.may?.length && <span className="tags wrap">{reason.may.map((word) => <Tag key={word} color="teal">{t(`why.may_${word}`)}</Tag>)}</span>}
              </div>
            </div>
          ))}
          {!answer.data.administrator && !answer.data.because.length && <p>{t("why.nothing")}</p>}
        </div>
      )}
    </Modal>
  );
}
