/** Keys with which programs sign in; each is shown once. */
import { useQuery } from "@tanstack/react-query";
import { Button, DatePicker, Form, Input, Modal, Select } from "antd";
import type { Dayjs } from "dayjs";
import { Copy, Plus, Trash2 } from "lucide-react";
import { useState } from "react";
import { get, post, remove } from "../../kernel/api";
import { fullDate, instant } from "../../kernel/format";
import { t } from "../../kernel/i18n";
import { Tag } from "../../kit/parts";
import { useToast } from "../../kit/toast";
import { AdminTable } from "./AdminTable";

interface Token {
  id: number;
  name: string;
  scopes: string[];
  expires_at?: string | null;
  last_used_at?: string | null;
}

const scopes = ["read", "write", "design", "admin"];

export default function Tokens() {
  const toast = useToast();
  const [form] = Form.useForm<{ name: string; scopes: string[]; expires?: Dayjs | null }>();
  const [open, setOpen] = useState(false);
  const [secret, setSecret] = useState("");
  const tokens = useQuery({ queryKey: ["tokens"], queryFn: () => get<Token[] | { items: Token[] }>("tokens").then((answer) => (Array.isArray(answer) ? answer : answer.items)) });
  const make = async () => {
    const typed = await form.validateFields().catch(() => null);
    if (!typed) return;
    try {
      const answer = await post<{ token?: string; secret?: string }>("tokens", { name: typed.name, scopes: typed.scopes, expires: typed.expires ? typed.expires.endOf("day").toISOString() : null });
      setOpen(false);
      setSecret(answer.token ?? answer.secret ?? "");
      await tokens.refetch();
    } catch (error) {
      toast.failed(error);
    }
  };
  const drop = (token: Token) => toast.modal.confirm({ title: t("token.delete_ask", { name: token.name }), content: t("token.delete_hint"), icon: null, okText: t("do.delete"), okButtonProps: { danger: true }, cancelText: t("do.cancel"), onOk: () => remove(`tokens/${token.id}`).then(() => tokens.refetch(), toast.failed) });
  return (
    <>
      <AdminTable
        title={t("admin.tokens")} hint={t("token.hint")} none={t("token.none")} rows={tokens.data} error={tokens.error} retry={() => void tokens.refetch()} id={(token) => token.id}
        action={<Button type="primary" icon={<Plus size={16} />} onClick={() => {
          form.resetFields();
          setOpen(true);
        }}>{t("token.new")}</Button>}
        columns={[
          { key: "name", label: t("admin.name"), cell: (token) => <b className="admin-name">{token.name}</b> },
          { key: "scopes", label: t("token.scopes"), cell: (token) => <span className="tags wrap">{token.scopes.map((scope) => <Tag key={scope} color="indigo">{scopes.includes(scope) ? t(`token.scope_${scope}`) : scope}</Tag>)}</span> },
          { key: "expires", label: t("token.expires"), cell: (token) => <span className="number second">{token.expires_at ? fullDate(token.expires_at) : t("token.never")}</span> },
          { key: "used", label: t("token.used"), cell: (token) => <span className="number third">{token.last_used_at ? instant(token.last_used_at) : t("token.unused")}</span> },
          { key: "do", label: "", width: 50, cell: (token) => <button type="button" className="icon-button" aria-label={t("do.delete")} onClick={() => drop(token)}><Trash2 size={15} /></button> },
        ]}
      />
      <Modal open={open} title={t("token.new")} okText={t("token.make")} cancelText={t("do.cancel")} onOk={() => void make()} onCancel={() => setOpen(false)}>
        <Form form={form} layout="vertical" style={{ paddingTop: 8 }} initialValues={{ scopes: ["read"] }} onFinish={() => void make()}>
          <Form.Item name="name" label={t("admin.name")} rules={[{ required: true, message: t("check.required") }]}><Input autoFocus placeholder={t("token.name_hint")} /></Form.Item>
          <Form.Item name="scopes" label={t("token.scopes")} rules={[{ required: true, message: t("check.required") }]}><Select mode="multiple" options={scopes.map((scope) => ({ value: scope, label: t(`token.scope_${scope}`) }))} /></Form.Item>
          <Form.Item name="expires" label={t("token.expires")}><DatePicker placeholder={t("token.never")} /></Form.Item>
        </Form>
      </Modal>
      <Modal open={!!secret} title={t("token.made")} footer={null} onCancel={() => setSecret("")}>
        <p className="second">{t("token.once")}</p>
        <div className="token"><code>{secret}</code><Button icon={<Copy size={15} />} onClick={() => void navigator.clipboard?.writeText(secret).then(() => toast.done(t("do.copied")))}>{t("do.copy")}</Button></div>
      </Modal>
    </>
  );
}
