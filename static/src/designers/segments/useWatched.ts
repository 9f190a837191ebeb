/** A job watched until it ends. */
import { useQuery } from "@tanstack/react-query";
import { useEffect, useRef } from "react";
import { get } from "../../kernel/api";
import type { Job } from "../../kernel/types";

const running = (job: Job | undefined) => job?.state === "running" || job?.state === "queued";

export function useWatched(id: string | null, ended: (job: Job) => void): Job | undefined {
  const answer = useQuery({ queryKey: ["job", id], enabled: !!id, staleTime: 0, queryFn: ({ signal }) => get<Job>(`jobs/${id}`, {}, signal), refetchInterval: ({ state }) => (!state.data || running(state.data) ? 500 : false) });
  const told = useRef("");
  const job = id ? answer.data : undefined;
  useEffect(() => {
    if (!job || running(job) || told.current === job.id) return;
    told.current = String(job.id);
    ended(job);
  }, [job, ended]);
  return job;
}
