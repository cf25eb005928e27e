import type { DurableObjectNamespace, DurableObjectState } from "@cloudflare/workers-types";
import { Unavailable } from "../refusal.ts";
import { objectNamed } from "./object.ts";

/** A counter is of one day; two are kept. */
const keptMs = 2 * 24 * 60 * 60 * 1000;

/** What is asked of a `Counters`: its body, as JSON. */
type Ask =
  | { readonly do: "hit"; readonly windowMs: number; readonly nowMs: number }
  | { readonly do: "add"; readonly counters: Readonly<Record<string, number>> }
  | { readonly do: "counts"; readonly names: readonly string[] };

/**
 * Numbers that all isolates share: there is one object per name, and it does one thing after another. Uses in a window
 * are kept in memory alone, for an object that is asked often stays; what is counted for a day is stored.
 */
export class Counters {
  readonly #state: DurableObjectState;
  readonly #uses = new Map<number, number>();

  constructor(state: DurableObjectState) {
    this.#state = state;
  }

  async fetch(request: Request): Promise<Response> {
    const ask = (await request.json()) as Ask; // only `countersIn` below asks
    if (ask.do === "hit") return Response.json(this.#hit(ask.windowMs, ask.nowMs));
    if (ask.do === "add") return Response.json(await this.#add(ask.counters));
    const stored = await this.#state.storage.get<number>([...ask.names]);
    return Response.json(ask.names.map((name) => stored.get(name) ?? 0));
  }

  /** Two fixed windows; the one before counts as far as the sliding one still reaches into it. */
  #hit(windowMs: number, nowMs: number): number {
    const window = Math.floor(nowMs / windowMs);
    for (const old of this.#uses.keys()) if (old < window - 1) this.#uses.delete(old);
    const used = (this.#uses.get(window) ?? 0) + 1;
    this.#uses.set(window, used);
    return used + Math.floor((this.#uses.get(window - 1) ?? 0) * (1 - (nowMs % windowMs) / windowMs));
  }

  async #add(counters: Readonly<Record<string, number>>): Promise<null> {
    const { storage } = this.#state;
    const names = Object.keys(counters);
    const before = await storage.get<number>(names);
    await storage.put(
      Object.fromEntries(names.map((name) => [name, (before.get(name) ?? 0) + (counters[name] ?? 0)])),
    );
    if ((await storage.getAlarm()) === null) await storage.setAlarm(Date.now() + keptMs);
    return null;
  }

  /** What was counted before the last two days: the next day's counters have other names. */
  async alarm(): Promise<void> {
    await this.#state.storage.deleteAll();
  }
}

/** The counters, from a Worker's side. Each name is an object of its own; the day's counters share one. */
export function countersIn(namespace: DurableObjectNamespace) {
  const ask = async (name: string, what: Ask): Promise<unknown> => {
    try {
      const answer = await objectNamed(namespace, name).fetch("https://counters/", {
        method: "POST",
        body: JSON.stringify(what),
      });
      return await answer.json();
    } catch (error) {
      throw new Unavailable("cache", error);
    }
  };
  // `Counters` above answers so.
  return {
    hit: async (key: string, windowMs: number, nowMs: number) =>
      (await ask(key, { do: "hit", windowMs, nowMs })) as number,
    add: async (counters: Readonly<Record<string, number>>) => {
      await ask("day", { do: "add", counters });
    },
    counts: async (names: readonly string[]) => (await ask("day", { do: "counts", names })) as number[],
  };
}
