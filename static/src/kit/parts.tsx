/** Small things many screens share: tags, faces, keys, pictures of emptiness, what failed. */
import { Button } from "antd";
import { RefreshCw } from "lucide-react";
import type { ReactNode } from "react";
import { t } from "../kernel/i18n";
import { Problem } from "../kernel/api";
import { shown } from "../kernel/commands";
import { words } from "../kernel/issues";
import { colour } from "./tokens";

export function Tag({ children, color, title }: { children: ReactNode; color?: string | null | undefined; title?: string }) {
  const name = colour(color);
  return (
    <span className="tag" title={title} style={{ background: `var(--${name})`, color: `var(--${name}-text)` }}>
      {children}
    </span>
  );
}

/** A person's or thing's face: the last two signs of a Chinese name, the initials of another. */
export function Face({ name, size = 24, color }: { name: string; size?: number; color?: string }) {
  const short = /[\u3400-\u9fff]/.test(name) ? name.slice(-2) : name.split(/\s+/).map((word) => word[0] ?? "").join("").slice(0, 2).toUpperCase();
  const hue = color ?? colour(name || "-");
  return (
    <span className="face" aria-hidden style={{ width: size, height: size, fontSize: Math.max(9, size * 0.38), background: `var(--${hue})`, color: `var(--${hue}-text)` }}>
      {short}
    </span>
  );
}

export function Keys({ keys }: { keys: string }) {
  return (
    <span className="keys">
      {shown(keys).map((key) => (
        <kbd key={key}>{key}</kbd>
      ))}
    </span>
  );
}

const pictures = {
  list: "M14 20h52M14 34h52M14 48h34",
  board: "M12 16h26v22H12zM44 16h24v12H44zM44 34h24v24H44zM12 44h26v14H12z",
  search: "M34 18a16 16 0 1 0 0 32 16 16 0 0 0 0-32zM46 46l14 14",
  lock: "M22 34h36v26H22zM29 34v-8a11 11 0 0 1 22 0v8",
  broken: "M14 22h52v34H14zM34 22l-6 12 10 6-7 16",
  talk: "M14 18h44v26H34L24 54V44H14z",
} as const;

export function Picture({ of }: { of: keyof typeof pictures }) {
  return (
    <svg className="picture" width="80" height="72" viewBox="0 0 80 72" fill="none" aria-hidden>
      <ellipse cx="40" cy="64" rx="30" ry="4" fill="var(--faint)" />
      <path d={pictures[of]} stroke="var(--third)" strokeOpacity="0.55" strokeWidth="1.8" strokeLinecap="round" strokeLinejoin="round" fill="var(--card)" />
      <circle cx="64" cy="14" r="3" fill="var(--accent)" fillOpacity="0.7" />
    </svg>
  );
}

export function Empty({ picture = "list", title, hint, children }: { picture?: keyof typeof pictures; title: string; hint?: string | undefined; children?: ReactNode }) {
  return (
    <div className="state" role="status">
      <Picture of={picture} />
      <div className="state-title">{title}</div>
      {hint && <div className="state-hint">{hint}</div>}
      {children && <div className="state-do">{children}</div>}
    </div>
  );
}

/** What went wrong in a person's words, with the server's number when it gave one. */
export function told(error: unknown): { title: string; detail: string; kind: "forbidden" | "missing" | "offline" | "failed" } {
  if (error instanceof Problem) {
    const detail = error.issues[0] ? words(error.issues[0]) : error.detail;
    if (error.status === 0) return { title: t("state.offline"), detail: t("state.offline_hint"), kind: "offline" };
    if (error.status === 403) return { title: t("state.forbidden"), detail: detail || t("state.forbidden_hint"), kind: "forbidden" };
    if (error.status === 404) return { title: t("state.missing"), detail: detail || t("state.missing_hint"), kind: "missing" };
    return { title: t("state.failed"), detail: detail || error.title, kind: "failed" };
  }
  return { title: t("state.failed"), detail: error instanceof Error ? error.message : String(error), kind: "failed" };
}

export function Failed({ error, retry }: { error: unknown; retry?: (() => void) | undefined }) {
  const { title, detail, kind } = told(error);
  return (
    <Empty picture={kind === "forbidden" ? "lock" : kind === "missing" ? "search" : "broken"} title={title} hint={detail}>
      {retry && kind !== "forbidden" && kind !== "missing" && (
        <Button icon={<RefreshCw size={14} />} onClick={retry}>
          {t("do.retry")}
        </Button>
      )}
    </Empty>
  );
}

export function Bone({ width = "100%", height = 12, style }: { width?: number | string; height?: number; style?: React.CSSProperties }) {
  return <span className="bone" style={{ width, height, ...style }} />;
}

export function Bones({ rows = 6 }: { rows?: number }) {
  return (
    <div className="bones" role="status" aria-label={t("state.loading")}>
      {Array.from({ length: rows }, (_, index) => (
        <Bone key={index} width={`${90 - ((index * 37) % 45)}%`} />
      ))}
    </div>
  );
}
