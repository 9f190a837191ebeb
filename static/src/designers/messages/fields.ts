/** What a message may take from its record: whom it leads to, and the fields its words may hold. */
import { pick, t } from "../../kernel/i18n";
import type { Entity, Metadata } from "../../kernel/types";
import type { Doc } from "../draft";
import { askable } from "../inspector/words";

export interface Way {
  id?: string;
  type: string;
  to?: string;
  consent?: string;
  title?: unknown;
  text?: unknown;
}

export interface Choice {
  value: string;
  label: string;
}

export interface Choices {
  label: string;
  options: Choice[];
}

export const waysOf = (doc: Doc | undefined) => (doc?.["channels"] ?? []) as unknown as Way[];
export const persons = new Set(["inbox", "email", "sms", "webhook"]);
/** Fields that hold an address of a channel, best first. */
const holding: Record<string, readonly string[]> = { inbox: ["user", "created_by", "changed_by"], sms: ["phone"], email: ["email"], webhook: ["text", "phone", "email"] };

function grouped(metadata: Metadata, entity: Entity, fits: (type: string, multiple: boolean) => boolean): Choices[] {
  const groups = new Map<string, Choice[]>();
  for (const { field, group } of askable(metadata, entity)) {
    if (!fits(field.result ?? field.type, !!field.multiple)) continue;
    const name = group ?? pick(entity.label);
    groups.set(name, [...(groups.get(name) ?? []), { value: `{${field.name}}`, label: group ? `${group}${t("say.of")}${pick(field.label)}` : pick(field.label) }]);
  }
  return [...groups].map(([label, options]) => ({ label, options }));
}

export const addresses = (metadata: Metadata, entity: Entity, channel: string) => grouped(metadata, entity, (type, multiple) => !multiple && (holding[channel] ?? []).includes(type));
export const consents = (metadata: Metadata, entity: Entity) => grouped(metadata, entity, (type) => type === "boolean");
export const people = (metadata: Metadata, entity: Entity) => grouped(metadata, entity, (type, multiple) => !multiple && (type === "reference" || type === "user"));
const wordless = new Set(["lines", "file", "image", "signature", "rich_text", "location"]);
export const insertable = (metadata: Metadata, entity: Entity) => grouped(metadata, entity, (type, multiple) => !multiple && !wordless.has(type));
const flat = (choices: readonly Choices[]) => choices.flatMap((group) => group.options);
export const labelIn = (choices: readonly Choices[], value: string) => flat(choices).find((item) => item.value === value)?.label;

/** A new way over a channel: led to the first field that holds an address, with consent where there is one to ask. */
export function wayOf(metadata: Metadata, entity: Entity, channel: string, present: readonly Way[]): Way {
  const to = flat(addresses(metadata, entity, channel))[0]?.value;
  const agreed = ["sms", "email"].includes(channel) ? present.find((item) => item.consent)?.consent ?? flat(consents(metadata, entity))[0]?.value : undefined;
  const taken = new Set(present.map((item) => item.id || item.type));
  let id = channel;
  for (let number = 2; taken.has(id); number += 1) id = `${channel}_${number}`;
  const title = channel === "inbox" || channel === "email" ? { title: "" } : {};
  return { ...(id === channel ? {} : { id }), type: channel, ...(persons.has(channel) && (to || channel !== "webhook") ? { to: to ?? "" } : {}), ...(agreed ? { consent: agreed } : {}), ...title, text: "" };
}

/** How many characters a text message has, and as how many it is charged: 70 in one with Chinese (67 each in several),
 * 160 of plain Latin (153 each). The server counts the same. */
export function counted(text: string): [length: number, parts: number] {
  const plain = [...text].every((sign) => sign.charCodeAt(0) < 128);
  const [one, many] = plain ? [160, 153] : [70, 67];
  return [text.length, !text.length ? 0 : text.length <= one ? 1 : Math.ceil(text.length / many)];
}

/** The words of a template without its places. */
export const bare = (text: string) => text.replace(/\{\{|\}\}|\{[^{}]*(?:\{[^{}]*\}[^{}]*)*\}/g, (found) => (found === "{{" || found === "}}" ? found[0]! : ""));
