/** Who else has this application's designer open, and the beat that takes over what they change. */
import { Tooltip } from "antd";
import { useEffect, useRef, useState } from "react";
import { useParams } from "react-router";
import { ask } from "../../kernel/api";
import { pick, t } from "../../kernel/i18n";
import { Face } from "../../kit/parts";
import { useBook, useDesign } from "../context";
import { labelOf } from "../shape";

interface Here {
  people: { id: number; label: string; place: string }[];
  mark: string;
}

const beat = 10_000;
const most = 3;

export function Presence() {
  const { app, draft } = useDesign();
  const book = useBook();
  const { tab = "", id = "" } = useParams();
  const [people, setPeople] = useState<Here["people"]>([]);
  const mark = useRef("");
  const place = `${tab}/${id}`;
  useEffect(() => {
    let over = false;
    const here = async () => {
      if (document.hidden) return;
      try {
        const { data } = await ask<Here>("POST", `designer/${app}/presence`, { body: { place } });
        if (over) return;
        setPeople(data.people);
        const moved = mark.current !== data.mark;
        mark.current = data.mark;
        if (moved && draft.snapshot().saving === "saved") await draft.refresh();
      } catch {
        // a beat that fails is one that is missed: saving is what tells that the server is away
        if (!over) setPeople([]);
      }
    };
    void here();
    const timer = setInterval(() => void here(), beat);
    const back = () => void here();
    document.addEventListener("visibilitychange", back);
    return () => {
      over = true;
      clearInterval(timer);
      document.removeEventListener("visibilitychange", back);
    };
  }, [app, draft, place]);
  useEffect(() => () => void ask("DELETE", `designer/${app}/presence`).catch(() => undefined), [app]);
  const at = (person: Here["people"][number]): string => {
    const [kind = "", which = ""] = person.place.split("/");
    const label = pick(labelOf(book[kind]?.[which]));
    return label ? t("presence.at", { name: person.label, what: `${t(`sort.${kind}`)} · ${label}` }) : t("presence.here", { name: person.label });
  };
  if (!people.length) return null;
  return (
    <span className="design-people" role="group" aria-label={people.map(at).join(t("say.list"))}>
      {people.slice(0, most).map((person) => <Tooltip key={person.id} title={at(person)}><span><Face name={person.label} size={26} /></span></Tooltip>)}
      {people.length > most && <Tooltip title={people.slice(most).map(at).join(t("say.list"))}><span className="small second" aria-label={t("presence.many", { count: people.length - most })}>+{people.length - most}</span></Tooltip>}
    </span>
  );
}
