import { request } from "node:https";
import type { Living } from "../stage.ts";
import type { Check } from "./evidence.ts";

interface Answer {
  readonly status: number;
  readonly body: string;
}

/** The app on what was restored, as a user meets it: it is ready, lets a user in, keeps an event, and counts it. */
export async function smoke(living: Living): Promise<Check> {
  const name = "the app works on it";
  const failed = (found: string): Check => ({ name, ok: false, found });
  try {
    const ready = await ask(living, "GET", "/api/ready");
    if (ready.status !== 200) return failed(`/api/ready answers ${ready.status}`);
    const session = await ask(living, "POST", "/api/session");
    if (session.status !== 201) return failed(`/api/session answers ${session.status}`);
    const { token } = JSON.parse(session.body) as { token: string };
    const events = { events: [{ name: "drill.probe", properties: {} }] };
    const kept = await ask(living, "POST", "/api/events", token, events);
    if (kept.status >= 300) return failed(`/api/events answers ${kept.status}`);
    const seen = await ask(living, "GET", "/api/insights?scope=me&days=1", token);
    const counted = (JSON.parse(seen.body) as { events?: number }).events;
    return counted === 1
      ? { name, ok: true, found: "ready, session, event kept and counted" }
      : failed(`/api/insights counts ${counted} events of 1`);
  } catch (error) {
    return failed(error instanceof Error ? error.message : String(error));
  }
}

function ask(
  { outputs }: Living,
  method: string,
  path: string,
  token?: string,
  body?: object,
): Promise<Answer> {
  const headers = {
    ...(token ? { authorization: `Bearer ${token}` } : {}),
    ...(body ? { "content-type": "application/json" } : {}),
  };
  const ca = outputs.certificateAuthority ? { ca: outputs.certificateAuthority } : {};
  return new Promise((resolve, reject) => {
    const sent = request(
      new URL(path, outputs.urls.app),
      { method, headers, ...ca, agent: false, timeout: 10_000 },
      (answer) => {
        let text = "";
        answer.setEncoding("utf8").on("data", (part: string) => {
          text += part;
        });
        answer.on("end", () => resolve({ status: answer.statusCode ?? 0, body: text })).on("error", reject);
      },
    );
    sent.on("timeout", () => sent.destroy(new Error(`${path} does not answer within 10 s`)));
    sent.on("error", reject);
    sent.end(body ? JSON.stringify(body) : undefined);
  });
}
