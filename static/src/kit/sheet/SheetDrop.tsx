/** A place to drop a sheet on, or to choose it; sends it and tells how far it is. */
import { FileSpreadsheet } from "lucide-react";
import { useRef, useState } from "react";
import { Problem, upload } from "../../kernel/api";
import { percent } from "../../kernel/format";
import { t } from "../../kernel/i18n";
import { words } from "../../kernel/issues";
import { told } from "../parts";
import type { SheetImport } from "./types";
import "./sheet.css";

const endings = ".csv,.tsv,.txt,.xlsx,.xlsm,.xls,.xlsb,.ods";

export function SheetDrop({ application, entity, done }: { application: string; entity?: string; done: (found: SheetImport) => void }) {
  const input = useRef<HTMLInputElement>(null);
  const [over, setOver] = useState(false);
  const [going, setGoing] = useState<{ name: string; share: number } | null>(null);
  const [wrong, setWrong] = useState("");
  const take = async (file: File | undefined) => {
    if (!file || going) return;
    setWrong("");
    setGoing({ name: file.name, share: 0 });
    try {
      done(await upload<SheetImport>("imports", file, (share) => setGoing({ name: file.name, share }), { application, ...(entity ? { entity } : {}) }));
    } catch (error) {
      const { title, detail } = told(error);
      const issue = error instanceof Problem ? error.issues[0] : undefined;
      setWrong(issue ? words(issue) : detail || title);
    } finally {
      setGoing(null);
      if (input.current) input.current.value = "";
    }
  };
  return (
    <div
      className={`sheet-drop ${over ? "over" : ""}`}
      onDragOver={(event) => {
        event.preventDefault();
        setOver(true);
      }}
      onDragLeave={() => setOver(false)}
      onDrop={(event) => {
        event.preventDefault();
        setOver(false);
        void take(event.dataTransfer.files[0]);
      }}
    >
      <FileSpreadsheet size={40} strokeWidth={1.4} aria-hidden />
      {going ? (
        <>
          <b className="cut">{going.name}</b>
          <span className="sheet-bar" role="progressbar" aria-valuemin={0} aria-valuemax={100} aria-valuenow={Math.round(going.share * 100)} aria-label={t("import.sending")}><span style={{ width: `${going.share * 100}%` }} /></span>
          <span className="second small">{going.share < 1 ? t("import.sent", { share: percent(going.share.toFixed(2)) }) : t("import.looking")}</span>
        </>
      ) : (
        <>
          <b>{t("import.drop")}</b>
          <span className="second small">{t("import.drop_hint")}</span>
          <button type="button" className="plain sheet-choose" onClick={() => input.current?.click()}>{t("import.choose")}</button>
        </>
      )}
      {wrong && <span className="wrong" role="alert">{wrong}</span>}
      <input ref={input} type="file" hidden accept={endings} aria-label={t("import.choose")} onChange={(event) => void take(event.target.files?.[0])} />
    </div>
  );
}
