/** A form being filled in: its values, what its conditions show and require, what is wrong, and what goes out. */
import { useCallback, useMemo, useRef, useState, type RefObject } from "react";
import { holds, type Context } from "../../kernel/holds";
import type { Entity, FormDefinition, Issue, Value, Values } from "../../kernel/types";
import { isBlank } from "../../kit/fields";
import { shownFields } from "../../kit/Tree";
import { sent } from "../view/save";
import { check, nameOf } from "./check";
import { leftToServer } from "./initial";

export function useFilling(entity: Entity, form: FormDefinition, start: Values, kept: Values | undefined, context: Context, box: RefObject<HTMLDivElement | null>) {
  const [values, setValues] = useState<Values>(() => ({ ...start, ...kept }));
  const [issues, setIssues] = useState<Issue[]>([]);
  const touched = useRef(false);
  const set = useCallback((name: string, value: Value) => {
    touched.current = true;
    setValues((old) => ({ ...old, [name]: value }));
    setIssues((old) => old.filter((issue) => issue.path[0] !== name));
  }, []);
  const shown = useMemo(() => shownFields(form.components, (component) => holds(component.visible, values, context, true)), [form, values, context]);

  const show = useCallback((list: Issue[]) => {
    setIssues(list);
    setTimeout(() => {
      const target = list.map((issue) => box.current?.querySelector<HTMLElement>(`[data-field="${String(issue.path[0])}"]`)).find(Boolean);
      // rows that are wrong as a whole have no cell to blame: what is told of them is shown, and no cell opens over it
      const whole = target?.querySelector<HTMLElement>(".lines:not(:has(.lines-cell.bad)) ~ [role=alert]");
      (whole ?? target)?.scrollIntoView({ block: "center", behavior: "smooth" });
      if (!whole) (target?.querySelector<HTMLElement>(".lines-cell.bad") ?? target?.querySelector<HTMLElement>("input, textarea, button, [tabindex]"))?.focus({ preventScroll: true });
    }, 40);
  }, [box]);
  /** Whether it may be sent; what is wrong is shown. */
  const sound = () => {
    const found = check(entity, shown, values, (field) => (!!field.required && !leftToServer(field)) || holds(nameOf(form.components, field.name)?.required, values, context, false));
    if (found.length) show(found);
    else setIssues([]);
    return !found.length;
  };
  /** What goes out: what is shown, and what was set beforehand. */
  const body = () => sent(entity, Object.fromEntries(Object.entries(values).filter(([name, value]) => (isBlank(value) ? shown.includes(name) && !isBlank(start[name]) : shown.includes(name) || name in start))));
  const again = () => {
    touched.current = false;
    setValues(start);
    setIssues([]);
    box.current?.scrollTo(0, 0);
  };
  const stray = issues.filter((issue) => typeof issue.path[0] !== "string" || !shown.includes(issue.path[0]));
  return { values, setValues, issues, touched, set, show, sound, body, again, stray };
}
