import { setTimeout as sleep } from "node:timers/promises";
import type { LogLine, LogRequest } from "../stage.ts";

/**
 * Lines of an API that only ever gives the newest: shown once, then those that are new at each further look.
 * @param look the newest so many lines, the oldest first
 */
export async function poll(
  look: (lines: number) => Promise<readonly LogLine[]>,
  { follow, lines, signal, everyMs }: LogRequest & { readonly everyMs: number },
  take: (line: LogLine) => void,
): Promise<void> {
  let before = await look(lines);
  for (const line of before) take(line);
  while (follow && !signal.aborted) {
    await sleep(everyMs, undefined, { signal }).catch(() => {});
    if (signal.aborted) return;
    const now = await look(Math.max(lines, 1000));
    for (const line of added(before, now)) take(line);
    before = now;
  }
}

/** What comes after the last line that was known; all of it where so much was said that none is left. */
export function added(before: readonly LogLine[], now: readonly LogLine[]): readonly LogLine[] {
  const last = before.at(-1);
  if (!last) return now;
  const at = now.findLastIndex(({ time, text }) => time === last.time && text === last.text);
  return now.slice(at + 1);
}
