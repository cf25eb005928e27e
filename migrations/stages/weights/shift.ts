import { setTimeout as sleep } from "node:timers/promises";
import { stop } from "../guard.ts";
import type { Memory } from "../journal.ts";
import { type Edge, setShare, shareNow, watch } from "./haproxy.ts";

/** Percent of the requests, one after the other. */
export const steps = [5, 25, 50, 100] as const;

export interface Judgement {
  /** Seconds that each step is watched for. */
  readonly watchSeconds: number;
  /** Requests that a step must have seen at least. */
  readonly least: number;
  /** Share of requests that may fail, and milliseconds that 95 % of them may take: past either, back at once. */
  readonly errors: number;
  readonly p95Ms: number;
}

export const strict: Judgement = { watchSeconds: 60, least: 50, errors: 0.01, p95Ms: 1000 };

/** What the target's server answered in a step. */
export interface Answered {
  readonly requests: number;
  readonly errors: number;
  readonly p95Ms: number;
}

/**
 * Lets the target's app answer a growing share of the requests, and takes all of it back at once when it fails or is
 * slow, or can be seen no more.
 * @throws DiagnosticsError, exit code 3, once all requests go to the source's app again
 */
export async function shift(
  edge: Edge,
  memory: Pick<Memory, "note">,
  say: (what: string) => void,
  judgement: Judgement = strict,
): Promise<Answered> {
  let last: Answered = { requests: 0, errors: 0, p95Ms: 0 };
  for (const percent of steps) {
    if (percent < (await shareNow(edge))) continue;
    say(`${percent} %`);
    const [answered, reason] = await one(edge, percent, judgement);
    await memory.note(`traffic ${percent} %`, { ...answered, ...(reason ? { reason } : {}) });
    if (reason)
      throw stop(
        `all requests go to the source's app again: ${reason}, at ${percent} %`,
        "see what the target's app says; then run this again",
      );
    last = answered;
  }
  return last;
}

/** All requests to the source's app. */
export async function shiftBack(edge: Edge, memory: Pick<Memory, "note">): Promise<void> {
  await setShare(edge, 0);
  await memory.note("traffic back");
}

/** @returns what was seen, and why it was taken back, if it was */
async function one(
  edge: Edge,
  percent: number,
  judgement: Judgement,
): Promise<readonly [Answered, string | undefined]> {
  const times: number[] = [];
  let errors = 0;
  let lost: string | undefined;
  const watching = watch(
    edge,
    ({ server, status, milliseconds }) => {
      if (server !== edge.servers.target) return;
      times.push(milliseconds);
      if (status < 0 || status >= 500) errors += 1;
    },
    (reason) => {
      lost = reason;
    },
  );
  const seen = () => answeredOf(times, errors);
  const began = performance.now();
  try {
    await setShare(edge, percent);
    for (;;) {
      const reason = lost ? `requests cannot be seen: ${lost}` : verdict(seen(), judgement);
      if (reason) {
        await setShare(edge, 0);
        return [seen(), reason];
      }
      const seconds = (performance.now() - began) / 1000;
      if (seconds > judgement.watchSeconds && times.length >= judgement.least) return [seen(), undefined];
      if (seconds > 10 * judgement.watchSeconds) {
        await setShare(edge, 0);
        return [seen(), `only ${times.length} requests in ${Math.round(seconds)} s: too few to judge by`];
      }
      await sleep(50);
    }
  } catch (error) {
    await setShare(edge, 0).catch(() => {}); // what went wrong first is what is told
    throw error;
  } finally {
    watching.close();
  }
}

const answeredOf = (times: readonly number[], errors: number): Answered => ({
  requests: times.length,
  errors,
  p95Ms: times.toSorted((a, b) => a - b)[Math.max(0, Math.ceil(times.length * 0.95) - 1)] ?? 0,
});

/** One failure of few is no rate yet: two are needed, and `least` requests for how long they take. */
export function verdict({ requests, errors, p95Ms }: Answered, judgement: Judgement): string | undefined {
  if (errors >= 2 && errors > requests * judgement.errors) return `${errors} of ${requests} requests failed`;
  if (requests >= judgement.least && p95Ms > judgement.p95Ms) return `95 % took up to ${p95Ms} ms`;
  return undefined;
}
