/** Another record, found by typing a name, a number or a phone; shows some lines of each candidate. */
import { Select } from "antd";
import { useQuery } from "@tanstack/react-query";
import { useEffect, useState } from "react";
import { pick, t } from "../../kernel/i18n";
import type { Candidate, Ref, Value } from "../../kernel/types";
import { Called } from "../cells";
import { usePlace, type InputProps } from "../fields";
import { Bone, Face } from "../parts";
import { candidates, type Look } from "./candidates";

export type ReferenceProps = InputProps & { look?: Look; several?: boolean };

export const refs = (value: Value): Ref[] => {
  const list = Array.isArray(value) ? value : value === null || value === undefined ? [] : [value];
  return list.map((item) => (typeof item === "object" && item !== null ? (item as unknown as Ref) : { id: Number(item), label: `#${String(item)}` }));
};

const key = (ref: Ref) => `${ref.entity ?? ""}:${ref.id}`;

export default function ReferenceInput({ id, value, field, onChange, onDone, disabled, invalid, autoFocus, bare, look = "record", several }: ReferenceProps) {
  const place = usePlace();
  const [typed, setTyped] = useState("");
  const [open, setOpen] = useState(!!bare && !!autoFocus);
  const asked = useLate(typed, 180);
  const many = several ?? field.multiple ?? false;
  const targets = field.targets?.length ? field.targets : undefined;
  const [of, setOf] = useState(targets?.[0] ?? "");
  const found = useQuery({
    queryKey: ["lookup", place.application, place.entity, !!place.fills, field.name, look, of, asked],
    enabled: open,
    staleTime: 20_000,
    queryFn: ({ signal }) => place.find ? place.find(field, asked, signal) : candidates(place, field, look, of, asked, signal),
  });
  const chosen = refs(value);
  const list = [...chosen.filter((ref) => !found.data?.some((item) => key(item) === key(ref)) && !asked), ...(found.data ?? [])];
  const give = (next: Ref[]) => {
    const taken = (many ? (next.length ? next : null) : (next[0] ?? null)) as unknown as Value;
    onChange(taken);
    if (!many) onDone?.(taken);
  };
  return (
    <Select
      id={id ?? ""}
      mode={many ? "multiple" : undefined}
      showSearch={{ filterOption: false, onSearch: setTyped }}
      open={open}
      onOpenChange={setOpen}
      autoFocus={!!autoFocus}
      disabled={!!disabled}
      status={invalid ? "error" : ""}
      variant={bare ? "borderless" : "outlined"}
      allowClear={!field.required}
      placeholder={bare ? undefined : t(look === "person" ? "input.person" : look === "department" ? "input.department" : "input.search_record")}
      style={{ width: "100%" }}
      popupMatchSelectWidth={bare ? 320 : true}
      value={(many ? chosen.map((ref) => ({ value: key(ref), label: <Called of={ref} /> })) : chosen[0] ? { value: key(chosen[0]), label: <Called of={chosen[0]} /> } : undefined) as never}
      labelInValue
      notFoundContent={found.isFetching ? <div style={{ padding: 8 }}><Bone width="60%" /></div> : <div className="third" style={{ padding: 8 }}>{t("input.none_found")}</div>}
      popupRender={(menu) => (
        <>
          {targets && targets.length > 1 && (
            <div className="line" style={{ padding: "4px 8px 8px" }}>
              {targets.map((name) => (
                <button key={name} type="button" className="plain chip" aria-pressed={name === of} onMouseDown={(event) => event.preventDefault()} onClick={() => setOf(name)}>
                  {pick((field["target_labels"] as Record<string, string> | undefined)?.[name], name.split(".").at(-1))}
                </button>
              ))}
            </div>
          )}
          {menu}
        </>
      )}
      options={list.map((item) => ({ value: key(item), label: item.label, item }))}
      optionRender={(option) => <CandidateRow item={(option.data as { item: Candidate }).item} look={look} />}
      onChange={(next: { value: string } | { value: string }[] | undefined) => {
        const keys = (Array.isArray(next) ? next : next ? [next] : []).map((item) => item.value);
        setTyped("");
        give(keys.flatMap((word) => [...chosen, ...list].find((item) => key(item) === word) ?? []).map(({ id: number, label, entity }) => ({ id: number, label, ...(entity ? { entity } : {}) })));
      }}
    />
  );
}

function CandidateRow({ item, look }: { item: Candidate; look: Look }) {
  return (
    <div className="line" style={{ padding: "2px 0" }}>
      {look === "person" && <Face name={item.label} size={22} />}
      <div className="grow">
        <div className="cut"><Called of={item} /></div>
        {!!item.lines?.length && <div className="small third cut">{item.lines.slice(0, 3).join(" · ")}</div>}
      </div>
    </div>
  );
}

function useLate<T>(value: T, wait: number): T {
  const [late, setLate] = useState(value);
  useEffect(() => {
    const timer = setTimeout(() => setLate(value), wait);
    return () => clearTimeout(timer);
  }, [value, wait]);
  return late;
}
