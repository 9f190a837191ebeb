/** What conditions may ask about the reader: who, where, when. */
import { useMemo } from "react";
import { zone } from "../../kernel/format";
import type { Context } from "../../kernel/holds";
import { useSession } from "../session";

export function useConditions(): Context {
  const user = useSession().data?.user;
  return useMemo(() => ({ me: user?.id ?? null, my_department: user?.department?.id ?? null, now: new Date(), zone: zone() }), [user]);
}
