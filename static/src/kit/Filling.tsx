/** Around what a record is filled in with: references in it offer only what their own fields narrow them to. */
import { useMemo, type ReactNode } from "react";
import { PlaceContext, usePlace } from "./fields";

/** `entity` is whose fields are filled in, where it isn't that of the place: the rows of a sub-table. */
export function Filling({ entity, children }: { entity?: string | undefined; children: ReactNode }) {
  const place = usePlace();
  const inside = useMemo(() => ({ ...place, entity: entity || place.entity, fills: true }), [place, entity]);
  return <PlaceContext.Provider value={inside}>{children}</PlaceContext.Provider>;
}
