/** How many tasks wait for this person: asked anew now and then, when a note arrives, and after every deed. */
import { useQuery } from "@tanstack/react-query";
import { useEffect } from "react";
import { get } from "../../kernel/api";
import type { Counts } from "../flows/types";
import { useUnread } from "../frame/unread";
import { client } from "../session";

const pause = 30_000;

export function useCounts(): Counts | undefined {
  const { newest } = useUnread();
  const answer = useQuery({ queryKey: ["task-counts"], refetchInterval: pause, staleTime: 5_000, queryFn: ({ signal }) => get<Counts>("tasks/counts", {}, signal) });
  useEffect(() => void client.invalidateQueries({ queryKey: ["task-counts"] }), [newest]);
  return answer.data;
}

/** Everything that shows tasks or flows is asked for again. */
export function refreshTasks() {
  for (const key of ["task-counts", "tasks", "flows-on", "flow-instance"]) void client.invalidateQueries({ queryKey: [key] });
}
