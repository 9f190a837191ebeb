/** The address of a public form and its code to be scanned, to hand out. */
import { Button, Modal } from "antd";
import { Copy, Download, ExternalLink } from "lucide-react";
import { pick, t } from "../../kernel/i18n";
import type { FormDefinition } from "../../kernel/types";
import { useToast } from "../../kit/toast";
import { link } from "../links";
import "./public.css";

export default function PublicLink({ app, form, close }: { app: string; form: FormDefinition; close: () => void }) {
  const toast = useToast();
  const to = `${window.location.origin}${link.public(app, form.name)}`;
  const code = `/api/public/${app}/${form.name}/qr.svg`;
  return (
    <Modal open title={t("public.share_title", { name: pick(form.label) })} footer={null} onCancel={close} width={420}>
      <div className="public-share">
        <img src={code} alt={t("public.code", { name: pick(form.label) })} width={220} height={220} />
        <p className="second">{t("public.share_hint")}</p>
        <div className="public-address"><code>{to}</code></div>
        <div className="line public-share-do">
          <Button type="primary" icon={<Copy size={15} />} onClick={() => void navigator.clipboard?.writeText(to).then(() => toast.done(t("do.copied")))}>{t("record.copy_link")}</Button>
          <Button icon={<Download size={15} />} href={code} download={`${pick(form.label)}.svg`}>{t("public.save_code")}</Button>
          <Button type="text" icon={<ExternalLink size={15} />} href={to} target="_blank" rel="noreferrer">{t("public.open")}</Button>
        </div>
      </div>
    </Modal>
  );
}
