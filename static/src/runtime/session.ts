/** Who is here and what they may see: the session, the applications, and an application's definitions. */
import { QueryClient, useQuery } from "@tanstack/react-query";
import { ask, get, keepToken, Problem } from "../kernel/api";
import { configure } from "../kernel/format";
import { speak, type Language } from "../kernel/i18n";
import { settle } from "../kernel/metadata";
import { belongTo } from "./preferences";
import type { ApplicationCard, Metadata, Session } from "../kernel/types";

export const client = new QueryClient({
  defaultOptions: { queries: { retry: false, staleTime: 60_000, refetchOnWindowFocus: false }, mutations: { retry: false } },
});

export async function takeSession(session: Session): Promise<Session> {
  keepToken(session.csrf);
  belongTo(session.user?.id ?? 0);
  configure({ zone: session.workspace.time_zone, currency: session.workspace.currency });
  const wanted = session.user?.locale;
  if ((wanted === "en" || wanted === "zh-CN") && wanted !== localStorage.getItem("language")) await speak(wanted as Language);
  return session;
}

export const useSession = () => useQuery({ queryKey: ["session"], queryFn: async () => takeSession(await get<Session>("session")), staleTime: 300_000 });

export const useApplications = (on = true) => useQuery({ queryKey: ["applications"], enabled: on, queryFn: () => get<ApplicationCard[] | { items: ApplicationCard[] }>("applications").then((answer) => (Array.isArray(answer) ? answer : answer.items)) });

export const useMetadata = (application: string) =>
  useQuery({ queryKey: ["metadata", application], enabled: !!application, queryFn: async () => settle((await ask<Metadata>("GET", `applications/${application}`)).data) });

export const signIn = (login: string, password: string) => entered("session", { login, password });

/** As one of the sample people, without a password. */
export const signInAs = (login: string) => entered("session/demo", { login });

async function entered(path: string, body: Record<string, string>): Promise<void> {
  const session = await takeSession((await ask<Session>("POST", path, { body })).data);
  client.clear();
  client.setQueryData(["session"], session.user ? session : await takeSession(await get<Session>("session")));
}

export async function signOut(): Promise<void> {
  await ask("DELETE", "session").catch((error: unknown) => {
    if (!(error instanceof Problem) || error.status !== 401) throw error;
  });
  client.clear();
  window.location.assign("/sign-in");
}
