/** Files by choosing, dropping or camera, each with its progress. */
import { FileText, Plus, Upload, X } from "lucide-react";
import { useRef, useState } from "react";
import { size } from "../../kernel/format";
import { t } from "../../kernel/i18n";
import type { Value } from "../../kernel/types";
import { usePlace, type InputProps } from "../fields";
import { attach, attached, pictureOf } from "../attached";
import { told } from "../parts";

export default function FileInput({ id, value, onChange, disabled, invalid, pictures, field }: InputProps & { pictures?: boolean }) {
  const [going, setGoing] = useState<{ name: string; share: number; wrong?: string }[]>([]);
  const [over, setOver] = useState(false);
  const input = useRef<HTMLInputElement>(null);
  const place = usePlace();
  const kept = attached(value);
  const current = useRef(kept);
  current.current = kept;

  const take = async (files: FileList | File[]) => {
    for (const file of Array.from(files)) {
      const told_ = (share: number, wrong?: string) => setGoing((list) => [...list.filter((item) => item.name !== file.name), { name: file.name, share, ...(wrong ? { wrong } : {}) }]);
      told_(0);
      try {
        const saved = await attach(place.files?.(field) ?? "files", file, (share) => told_(share));
        current.current = field.most === 1 ? [saved] : [...current.current, saved];
        onChange(current.current as unknown as Value);
        setGoing((list) => list.filter((item) => item.name !== file.name));
      } catch (error) {
        told_(0, told(error).detail);
      }
    }
  };

  return (
    <div
      className={`drop ${over ? "over" : ""} ${invalid ? "bad" : ""}`}
      onDragOver={(event) => {
        event.preventDefault();
        setOver(true);
      }}
      onDragLeave={() => setOver(false)}
      onDrop={(event) => {
        event.preventDefault();
        setOver(false);
        if (!disabled) void take(event.dataTransfer.files);
      }}
    >
      {kept.map((file) => (
        <span key={file.id} className={pictures ? "thumb" : "attached"} title={file.name}>
          {pictures ? <img src={pictureOf(file)} alt={file.name} loading="lazy" /> : <FileText size={15} aria-hidden />}
          {!pictures && <span className="cut">{file.name}</span>}
          {!pictures && <span className="small third">{size(file.size)}</span>}
          {!disabled && (
            <button type="button" className="plain drop-remove" aria-label={t("do.remove")} onClick={() => onChange(kept.filter((item) => item.id !== file.id) as unknown as Value)}>
              <X size={13} />
            </button>
          )}
        </span>
      ))}
      {going.map((file) => (
        <span key={file.name} className="attached" style={{ background: `linear-gradient(90deg, var(--accent-soft) ${file.share * 100}%, var(--faint) 0)` }}>
          <span className="cut">{file.name}</span>
          {file.wrong && <span className="wrong">{file.wrong}</span>}
        </span>
      ))}
      {!disabled && (
        <button id={id} type="button" className="plain drop-ask" onClick={() => input.current?.click()}>
          {pictures ? <Plus size={16} /> : <Upload size={15} />}
          <span>{t(pictures ? "input.add_picture" : "input.add_file")}</span>
        </button>
      )}
      <input ref={input} type="file" multiple hidden accept={pictures ? "image/*" : undefined} onChange={(event) => event.target.files && void take(event.target.files)} />
    </div>
  );
}
