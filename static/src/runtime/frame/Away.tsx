/** Who does my tasks while I am away: the periods that are set, one more of them, and for whom I stand in. */
import { useQuery } from "@tanstack/react-query";
import { Button, Checkbox, DatePicker, Modal } from "antd";
import dayjs from "dayjs";
import { useState } from "react";
import { get, post, Problem, remove } from "../../kernel/api";
import { fullDate } from "../../kernel/format";
import { t } from "../../kernel/i18n";
import type { Field, Issue, Ref, Value } from "../../kernel/types";
import ReferenceInput from "../../kit/inputs/ReferenceInput";
import { Bones, Face, Failed, Tag } from "../../kit/parts";
import { useToast } from "../../kit/toast";
import { client } from "../session";

interface Period {
  id: number;
  person: { id: number; name: string };
  from: string;
  until: string;
  open_too: boolean;
  now: boolean;
}

interface Periods {
  items: Period[];
  standing: Period[];
}

const whom: Field = { name: "deputy", label: "", type: "user", access: "write" };
const written = "YYYY-MM-DD";

export default function Away({ close }: { close: () => void }) {
  const toast = useToast();
  const found = useQuery({ queryKey: ["deputies"], queryFn: ({ signal }) => get<Periods>("deputies", {}, signal) });
  const [deputy, setDeputy] = useState<Value>(null);
  const [from, setFrom] = useState(dayjs().format(written));
  const [until, setUntil] = useState("");
  const [open, setOpen] = useState(true);
  const [busy, setBusy] = useState(false);
  const [issues, setIssues] = useState<Issue[]>([]);
  const chosen = deputy as unknown as Ref | null;
  const work = async (doing: () => Promise<unknown>, done: string) => {
    setBusy(true);
    setIssues([]);
    try {
      await doing();
      await client.invalidateQueries({ queryKey: ["deputies"] });
      toast.done(done);
      return true;
    } catch (error) {
      if (error instanceof Problem && error.issues.length) setIssues(error.issues);
      else toast.failed(error);
      return false;
    } finally {
      setBusy(false);
    }
  };
  const name = async () => {
    if (await work(() => post("deputies", { deputy: chosen?.id, from, until, open_too: open }), t("away.named"))) {
      setDeputy(null);
      setUntil("");
    }
  };
  const wrong = (...names: string[]) => issues.filter((issue) => names.includes(String(issue.path[0] ?? ""))).map((issue) => <p key={issue.code} className="wrong" role="alert">{[issue.message, issue.hint].filter(Boolean).join(t("away.pause"))}</p>);
  return (
    <Modal open title={t("away.title")} footer={null} onCancel={close} width={460}>
      <div className="profile away">
        <p className="second">{t("away.hint")}</p>
        {found.isError ? <Failed error={found.error} retry={() => void found.refetch()} /> : !found.data ? <Bones rows={2} /> : (
          <>
            {found.data.items.map((item) => <Line key={item.id} item={item} words={t("away.does_mine", { name: item.person.name })}><Button size="small" disabled={busy} onClick={() => void work(() => remove(`deputies/${item.id}`), t("away.ended"))}>{t(item.now ? "away.end" : "away.drop")}</Button></Line>)}
            {found.data.standing.map((item) => <Line key={item.id} item={item} words={t("away.do_theirs", { name: item.person.name })} />)}
          </>
        )}
        <hr className="divider" />
        <label htmlFor="away-deputy" className="field-label">{t("away.deputy")}</label>
        <ReferenceInput id="away-deputy" look="person" field={whom} value={deputy} onChange={setDeputy} invalid={issues.some((issue) => issue.path[0] === "deputy")} />
        {wrong("deputy")}
        <div className="away-days">
          <label><span className="field-label">{t("away.from")}</span><DatePicker value={from ? dayjs(from) : null} aria-label={t("away.from")} inputReadOnly allowClear={false} onChange={(next) => setFrom(next ? next.format(written) : "")} /></label>
          <label><span className="field-label">{t("away.until")}</span><DatePicker value={until ? dayjs(until) : null} aria-label={t("away.until")} inputReadOnly minDate={dayjs(from)} onChange={(next) => setUntil(next ? next.format(written) : "")} /></label>
        </div>
        {wrong("from", "until", "")}
        <Checkbox checked={open} onChange={(event) => setOpen(event.target.checked)}>{t("away.open_too")}</Checkbox>
        <Button type="primary" disabled={!chosen || !from || !until} loading={busy} style={{ marginTop: 8, justifySelf: "start" }} onClick={() => void name()}>{t("away.name")}</Button>
      </div>
    </Modal>
  );
}

function Line({ item, words, children }: { item: Period; words: string; children?: React.ReactNode }) {
  return (
    <div className="away-line">
      <Face name={item.person.name} size={30} />
      <div className="grow"><div className="line"><b className="cut">{words}</b>{item.now && <Tag color="green">{t("away.now")}</Tag>}</div><div className="small second">{t("away.days", { from: fullDate(item.from), until: fullDate(item.until) })}{item.open_too && <> · {t("away.all_open")}</>}</div></div>
      {children}
    </div>
  );
}
