/** Draws the parts of a form or page, one inside the other, leaving out those whose condition does not hold. */
import { Fragment } from "react";
import type { Component } from "../kernel/types";
import { partKind, useParts, visible } from "./parts-context";

export function Parts({ components }: { components: readonly Component[] | undefined }) {
  return (components ?? []).map((component) => <Part key={component.id} component={component} />);
}

export function Part({ component }: { component: Component }) {
  const parts = useParts();
  const kind = partKind(component.type);
  if (!visible(component, parts)) return null;
  const node = kind ? <kind.Part component={component} /> : parts.extra?.(component);
  return <Fragment>{parts.wrap ? parts.wrap(component, node) : node}</Fragment>;
}

/** Fields shown somewhere in these parts with their conditions met, in reading order. */
export function shownFields(components: readonly Component[], shows: (component: Component) => boolean): string[] {
  return components.flatMap((component) => (shows(component) ? [...(component.field ? [component.field] : []), ...shownFields(component.components ?? [], shows)] : []));
}
