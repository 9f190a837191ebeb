/** People of the workspace: who they are, where they belong, which roles they have. */
import { useQuery } from "@tanstack/react-query";
import { Button, Form, Input, Modal, Select, Switch } from "antd";
import { UserPlus } from "lucide-react";
import { useState } from "react";
import { get, patch, post, Problem } from "../../kernel/api";
import { instant } from "../../kernel/format";
import { pick, t } from "../../kernel/i18n";
import type { Label, Ref } from "../../kernel/types";
import { Face, Tag } from "../../kit/parts";
import { useToast } from "../../kit/toast";
import { useApplications } from "../session";
import { AdminTable } from "./AdminTable";
import { flatten, useDepartments } from "./Departments";

interface User {
  id: number;
  name: string;
  login: string;
  email?: string | null;
  phone?: string | null;
  is_admin: boolean;
  is_active: boolean;
  department: Ref | null;
  roles: { application: string; id: string; label?: Label }[];
  created_at?: string | null;
}

interface Typed {
  name: string;
  login: string;
  password?: string;
  department?: number | null;
  roles?: string[];
  is_admin?: boolean;
  is_active?: boolean;
}

interface RoleChoice {
  application: string;
  application_label?: Label;
  id: string;
  label?: Label;
}

/** All of them, however many pages that takes. */
async function everybody(): Promise<User[]> {
  const found: User[] = [];
  for (let after: number | null = 0; after !== null; ) {
    const page: { items: User[]; next: number | null } = await get(`users?limit=500&after=${after}`);
    found.push(...page.items);
    after = page.next;
  }
  return found;
}

export default function Users() {
  const toast = useToast();
  const [form] = Form.useForm<Typed>();
  const [open, setOpen] = useState<User | "new" | null>(null);
  const [busy, setBusy] = useState(false);
  const users = useQuery({ queryKey: ["users"], queryFn: everybody });
  const roles = useQuery({ queryKey: ["roles"], queryFn: () => get<RoleChoice[] | { items: RoleChoice[] }>("roles").then((answer) => (Array.isArray(answer) ? answer : answer.items), () => [] as RoleChoice[]) });
  const departments = useDepartments();
  const applications = useApplications();
  const known: RoleChoice[] = roles.data?.length ? roles.data : [...new Map((users.data ?? []).flatMap((user) => user.roles ?? []).map((role) => [`${role.application}.${role.id}`, role])).values()];
  const start = (user: User | "new") => {
    setOpen(user);
    form.resetFields();
    if (user !== "new") form.setFieldsValue({ name: user.name, login: user.login, department: user.department?.id ?? null, roles: (user.roles ?? []).map((role) => `${role.application}.${role.id}`), is_admin: user.is_admin, is_active: user.is_active });
  };
  const save = async () => {
    const typed = await form.validateFields().catch(() => null);
    if (!typed) return;
    setBusy(true);
    const body = { ...typed, roles: (typed.roles ?? []).map((word) => ({ application: word.split(".")[0], id: word.split(".").slice(1).join(".") })), ...(typed.password ? {} : { password: undefined }) };
    try {
      if (open === "new") await post("users", body);
      else if (open) await patch(`users/${open.id}`, body);
      setOpen(null);
      await users.refetch();
      toast.done(t("record.saved"));
    } catch (error) {
      if (error instanceof Problem && error.issues.length) form.setFields(error.issues.map((issue) => ({ name: String(issue.path[0]) as keyof Typed, errors: [issue.message] })));
      else toast.failed(error);
    } finally {
      setBusy(false);
    }
  };
  return (
    <>
      <AdminTable
        title={t("admin.users")} rows={users.data} error={users.error} retry={() => void users.refetch()} id={(user) => user.id} onOpen={start}
        action={<Button type="primary" icon={<UserPlus size={16} />} onClick={() => start("new")}>{t("admin.user_new")}</Button>}
        columns={[
          { key: "name", label: t("admin.name"), cell: (user) => <span className="who"><Face name={user.name} size={28} /><span><b className="admin-name">{user.name}</b> {user.is_admin && <Tag color="teal">{t("admin.is_admin")}</Tag>} {!user.is_active && <Tag>{t("admin.inactive")}</Tag>}</span></span> },
          { key: "login", label: t("admin.login"), cell: (user) => <span className="second">{user.login}</span> },
          { key: "department", label: t("admin.department"), cell: (user) => user.department?.label ?? "" },
          { key: "roles", label: t("admin.roles"), cell: (user) => <span className="tags wrap">{(user.roles ?? []).map((role) => <Tag key={`${role.application}${role.id}`} color="blue" title={pick(applications.data?.find((item) => item.name === role.application)?.label)}>{pick(known.find((item) => item.application === role.application && item.id === role.id)?.label ?? role.label, role.id)}</Tag>)}</span> },
          { key: "seen", label: t("admin.added"), cell: (user) => <span className="third number">{instant(user.created_at)}</span> },
        ]}
      />
      <Modal open={open !== null} title={open === "new" ? t("admin.user_new") : t("admin.user_change")} okText={t("record.save")} cancelText={t("do.cancel")} confirmLoading={busy} onOk={() => void save()} onCancel={() => setOpen(null)}>
        <Form form={form} layout="vertical" requiredMark style={{ paddingTop: 8 }} onFinish={() => void save()}>
          <Form.Item name="name" label={t("admin.name")} rules={[{ required: true, message: t("check.required") }]}><Input autoFocus /></Form.Item>
          <Form.Item name="login" label={t("admin.login")} rules={[{ required: true, message: t("check.required") }]}><Input autoComplete="off" disabled={open !== "new"} /></Form.Item>
          <Form.Item name="password" label={open === "new" ? t("signin.password") : t("admin.password_new")} rules={open === "new" ? [{ required: true, min: 8, message: t("admin.password_rule") }] : [{ min: 8, message: t("admin.password_rule") }]}><Input.Password autoComplete="new-password" /></Form.Item>
          <Form.Item name="department" label={t("admin.department")}><Select allowClear showSearch={{ optionFilterProp: "label" }} options={flatten(departments.data ?? []).map(({ department, depth }) => ({ value: department.id, label: `${"\u2003".repeat(depth)}${department.label}` }))} /></Form.Item>
          <Form.Item name="roles" label={t("admin.roles")}><Select mode="multiple" options={known.map((role) => ({ value: `${role.application}.${role.id}`, label: [pick(role.application_label), pick(role.label)].filter(Boolean).join(" · ") }))} /></Form.Item>
          <div className="line" style={{ gap: 32 }}>
            <Form.Item name="is_admin" label={t("admin.is_admin")} valuePropName="checked"><Switch /></Form.Item>
            {open !== "new" && <Form.Item name="is_active" label={t("admin.active")} valuePropName="checked"><Switch /></Form.Item>}
          </div>
        </Form>
      </Modal>
    </>
  );
}
