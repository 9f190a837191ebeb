/** The one way to the server: JSON over fetch, CSRF, ETags, and problem+json turned into a Problem with issues. */
import type { Issue, Json } from "./types";

/** What the server refused, and why. */
export class Problem extends Error {
  constructor(
    readonly status: number,
    readonly title: string,
    readonly detail: string,
    readonly issues: Issue[],
    readonly body: { [key: string]: Json },
  ) {
    super(detail || title);
    this.name = "Problem";
  }
}

export interface Answer<T> {
  data: T;
  etag: string | null;
  status: number;
}

export interface Ask {
  query?: Record<string, string | number | boolean | null | undefined>;
  body?: unknown;
  form?: FormData;
  etag?: string | number | null;
  known?: string | null;
  signal?: AbortSignal;
  language?: string;
}

let csrf = "";
let signedOut: () => void = () => undefined;

export function keepToken(token: string) {
  csrf = token;
}

/** Called when an answer says that the session has ended. */
export function whenSignedOut(then: () => void) {
  signedOut = then;
}

export function address(path: string, query: Ask["query"] = {}): string {
  const words = new URLSearchParams();
  for (const [key, value] of Object.entries(query))
    if (value !== undefined && value !== null && value !== "") words.set(key, String(value));
  const text = words.toString();
  return `/api/${path}${text ? `?${text}` : ""}`;
}

export async function ask<T>(method: string, path: string, options: Ask = {}): Promise<Answer<T>> {
  const headers: Record<string, string> = { Accept: "application/json" };
  if (method !== "GET" && csrf) headers["X-CSRF-Token"] = csrf;
  if (options.etag !== undefined && options.etag !== null)
    headers["If-Match"] = typeof options.etag === "number" ? `W/"${options.etag}"` : options.etag;
  if (options.known) headers["If-None-Match"] = options.known;
  if (options.body !== undefined) headers["Content-Type"] = "application/json";
  let response: Response;
  try {
    response = await fetch(address(path, options.query), {
      method,
      headers,
      credentials: "same-origin",
      body: options.form ?? (options.body === undefined ? undefined : JSON.stringify(options.body)),
      signal: options.signal,
    });
  } catch (error) {
    if (error instanceof DOMException && error.name === "AbortError") throw error;
    throw new Problem(0, "offline", "", [], {});
  }
  if (!response.ok) throw await problem(response, path);
  const text = response.status === 204 ? "" : await response.text();
  return { data: (text ? JSON.parse(text) : null) as T, etag: response.headers.get("ETag"), status: response.status };
}

/** What the server answers as a file. */
export async function fileOf(path: string, body: unknown): Promise<Blob> {
  const response = await fetch(address(path), { method: "POST", headers: { "Content-Type": "application/json", "X-CSRF-Token": csrf }, credentials: "same-origin", body: JSON.stringify(body) }).catch(() => {
    throw new Problem(0, "offline", "", [], {});
  });
  if (!response.ok) throw await problem(response, path);
  return response.blob();
}

async function problem(response: Response, path: string): Promise<Problem> {
  let body: { [key: string]: Json } = {};
  try {
    body = (await response.json()) as { [key: string]: Json };
  } catch {
    body = {};
  }
  if (response.status === 401 && !path.startsWith("session")) signedOut();
  const issues = Array.isArray(body["issues"]) ? (body["issues"] as unknown as Issue[]) : [];
  return new Problem(response.status, String(body["title"] ?? ""), String(body["detail"] ?? ""), issues, body);
}

export const get = async <T>(path: string, query?: Ask["query"], signal?: AbortSignal) => (await ask<T>("GET", path, { query, signal })).data;
export const post = async <T>(path: string, body?: unknown) => (await ask<T>("POST", path, { body: body ?? {} })).data;
export const patch = async <T>(path: string, body: unknown, etag?: string | number | null) => (await ask<T>("PATCH", path, { body, etag })).data;
export const put = async <T>(path: string, body: unknown, etag?: string | null) => ask<T>("PUT", path, { body, etag });
export const remove = async <T>(path: string, etag?: string | number | null) => (await ask<T>("DELETE", path, { etag })).data;

/** Sends one file and tells how far it is. */
export function upload<T>(path: string, file: File, told: (share: number) => void, words: Record<string, string> = {}): Promise<T> {
  return new Promise((resolve, reject) => {
    const request = new XMLHttpRequest();
    request.open("POST", address(path));
    if (csrf) request.setRequestHeader("X-CSRF-Token", csrf);
    request.upload.addEventListener("progress", (event) => event.lengthComputable && told(event.loaded / event.total));
    request.addEventListener("error", () => reject(new Problem(0, "offline", "", [], {})));
    request.addEventListener("load", () => {
      const body = safe(request.responseText);
      if (request.status < 300) resolve(body as unknown as T);
      else reject(new Problem(request.status, String(body["title"] ?? ""), String(body["detail"] ?? ""), (body["issues"] ?? []) as unknown as Issue[], body));
    });
    const form = new FormData();
    for (const [name, word] of Object.entries(words)) form.append(name, word);
    form.append("file", file);
    request.send(form);
  });
}

function safe(text: string): { [key: string]: Json } {
  try {
    return JSON.parse(text) as { [key: string]: Json };
  } catch {
    return {};
  }
}
