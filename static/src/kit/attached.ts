/** Values that point elsewhere: files and references, as they come and as they go back. */
import { upload } from "../kernel/api";
import type { Value } from "../kernel/types";

export interface Attached {
  id: number | string;
  name: string;
  size: number;
  type: string;
  key: string;
}

export const attached = (value: Value): Attached[] =>
  Array.isArray(value) ? (value as unknown as Attached[]) : value && typeof value === "object" ? [value as unknown as Attached] : [];

/** References as they go back: the id, with the entity where it could be another's. */
export function ids(value: Value): Value {
  if (Array.isArray(value)) return value.map(ids);
  if (value && typeof value === "object") return value["entity"] ? { entity: value["entity"], id: value["id"] ?? null } : (value["id"] ?? null);
  return value;
}

/** Pictures sent from this page, by key: shown from memory, since a visitor may send a file but not read one. */
const sent = new Map<string, string>();

export const pictureOf = (file: Attached): string => sent.get(file.key) ?? `/api/files/${file.id}/${file.key}`;

export async function attach(path: string, file: File, told: (share: number) => void): Promise<Attached> {
  const saved = await upload<Attached>(path, file, told);
  if (file.type.startsWith("image/") && typeof URL.createObjectURL === "function") sent.set(saved.key, URL.createObjectURL(file));
  return saved;
}
