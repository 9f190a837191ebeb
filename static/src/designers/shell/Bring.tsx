/** An application from a zip: it becomes a draft, whose changes are looked at before anything is published; what is wrong in the files is listed. */
import { Button, Modal, Upload } from "antd";
import { FileUp } from "lucide-react";
import { useState } from "react";
import { useNavigate } from "react-router";
import { Problem, upload } from "../../kernel/api";
import { t } from "../../kernel/i18n";
import { words } from "../../kernel/issues";
import type { Issue } from "../../kernel/types";
import { usePhone } from "../../kit/look";
import { useToast } from "../../kit/toast";

export function Bring() {
  const go = useNavigate();
  const phone = usePhone();
  const toast = useToast();
  const [busy, setBusy] = useState(false);
  const [wrong, setWrong] = useState<readonly Issue[]>([]);
  const [begun, setBegun] = useState<{ file: File; said: string } | null>(null);
  const bring = async (file: File, replace = false) => {
    setBusy(true);
    setBegun(null);
    try {
      const { name } = await upload<{ name: string }>("designer/applications/upload", file, () => undefined, replace ? { replace: "1" } : {});
      void go(`/design/${name}/release?part=publish`);
    } catch (error) {
      if (error instanceof Problem && error.status === 409) setBegun({ file, said: error.issues[0] ? words(error.issues[0]) : error.detail });
      else if (error instanceof Problem && error.issues.length) setWrong(error.issues);
      else toast.failed(error);
    } finally {
      setBusy(false);
    }
  };
  return (
    <>
      <Upload accept=".zip" showUploadList={false} beforeUpload={(file) => { void bring(file as unknown as File); return false; }}><Button loading={busy} icon={<FileUp size={15} />} aria-label={t("design.bring")} title={t("design.bring")}>{phone ? null : t("design.bring")}</Button></Upload>
      <Modal open={!!begun} title={t("design.bring_over")} okText={t("design.bring_replace")} okButtonProps={{ danger: true }} cancelText={t("do.cancel")} onCancel={() => setBegun(null)} onOk={() => begun && void bring(begun.file, true)}><p>{begun?.said}</p></Modal>
      <Modal open={wrong.length > 0} title={t("design.bring_wrong", { count: wrong.length })} footer={null} onCancel={() => setWrong([])} width={640}>
        <ul className="bring-wrong">{wrong.map((issue, at) => <li key={at}><code className="small second">{issue.path.join(" / ")}</code><div>{words(issue)}</div></li>)}</ul>
      </Modal>
    </>
  );
}
