/** The menu: entries in groups, put in order by drag or by keys; each with its picture, its name, where it leads and for whom. */
import { Button, Select } from "antd";
import { ChevronDown, ChevronUp, FolderPlus, GripVertical, Plus, X } from "lucide-react";
import { useState } from "react";
import { language, pick, t } from "../../kernel/i18n";
import type { Json, Label } from "../../kernel/types";
import { Empty } from "../../kit/parts";
import { useBook, useDesign } from "../context";
import { IconPicker } from "../inspector/widgets";
import { InlineText } from "../shell/InlineText";
import { free, labelOf, list, relabelled, withBorrowed } from "../shape";
import { flatten, nest, type Entry } from "./order";

export default function MenuDesigner() {
  const { draft } = useDesign();
  const book = useBook();
  const [id, menu] = list(book, "menu")[0] ?? ["main", undefined];
  const [dragged, setDragged] = useState<number | null>(null);
  const [over, setOver] = useState<number | null>(null);
  const rows = flatten((menu?.["items"] ?? []) as never);
  const put = (next: Entry[], label = "design.step_change", merge?: string) =>
    draft.run({ label, ...(merge ? { merge } : {}), patches: [...(book["menu"] ? [] : [{ do: "set" as const, path: ["menu"], value: {} }]), { do: "set", path: ["menu", id], value: { ...(menu ?? { name: "main" }), items: nest(next) as unknown as Json } }] });
  const set = (at: number, values: Partial<Entry>) => put(rows.map((row, index) => (index === at ? { ...row, ...values } : row)));
  const block = (at: number) => {
    let end = at + 1;
    if (rows[at]?.group) while (end < rows.length && rows[end]!.depth) end += 1;
    return end - at;
  };
  const move = (from: number, to: number) => {
    if (from === to || to < 0 || to > rows.length) return;
    const size = block(from);
    if (to > from && to < from + size) return;
    const rest = [...rows];
    const taken = rest.splice(from, size);
    const at = to > from ? to - size : to;
    const above = rest[at - 1];
    const depth = taken[0]!.group ? 0 : above && (above.group || above.depth) ? 1 : 0;
    // a group stands between groups, never inside one
    let place = at;
    if (taken[0]!.group) while (place < rest.length && rest[place]!.depth) place += 1;
    rest.splice(place, 0, ...(taken[0]!.group ? taken : [{ ...taken[0]!, depth }]));
    put(rest, "design.step_move");
  };
  const targets = (["view", "board", "form"] as const).map((sort) => ({ label: t(`sort.${sort}_many`), options: list(book, sort).map(([, doc]) => ({ value: `${sort}:${String(doc["name"])}`, label: pick(labelOf(doc)) })) }));
  const roles = withBorrowed(list(book, "role").map(([, doc]) => ({ value: String(doc["name"]), label: pick(labelOf(doc)) })), "role", t("design.own"));
  const taken = rows.map((row) => row.id);
  const add = (target: string) => {
    const [sort = "view", name = ""] = target.split(":");
    const doc = list(book, sort).find(([, item]) => item["name"] === name)?.[1];
    put([...rows, { id: free(taken, name), label: (labelOf(doc) ?? "") as Json, icon: sort === "board" ? "board" : "table", target: sort, name, roles: [], depth: rows.some((row) => row.group) && rows.at(-1)?.depth ? 1 : 0, group: false }], "design.step_add");
  };
  return (
    <div className="designer-page">
      <div className="menu-designer">
        <header className="data-head">
          <h2 className="grow">{t("design.tab_menu")}</h2>
          <Button icon={<FolderPlus size={15} />} onClick={() => put([...rows, { id: free(taken, "group"), label: t("menu.new_group"), icon: "", target: "", name: "", roles: [], depth: 0, group: true }], "design.step_add")}>{t("menu.add_group")}</Button>
          <Select<string | null> value={null} placeholder={<span className="line"><Plus size={14} />{t("menu.add")}</span>} aria-label={t("menu.add")} style={{ width: 170 }} popupMatchSelectWidth={240} showSearch={{ optionFilterProp: "label" }} options={targets} onChange={(value) => value && add(value)} />
        </header>
        {!rows.length && <Empty title={t("menu.none")} hint={t("menu.none_hint")} />}
        <div className="panel menu-list" role="list">
          {rows.map((row, at) => (
            <div
              key={row.id} role="listitem" className={`menu-row ${row.group ? "group" : ""} ${over === at ? "over" : ""}`} style={{ paddingLeft: row.depth ? 34 : 8 }} draggable={dragged === at}
              onDragOver={(event) => { if (dragged !== null) { event.preventDefault(); setOver(at); } }} onDrop={(event) => {
                if (dragged === null) return;
                const box = event.currentTarget.getBoundingClientRect();
                move(dragged, event.clientY > box.top + box.height / 2 ? at + 1 : at);
              }} onDragEnd={() => { setDragged(null); setOver(null); }}
            >
              <button type="button" className="plain grip" aria-label={t("view.move")} onPointerDown={() => setDragged(at)} onPointerUp={() => setDragged(null)} onKeyDown={(event) => {
                if (event.key === "ArrowUp") { event.preventDefault(); move(at, at - 1); }
                if (event.key === "ArrowDown") { event.preventDefault(); move(at, at + block(at) + 1); }
              }}><GripVertical size={15} /></button>
              {!row.group && <IconPicker value={row.icon} onChange={(icon) => set(at, { icon })} />}
              <span className="menu-name cut"><InlineText value={pick(row.label as Label)} label={t("form.rename")} placeholder={t("menu.unnamed")} onChange={(text) => set(at, { label: relabelled(row.label as Label, language(), text) as Json })} /></span>
              {!row.group && <Select size="small" variant="filled" className="menu-target" value={row.name ? `${row.target}:${row.name}` : undefined} placeholder={t("menu.target")} aria-label={t("menu.target")} popupMatchSelectWidth={240} showSearch={{ optionFilterProp: "label" }} options={targets} onChange={(value: string) => set(at, { target: value.split(":")[0]!, name: value.split(":")[1]! })} />}
              <Select size="small" variant="filled" mode="multiple" className="menu-roles" maxTagCount="responsive" maxTagPlaceholder={(rest) => `+${rest.length}`} value={row.roles} placeholder={t("menu.everybody")} aria-label={t("menu.roles")} options={roles} onChange={(value: string[]) => set(at, { roles: value })} />
              <button type="button" className="icon-button" aria-label={t("menu.up")} disabled={at === 0} onClick={() => move(at, at - 1)}><ChevronUp size={15} /></button>
              <button type="button" className="icon-button" aria-label={t("menu.down")} disabled={at === rows.length - 1} onClick={() => move(at, at + block(at) + 1)}><ChevronDown size={15} /></button>
              <button type="button" className="icon-button" aria-label={t("do.remove")} onClick={() => put(rows.filter((_, index) => index !== at).map((one, index) => (row.group && index >= at && one.depth && !rows.slice(0, at).some((before) => before.group) ? { ...one, depth: 0 } : one)), "design.step_remove")}><X size={15} /></button>
            </div>
          ))}
        </div>
        <p className="help data-help">{t("menu.help")}</p>
      </div>
    </div>
  );
}
