/** A record by its own address. */
import { ArrowLeft } from "lucide-react";
import { useNavigate, useParams } from "react-router";
import { pick, t } from "../../kernel/i18n";
import { listOf } from "../../kernel/metadata";
import { Bones, Empty, Failed } from "../../kit/parts";
import { link } from "../links";
import { useMetadata } from "../session";
import { touch } from "../view/rows";
import { RecordView } from "./RecordView";
import "../view/fields.css";
import "./record.css";

export default function RecordPage() {
  const { app = "", entity: name = "", id = "" } = useParams();
  const metadata = useMetadata(app);
  const go = useNavigate();
  if (metadata.isError) return <Failed error={metadata.error} retry={() => void metadata.refetch()} />;
  if (!metadata.data) return <div style={{ padding: 24 }}><Bones rows={8} /></div>;
  const entity = metadata.data.entities[name];
  if (!entity || !/^\d+$/.test(id)) return <Empty picture="search" title={t("state.missing")} hint={t("state.missing_hint")} />;
  const view = listOf(metadata.data, name);
  const back = () => (window.history.state?.idx > 0 ? void go(-1) : void go(view ? link.view(app, view.name) : link.application(app)));
  return (
    <div className="record-page">
      <div className="record-path">
        <button type="button" className="plain" onClick={back}><ArrowLeft size={16} aria-hidden />{pick(entity.plural || entity.label)}</button>
      </div>
      <RecordView key={`${name}/${id}`} app={app} metadata={metadata.data} entity={entity} id={Number(id)} onSaved={(record) => touch(app, name, record)} onRemoved={() => {
        touch(app, name);
        back();
      }} />
    </div>
  );
}
