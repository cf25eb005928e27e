/** What the server says when it refuses. */
export class Refused extends Error {
  readonly status: number;

  constructor(status: number, message: string) {
    super(message);
    this.status = status;
  }
}

/**
 * Asks the app. The session is a cookie that no script sees.
 * @throws Refused with words for the user
 */
export async function ask<T>(path: string, init: RequestInit = {}): Promise<{ body: T; headers: Headers }> {
  const response = await fetch(`/api${path}`, { cache: "no-store", ...init }).catch(() => undefined);
  if (!response) throw new Refused(0, "The app does not answer.");
  const body = await response.json().catch(() => undefined);
  if (!response.ok)
    throw new Refused(response.status, body?.error?.message ?? `The app answered ${response.status}.`);
  return { body, headers: response.headers };
}

export const post = <T>(path: string, json: unknown): Promise<{ body: T; headers: Headers }> =>
  ask(path, { method: "POST", body: JSON.stringify(json), headers: { "Content-Type": "application/json" } });

const renewBeforeMs = 60 * 60 * 1000;

/** Makes sure that there is a session, and that it lasts a while. */
export async function ensureSession(): Promise<void> {
  const { body } = await ask<{ userId: string | null; expiresAt?: string }>("/session");
  const left = body.expiresAt ? Date.parse(body.expiresAt) - Date.now() : 0;
  if (left < renewBeforeMs) await ask("/session", { method: "POST" });
}
