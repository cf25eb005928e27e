import { randomUUID } from "node:crypto";
import { Agent, request } from "node:https";

export interface LoadOptions {
  readonly url: string;
  /** The CA that signed the edge's certificate, PEM. */
  readonly ca: string;
  readonly perSecond: number;
  /** Requests to send at least. */
  readonly atLeast: number;
  /** It goes on until this is over, too. */
  readonly during: Promise<unknown>;
}

export interface LoadResult {
  readonly sent: number;
  readonly seconds: number;
  /** What was not answered as it should be, by status and the beginning of the answer, or by error code. */
  readonly failed: Readonly<Record<string, number>>;
  /** The user whose events were sent, and the ids of those that were acknowledged. */
  readonly userId: string;
  readonly acknowledged: readonly string[];
  /** Milliseconds from the moment a request was due to the end of its answer. */
  readonly p50: number;
  readonly p99: number;
  readonly slowest: number;
}

/**
 * Sends requests at a fixed rate, whether or not earlier ones were answered, and never one twice: every other one
 * writes an event, the rest read.
 */
export async function load({ url, ca, perSecond, atLeast, during }: LoadOptions): Promise<LoadResult> {
  const agent = new Agent({ keepAlive: true, maxSockets: 200, ca });
  const { token, userId } = JSON.parse((await ask(agent, url, "POST", "/api/session")).body);
  const headers = { authorization: `Bearer ${token}` };
  const acknowledged: string[] = [];
  const failed: Record<string, number> = {};
  const times: number[] = [];
  const under = new Set<Promise<void>>();

  const one = async (number: number, due: number) => {
    const id = randomUUID();
    const writes = number % 2 === 0;
    const reads = number % 4 === 1 ? "/api/insights?scope=me" : "/api/insights?days=7";
    try {
      const answer = writes
        ? await ask(agent, url, "POST", "/api/events", headers, { events: [{ id, name: "load.sent" }] })
        : await ask(agent, url, "GET", reads, headers);
      if (answer.status === 202) acknowledged.push(id);
      else if (answer.status !== 200) count(failed, `${answer.status} ${answer.body.slice(0, 200)}`);
    } catch (error) {
      count(failed, (error as NodeJS.ErrnoException).code ?? String(error));
    }
    times.push(performance.now() - due);
  };

  let over = false;
  void during.finally(() => {
    over = true;
  });
  const began = performance.now();
  let sent = 0;
  while (!over || sent < atLeast) {
    const due = began + (sent * 1000) / perSecond;
    const wait = due - performance.now();
    if (wait > 1) await new Promise((resolve) => setTimeout(resolve, wait));
    const running = one(sent, due).finally(() => under.delete(running));
    under.add(running);
    sent += 1;
  }
  await Promise.all(under);
  const seconds = (performance.now() - began) / 1000;
  agent.destroy();
  const sorted = times.toSorted((a, b) => a - b);
  const at = (share: number) => Math.round(sorted[Math.floor((sorted.length - 1) * share)] ?? 0);
  return { sent, seconds, failed, userId, acknowledged, p50: at(0.5), p99: at(0.99), slowest: at(1) };
}

const count = (counts: Record<string, number>, key: string): void => {
  counts[key] = (counts[key] ?? 0) + 1;
};

function ask(
  agent: Agent,
  url: string,
  method: string,
  path: string,
  headers: Record<string, string> = {},
  body?: object,
): Promise<{ status: number; body: string }> {
  const text = body && JSON.stringify(body);
  return new Promise((resolve, reject) => {
    const sent = request(
      new URL(path, url),
      {
        agent,
        method,
        timeout: 60_000,
        headers: { ...headers, ...(text ? { "content-type": "application/json" } : {}) },
      },
      (answer) => {
        let said = "";
        answer.setEncoding("utf8").on("data", (part: string) => {
          said += part;
        });
        answer.on("end", () => resolve({ status: answer.statusCode ?? 0, body: said }));
        answer.on("error", reject);
      },
    );
    sent.on("timeout", () => sent.destroy(new Error("no answer within a minute")));
    sent.on("error", reject);
    sent.end(text);
  });
}
