import type { Redis } from "iovalkey";
import type { Cache } from "../services.ts";

/** A counter is of one day; two are kept. */
const counterSeconds = 2 * 24 * 60 * 60;

/** Valkey or Redis as the cache. */
export function cache(client: Redis): Cache {
  return {
    ping: async () => {
      await client.ping();
    },
    get: async (key) => (await client.get(key)) ?? undefined,
    set: async (key, value, seconds) => {
      await client.set(key, value, "EX", seconds);
    },
    delete: async (key) => {
      await client.del(key);
    },
    // Two fixed windows; the one before counts as far as the sliding one still reaches into it.
    async hit(key, windowMs, nowMs) {
      const window = Math.floor(nowMs / windowMs);
      const current = `${key}:${window}`;
      const [used, before] = await Promise.all([
        client.incr(current),
        client.get(`${key}:${window - 1}`),
        client.pexpire(current, 2 * windowMs),
      ]);
      return used + Math.floor(Number(before ?? 0) * (1 - (nowMs % windowMs) / windowMs));
    },
    async add(counters) {
      await Promise.all(
        Object.entries(counters).flatMap(([name, by]) => [
          client.incrby(name, by),
          client.expire(name, counterSeconds),
        ]),
      );
    },
    counts: async (names) => (await client.mget([...names])).map((value) => Number(value ?? 0)),
  };
}
