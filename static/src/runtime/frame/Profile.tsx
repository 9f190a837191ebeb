/** What a person may change about themselves: the name others see, and the password. */
import { Button, Form, Input, Modal } from "antd";
import { useState } from "react";
import { patch, post, Problem } from "../../kernel/api";
import { t } from "../../kernel/i18n";
import type { Session } from "../../kernel/types";
import { useToast } from "../../kit/toast";
import { client, takeSession } from "../session";

interface Words {
  old: string;
  new: string;
  again: string;
}

export default function Profile({ session, close }: { session: Session; close: () => void }) {
  const toast = useToast();
  const [name, setName] = useState(session.user?.name ?? "");
  const [form] = Form.useForm<Words>();
  const [busy, setBusy] = useState("");
  const keep = async (what: string, work: () => Promise<Session>, done: string) => {
    setBusy(what);
    try {
      client.setQueryData(["session"], await takeSession(await work()));
      toast.done(done);
      return true;
    } catch (error) {
      if (what === "password" && error instanceof Problem && error.issues.length) form.setFields(error.issues.map((issue) => ({ name: issue.path[0] === "old" ? "old" : "new", errors: [issue.message] })));
      else toast.failed(error);
      return false;
    } finally {
      setBusy("");
    }
  };
  const password = async () => {
    const typed = await form.validateFields().catch(() => null);
    if (typed && (await keep("password", () => post<Session>("session/password", { old: typed.old, new: typed.new }), t("profile.password_kept")))) form.resetFields();
  };
  const changed = name.trim() && name.trim() !== session.user?.name;
  return (
    <Modal open title={t("profile.title")} footer={null} onCancel={close} width={440}>
      <div className="profile">
        <label>
          <span className="field-label">{t("profile.name")}</span>
          <span className="line">
            <Input value={name} maxLength={80} onChange={(event) => setName(event.target.value)} />
            <Button type="primary" disabled={!changed} loading={busy === "name"} onClick={() => void keep("name", () => patch<Session>("session", { name: name.trim() }), t("record.saved"))}>{t("record.save")}</Button>
          </span>
        </label>
        <p className="second small">{[session.user?.login, session.user?.department?.label].filter(Boolean).join(" · ")}</p>
        <hr className="divider" />
        <Form form={form} layout="vertical" requiredMark={false} onFinish={() => void password()}>
          <input type="text" name="username" autoComplete="username" value={session.user?.login ?? ""} readOnly hidden />
          <Form.Item name="old" label={t("profile.old")} rules={[{ required: true, message: t("check.required") }]}><Input.Password autoComplete="current-password" /></Form.Item>
          <Form.Item name="new" label={t("profile.new")} rules={[{ required: true, min: 8, message: t("admin.password_rule") }]}><Input.Password autoComplete="new-password" /></Form.Item>
          <Form.Item name="again" label={t("profile.again")} dependencies={["new"]} rules={[{ required: true, message: t("check.required") }, { validator: (_rule, value) => (!value || value === form.getFieldValue("new") ? Promise.resolve() : Promise.reject(new Error(t("profile.differ")))) }]}><Input.Password autoComplete="new-password" /></Form.Item>
          <p className="help">{t("profile.password_hint")}</p>
          <Button htmlType="submit" loading={busy === "password"} style={{ marginTop: 12 }}>{t("profile.change_password")}</Button>
        </Form>
      </div>
    </Modal>
  );
}
