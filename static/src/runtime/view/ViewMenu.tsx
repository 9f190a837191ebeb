/** What can be done with a whole list: import, export, the bin, and its public forms. */
import { Dropdown, type MenuProps } from "antd";
import { Columns3, Download, Ellipsis, FileSpreadsheet, QrCode, RefreshCw, Trash2, Upload } from "lucide-react";
import { lazy, Suspense, useState } from "react";
import { useNavigate } from "react-router";
import { address } from "../../kernel/api";
import { pick, t } from "../../kernel/i18n";
import type { Entity, FormDefinition, Metadata } from "../../kernel/types";
import { useToast } from "../../kit/toast";
import { link } from "../links";
import type { Asked } from "./rows";

const PublicLink = lazy(() => import("../form/PublicLink"));

interface Props {
  app: string;
  metadata: Metadata;
  entity: Entity;
  asked: Asked;
  columns: string[];
  bin: boolean;
  onBin: (on: boolean) => void;
  reload: () => void;
  phone: boolean;
}

export const publicForms = (metadata: Metadata, entity: Entity): FormDefinition[] => Object.values(metadata.forms).filter((form) => form.public && form.entity === entity.name);

export function ViewMenu({ app, metadata, entity, asked, columns, bin, onBin, reload, phone }: Props) {
  const go = useNavigate();
  const toast = useToast();
  const [shared, setShared] = useState<FormDefinition | null>(null);
  const save = (format: "csv" | "xlsx") => {
    // a plain link: the browser saves the stream as it comes, however long it is
    const to = address(`records/${app}/${entity.name}/export`, { format, fields: columns.join(","), view: asked.view, filter: asked.filter, sort: asked.sort, search: asked.search });
    Object.assign(document.createElement("a"), { href: to, download: `${pick(entity.plural || entity.label)}.${format}` }).click();
    toast.say(t("export.begun"));
  };
  const forms = publicForms(metadata, entity);
  const items: MenuProps["items"] = [
    ...(entity.access.create ? [{ key: "import", icon: <Upload size={15} />, label: t("import.do"), onClick: () => void go(link.bring(app, entity.name)) }] : []),
    ...(entity.access.export ? [
      { key: "csv", icon: <Download size={15} />, label: t("export.csv"), onClick: () => save("csv") },
      { key: "xlsx", icon: <FileSpreadsheet size={15} />, label: t("export.xlsx"), onClick: () => save("xlsx") },
    ] : []),
    ...forms.map((form) => ({ key: form.name, icon: <QrCode size={15} />, label: t("public.share", { name: pick(form.label) }), onClick: () => setShared(form) })),
    { type: "divider" as const },
    { key: "reload", icon: <RefreshCw size={15} />, label: t("list.reload"), onClick: reload },
    ...(entity.access.delete ? [{ key: "bin", icon: bin ? <Columns3 size={15} /> : <Trash2 size={15} />, label: t(bin ? "bin.leave" : "bin.title"), onClick: () => onBin(!bin) }] : []),
  ];
  return (
    <>
      <Dropdown trigger={["click"]} placement="bottomRight" menu={{ items }}>
        <button type="button" className={`icon-button ${phone ? "framed" : ""}`} aria-label={t("list.menu")} title={t("list.menu")}><Ellipsis size={17} /></button>
      </Dropdown>
      {shared && <Suspense fallback={null}><PublicLink app={app} form={shared} close={() => setShared(null)} /></Suspense>}
    </>
  );
}
