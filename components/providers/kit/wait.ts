import { setTimeout as sleep } from "node:timers/promises";

/**
 * Looks until there is something to see.
 * @throws Error saying what was waited for, when it took too long
 */
export async function until<T>(
  look: () => Promise<T | undefined>,
  {
    what,
    everyMs,
    seconds,
    signal,
  }: { what: string; everyMs: number; seconds: number; signal?: AbortSignal | undefined },
): Promise<T> {
  const last = Date.now() + seconds * 1000;
  for (;;) {
    const seen = await look();
    if (seen !== undefined) return seen;
    if (Date.now() + everyMs > last) throw new Error(`waited ${seconds} s for ${what}`);
    await sleep(everyMs, undefined, signal && { signal });
  }
}
