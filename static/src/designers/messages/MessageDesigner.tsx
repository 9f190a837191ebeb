/** A message: its channels with their words in the middle, what it would say about a real record at the side. */
import { Button, Dropdown, Segmented } from "antd";
import { Plus, Trash2 } from "lucide-react";
import { useState } from "react";
import { language, languages, pick, t } from "../../kernel/i18n";
import { words } from "../../kernel/issues";
import { entityOf } from "../../kernel/metadata";
import type { Json, Label } from "../../kernel/types";
import { ChannelIcon, channelName, channels } from "../../kit/messages/words";
import { Empty } from "../../kit/parts";
import { useToast } from "../../kit/toast";
import { change, useBook, useDesign, useStatus } from "../context";
import { InlineText } from "../shell/InlineText";
import { json, labelOf, metadataOf, relabelled, short } from "../shape";
import { Sortable } from "../views/ViewDesigner";
import { bare, counted, insertable, persons, wayOf, waysOf, type Way } from "./fields";
import { Consent, To } from "./Pickers";
import { Preview } from "./Preview";
import { Settings } from "./Settings";
import { Words } from "./Words";
import "./designer.css";

export default function MessageDesigner({ id }: { id: string }) {
  const { app, draft } = useDesign();
  const book = useBook();
  const status = useStatus();
  const toast = useToast();
  const message = book["message"]![id]!;
  const metadata = metadataOf(app, book);
  const entity = entityOf(metadata, short(String(message["entity"] ?? "")));
  const [speaks, setSpeaks] = useState<string>(language());
  const [side, setSide] = useState<"preview" | "settings">("preview");
  if (!entity) return <Empty picture="broken" title={t("form.entity_gone")} hint={t("form.entity_gone_hint")} />;
  const ways = waysOf(message);
  const fields = insertable(metadata, entity);
  const issues = status.issues.filter((issue) => issue.kind === "message" && issue.id === id);
  const wrong = (at: number, word: string) => {
    const way = ways[at]!;
    const found = issues.find((issue) => issue.path[0] === "channels" && (issue.path[1] === at || issue.path[1] === (way.id || way.type)) && issue.path[2] === word);
    return found && words(found);
  };
  const put = (at: number, values: { [key: string]: Json | undefined }, typing?: boolean) => change(draft, ["message", id, "channels", at], values, "design.step_change", typing ? `${id} ${at} ${speaks} ${Object.keys(values).join()}` : undefined);
  const add = (channel: string) => draft.run({ label: "design.step_add", patches: message["channels"] ? [{ do: "insert", path: ["message", id, "channels", ways.length], value: json(wayOf(metadata, entity, channel, ways)) }] : [{ do: "set", path: ["message", id, "channels"], value: json([wayOf(metadata, entity, channel, ways)]) }] });
  const remove = (at: number) => {
    draft.run({ label: "design.step_remove", patches: [{ do: "remove", path: ["message", id, "channels", at] }] });
    toast.say(t("design.removed_undo", { name: channelName(ways[at]!.type) }));
  };
  const text = (label: unknown) => (label && typeof label === "object" ? ((label as Record<string, string>)[speaks] ?? (label as Record<string, string>)[""] ?? "") : speaks === "zh-CN" ? String(label ?? "") : "");
  const spoken = (label: unknown, next: string) => relabelled(label as Label, speaks, next) as Json;
  return (
    <div className="message-designer">
      <div className="designer-page">
        <header className="data-head">
          <InlineText once className="data-name" value={pick(labelOf(message))} label={t("form.rename")} onChange={(next) => change(draft, ["message", id], { label: relabelled(labelOf(message), language(), next) as Json }, "design.step_rename")} />
          <span className="second small grow">{pick(entity.label)}</span>
          <Segmented size="small" value={speaks} onChange={setSpeaks} options={languages.map((word) => ({ value: word as string, label: t(word === "en" ? "language.en" : "language.zh") }))} aria-label={t("messages.d_language")} />
        </header>
        <p className="help">{t("messages.d_ways_hint")}</p>
        <div className="ways">
          <Sortable items={ways.map((way) => way.id || way.type)} onMove={(from, to) => draft.run({ label: "design.step_move", patches: [{ do: "move", from: ["message", id, "channels", from], to: ["message", id, "channels", to] }] })}>
            {(at) => {
              const way = ways[at]!;
              return (
                <section className="way" aria-label={channelName(way.type)}>
                  <header className="way-head"><span className="way-number">{at + 1}</span><ChannelIcon of={way.type} size={17} /><b className="grow">{channelName(way.type)}</b><button type="button" className="icon-button" aria-label={t("messages.d_remove")} title={t("messages.d_remove")} onClick={() => remove(at)}><Trash2 size={15} /></button></header>
                  {persons.has(way.type) ? (
                    <div className="way-two">
                      <To metadata={metadata} entity={entity} channel={way.type} value={way.to ?? ""} wrong={wrong(at, "to")} onChange={(to) => put(at, { to: to || (way.type === "webhook" ? undefined : "") })} />
                      <Consent metadata={metadata} entity={entity} value={way.consent ?? ""} wrong={wrong(at, "consent")} onChange={(consent) => put(at, { consent: consent || undefined })} />
                    </div>
                  ) : <p className="help">{t("messages.d_room")}</p>}
                  {way.type !== "sms" && <Words {...{ metadata, entity, fields }} key={`title ${speaks}`} title={t("messages.d_title")} text={text(way.title)} placeholder={other(way.title, speaks)} wrong={wrong(at, "title")} onChange={(next) => put(at, { title: spoken(way.title, next) }, true)} />}
                  <Words {...{ metadata, entity, fields }} key={`text ${speaks}`} lines title={t("messages.d_text")} text={text(way.text)} placeholder={other(way.text, speaks) || t("messages.d_words_here")} wrong={wrong(at, "text")} onChange={(next) => put(at, { text: spoken(way.text, next) }, true)} />
                  {way.type === "sms" && <Length text={text(way.text)} />}
                </section>
              );
            }}
          </Sortable>
          {!ways.length && <Empty picture="talk" title={t("messages.d_none")} hint={t("messages.d_none_hint")} />}
          <Dropdown trigger={["click"]} menu={{ items: channels.map((word) => ({ key: word, icon: <ChannelIcon of={word} />, label: channelName(word), onClick: () => add(word) })) }}>
            <Button icon={<Plus size={15} />} className="ways-add">{t("messages.d_add")}</Button>
          </Dropdown>
        </div>
      </div>
      <aside className="message-side" aria-label={t("messages.d_preview")}>
        <Segmented block value={side} onChange={setSide} options={[{ value: "preview", label: t("messages.d_preview") }, { value: "settings", label: t("messages.d_who") }]} />
        {side === "preview" ? <Preview key={entity.name} message={message} entity={entity} faults={issues.length} /> : <Settings id={id} message={message} metadata={metadata} entity={entity} fields={fields} />}
      </aside>
    </div>
  );
}

/** What the other language says, where this one says nothing: it is what would be sent. */
function other(label: unknown, speaks: string): string {
  if (label && typeof label === "object") return pick(label as Label);
  return speaks === "zh-CN" ? "" : String(label ?? "");
}

function Length({ text }: { text: string }) {
  const [length, parts] = counted(bare(text));
  return (
    <div className={`small ${length > 500 ? "wrong" : "third"} way-length`}>
      {t("messages.d_length", { length, parts })}{/\{/.test(text) && ` · ${t("messages.d_length_fields")}`}{length > 500 && ` · ${t("messages.d_long", { count: 500 })}`}
    </div>
  );
}

export type { Way };
