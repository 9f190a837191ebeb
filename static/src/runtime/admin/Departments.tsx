/** The tree of departments: add below, rename, move, remove. */
import { useQuery } from "@tanstack/react-query";
import { Button, Form, Input, Modal, Select } from "antd";
import { ChevronRight, Network, Pencil, Plus, Trash2 } from "lucide-react";
import { useState } from "react";
import { get, patch, post, remove } from "../../kernel/api";
import { t } from "../../kernel/i18n";
import type { Value } from "../../kernel/types";
import { fieldKind } from "../../kit/fields";
import { Bones, Empty, Failed } from "../../kit/parts";
import { useToast } from "../../kit/toast";

export interface Department {
  id: number;
  label: string;
  parent_id?: number | null;
  people?: number;
  head_id?: number | null;
  head?: string | null;
  children?: Department[];
}

/** A tree of what may come as a tree or as a list that names parents. */
function tree(list: Department[]): Department[] {
  if (list.some((item) => item.children)) return list;
  const under = (parent: number | null): Department[] => list.filter((item) => (item.parent_id ?? null) === parent).map((item) => ({ ...item, children: under(item.id) }));
  return under(null);
}

export const useDepartments = () => useQuery({ queryKey: ["departments"], queryFn: () => get<Department[] | { items: Department[] }>("departments").then((answer) => tree(Array.isArray(answer) ? answer : answer.items)) });

export const flatten = (list: Department[], depth = 0): { department: Department; depth: number }[] => list.flatMap((department) => [{ department, depth }, ...flatten(department.children ?? [], depth + 1)]);

export default function Departments() {
  const toast = useToast();
  const departments = useDepartments();
  const [form] = Form.useForm<{ label: string; parent_id?: number | null; head?: Value }>();
  const [open, setOpen] = useState<{ department: Department | null; parent: number | null } | null>(null);
  const [folded, setFolded] = useState<ReadonlySet<number>>(new Set());
  const start = (department: Department | null, parent: number | null) => {
    setOpen({ department, parent });
    form.setFieldsValue({ label: department?.label ?? "", parent_id: parent, head: department?.head_id ? { id: department.head_id, label: department.head ?? "" } : null });
  };
  const attempt = async (work: () => Promise<unknown>) => {
    try {
      await work();
      setOpen(null);
      await departments.refetch();
    } catch (error) {
      toast.failed(error);
    }
  };
  const save = async () => {
    const typed = await form.validateFields().catch(() => null);
    if (!typed || !open) return;
    const body = { label: typed.label, parent_id: typed.parent_id ?? null, head_id: typed.head && typeof typed.head === "object" && !Array.isArray(typed.head) ? (typed.head["id"] ?? null) : null };
    await attempt(() => (open.department ? patch(`departments/${open.department.id}`, body) : post("departments", body)));
  };
  const row = (department: Department, parent: number | null): React.ReactNode => {
    const below = department.children ?? [];
    const closed = folded.has(department.id);
    return (
      <li key={department.id} role="treeitem" aria-expanded={below.length ? !closed : undefined} aria-selected={false}>
        <div className="tree-row">
          <button type="button" className="plain tree-fold" style={{ visibility: below.length ? "visible" : "hidden" }} aria-label={t(closed ? "do.unfold" : "do.fold")} onClick={() => setFolded((old) => {
            const next = new Set(old);
            if (!next.delete(department.id)) next.add(department.id);
            return next;
          })}><ChevronRight size={15} style={{ transform: closed ? undefined : "rotate(90deg)" }} /></button>
          <Network size={15} aria-hidden />
          <span className="cut">{department.label}</span>
          {department.people !== undefined && <span className="third small number">{t("admin.people", { count: department.people })}</span>}
          {department.head && <span className="second small cut">{t("admin.department_led", { name: department.head })}</span>}
          <span className="tree-do">
            <button type="button" className="icon-button" aria-label={t("admin.department_below", { name: department.label })} title={t("admin.department_below", { name: department.label })} onClick={() => start(null, department.id)}><Plus size={15} /></button>
            <button type="button" className="icon-button" aria-label={t("do.change")} title={t("do.change")} onClick={() => start(department, parent)}><Pencil size={14} /></button>
            <button type="button" className="icon-button" aria-label={t("do.delete")} title={t("do.delete")} onClick={() => void attempt(() => remove(`departments/${department.id}`))}><Trash2 size={14} /></button>
          </span>
        </div>
        {below.length > 0 && !closed && <ul role="group">{below.map((item) => row(item, department.id))}</ul>}
      </li>
    );
  };
  return (
    <>
      <header className="head"><h1>{t("admin.departments")}</h1><div className="head-do"><Button type="primary" icon={<Plus size={16} />} onClick={() => start(null, null)}>{t("admin.department_new")}</Button></div></header>
      <div className="page-scroll">
        <div className="admin-sheet" style={{ padding: 8 }}>
          {departments.isError ? <Failed error={departments.error} retry={() => void departments.refetch()} /> : !departments.data ? <Bones /> : !departments.data.length ? <Empty title={t("admin.none")} /> : <ul className="tree" role="tree" aria-label={t("admin.departments")}>{departments.data.map((item) => row(item, null))}</ul>}
        </div>
      </div>
      <Modal open={open !== null} title={t(open?.department ? "admin.department_change" : "admin.department_new")} okText={t("record.save")} cancelText={t("do.cancel")} onOk={() => void save()} onCancel={() => setOpen(null)}>
        <Form form={form} layout="vertical" style={{ paddingTop: 8 }} onFinish={() => void save()}>
          <Form.Item name="label" label={t("admin.name")} rules={[{ required: true, message: t("check.required") }]}><Input autoFocus /></Form.Item>
          <Form.Item name="parent_id" label={t("admin.department_parent")}><Select allowClear showSearch={{ optionFilterProp: "label" }} options={flatten(departments.data ?? []).filter(({ department }) => department.id !== open?.department?.id).map(({ department, depth }) => ({ value: department.id, label: `${"\u2003".repeat(depth)}${department.label}` }))} /></Form.Item>
          <Form.Item name="head" label={t("admin.department_head")}><Head /></Form.Item>
        </Form>
      </Modal>
    </>
  );
}

/** Who leads it: whom flows ask for the head of a department. */
function Head({ id, value = null, onChange }: { id?: string; value?: Value; onChange?: (value: Value) => void }) {
  const Input = fieldKind("user").Input;
  return Input ? <Input {...(id ? { id } : {})} field={{ name: "head", label: t("admin.department_head"), type: "user", access: "write" }} value={value} onChange={(next) => onChange?.(next)} /> : null;
}
