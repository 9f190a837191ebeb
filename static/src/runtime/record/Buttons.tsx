/** The buttons that rules put on a record: pressed at once, or after a question. */
import { useQuery } from "@tanstack/react-query";
import { Button } from "antd";
import { MousePointerClick } from "lucide-react";
import { useState } from "react";
import { get, post } from "../../kernel/api";
import { pick, t } from "../../kernel/i18n";
import type { Label } from "../../kernel/types";
import { iconOf } from "../../kit/icons";
import { useToast } from "../../kit/toast";
import { client } from "../session";

interface Offered {
  rule: string;
  application: string;
  caption: Label;
  icon: string;
  question: Label;
}

export function Buttons({ app, entity, id, version, disabled, done }: { app: string; entity: string; id: number; version: unknown; disabled: boolean; done: () => void }) {
  const toast = useToast();
  const [busy, setBusy] = useState("");
  const path = `records/${app}/${entity}/${id}/buttons`;
  const offered = useQuery<Offered[]>({ queryKey: ["buttons", app, entity, id, version], staleTime: 10_000, placeholderData: (before) => before, queryFn: ({ signal }) => get<{ items: Offered[] }>(path, {}, signal).then((answer) => answer.items) });
  const press = async (item: Offered) => {
    setBusy(item.rule);
    try {
      await post(`${path}/${encodeURIComponent(item.rule)}`, { key: crypto.randomUUID().replaceAll("-", ""), application: item.application });
      toast.done(t("record.pressed", { name: pick(item.caption) }));
    } catch (error) {
      toast.failed(error);
    } finally {
      setBusy("");
    }
    done();
    for (const key of ["history", "buttons", "related", "related-count", "messages"]) void client.invalidateQueries({ queryKey: [key, app] });
  };
  const ask = (item: Offered) => {
    if (!pick(item.question)) return void press(item);
    toast.modal.confirm({ title: pick(item.question), okText: pick(item.caption), cancelText: t("do.cancel"), icon: null, onOk: () => press(item) });
  };
  if (!offered.data?.length) return null;
  return (
    <div className="record-buttons">
      {offered.data.map((item) => {
        const Picture = iconOf(item.icon, MousePointerClick);
        return <Button key={`${item.application}.${item.rule}`} icon={<Picture size={15} />} loading={busy === item.rule} disabled={disabled || !!busy} onClick={() => ask(item)}>{pick(item.caption)}</Button>;
      })}
    </div>
  );
}
