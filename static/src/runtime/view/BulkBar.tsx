/** What can be done to the rows chosen: change a field of all, delete, copy; with the sums of their numbers. */
import { Button } from "antd";
import { Copy, PenLine, RotateCcw, Trash2, X } from "lucide-react";
import { lazy, Suspense, useMemo, useState } from "react";
import { post } from "../../kernel/api";
import { pick, t } from "../../kernel/i18n";
import { sum } from "../../kernel/sum";
import type { Entity, Field } from "../../kernel/types";
import { effective } from "../../kit/derived";
import { fieldKind } from "../../kit/fields";
import { told } from "../../kit/parts";
import { useToast } from "../../kit/toast";
import type { Column } from "./layout";
import { touch, useRowsState, type RowStore } from "./rows";
import { useUndo } from "./undo";

const Change = lazy(() => import("./BulkChange"));

interface Props {
  app: string;
  entity: Entity;
  store: RowStore;
  chosen: ReadonlySet<number>;
  columns: Column[];
  fields: Field[];
  clear: () => void;
  /** These lie in the bin: all one can do is take them out again. */
  bin: boolean;
}

export function BulkBar({ app, entity, store, chosen, columns, fields, clear, bin }: Props) {
  const state = useRowsState(store);
  const toast = useToast();
  const { did } = useUndo(app, entity);
  const [changing, setChanging] = useState(false);
  const rows = useMemo(() => state.items.filter((item) => chosen.has(item.id)), [state.items, chosen]);
  const sums = useMemo(() => columns.flatMap((column) => {
    const [kind, as] = effective(column.field);
    return ["integer", "decimal", "money"].includes(as.type) && column.field.access !== "masked" ? [{ name: column.name, label: pick(column.label), text: kind.text(as.type === "integer" ? Number(sum(rows.map((row) => row[column.name]))) : sum(rows.map((row) => row[column.name])), as) }] : [];
  }).slice(0, 3), [columns, rows]);

  const remove = () =>
    toast.modal.confirm({
      title: t("bulk.delete_ask", { count: chosen.size }), content: t("bulk.delete_hint"), okText: t("bulk.delete", { count: chosen.size }), okButtonProps: { danger: true }, cancelText: t("do.cancel"), icon: null,
      onOk: async () => {
        try {
          await post(`records/${app}/${entity.name}/bulk`, { ids: [...chosen], delete: true });
          store.drop([...chosen]);
          clear();
          toast.done(t("bulk.deleted", { count: chosen.size }));
        } catch (error) {
          toast.failed(error);
        }
      },
    });
  const restore = async () => {
    const left: string[] = [];
    const back: number[] = [];
    for (const id of chosen) {
      try {
        await post(`records/${app}/${entity.name}/${id}/restore`);
        back.push(id);
      } catch (error) {
        left.push(told(error).detail);
      }
    }
    store.drop(back);
    touch(app, entity.name);
    clear();
    if (left.length) toast.say(t("bin.some_refused", { count: left.length, reason: left[0] }));
    else toast.done(t("bin.restored", { count: back.length }));
  };
  const copy = () => {
    const text = [columns.map((column) => pick(column.label)), ...rows.map((row) => columns.map((column) => fieldKind(column.field.type).text(row[column.name] ?? null, column.field)))].map((line) => line.join("\t")).join("\n");
    void navigator.clipboard?.writeText(text).then(() => toast.done(t("bulk.copied", { count: rows.length })));
  };
  return (
    <div className="bulk" role="toolbar" aria-label={t("bulk.title")}>
      <b className="number">{t("bulk.chosen", { count: chosen.size })}</b>
      {sums.map((item) => <span key={item.name} className="bulk-sum"><span className="third">{item.label}</span> <span className="number">{item.text}</span></span>)}
      <span className="bulk-do">
        {bin && <Button type="text" icon={<RotateCcw size={15} />} onClick={() => void restore()}>{t("bin.restore")}</Button>}
        {!bin && entity.access.update && <Button type="text" icon={<PenLine size={15} />} onClick={() => setChanging(true)}>{t("bulk.change")}</Button>}
        <Button type="text" icon={<Copy size={15} />} onClick={copy}>{t("do.copy")}</Button>
        {!bin && entity.access.delete && <Button type="text" danger icon={<Trash2 size={15} />} onClick={remove}>{t("do.delete")}</Button>}
      </span>
      <button type="button" className="icon-button" aria-label={t("bulk.clear")} onClick={clear}><X size={16} /></button>
      {changing && <Suspense fallback={null}><Change {...{ app, entity, chosen, fields }} close={() => setChanging(false)} done={(count, formers) => {
        setChanging(false);
        clear();
        store.reload();
        did(t("bulk.changed", { count }), formers);
      }} /></Suspense>}
    </div>
  );
}
