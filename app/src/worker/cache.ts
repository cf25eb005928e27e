import type { DurableObjectNamespace, KVNamespace } from "@cloudflare/workers-types";
import type { Cache } from "../services.ts";
import { countersIn } from "./counters.ts";
import type { Execution } from "./env.ts";

/** KV keeps nothing for less. */
const leastSeconds = 60;
interface Kept {
  readonly until: number;
}

/**
 * Values in KV, counters in Durable Objects. KV tells a write at once where it was made and within a minute elsewhere,
 * takes one write a second to a key, and cannot count: what must be exact is not asked of it.
 */
export function cache(
  values: KVNamespace,
  counters: DurableObjectNamespace,
  now: () => Date,
  { waitUntil }: Execution,
): Cache {
  const { hit, add, counts } = countersIn(counters);
  return {
    ping: async () => {
      await values.get("ping");
    },
    get: async (key) => {
      const { value, metadata } = await values.getWithMetadata<Kept>(key);
      return value !== null && metadata !== null && metadata.until > now().getTime() ? value : undefined;
    },
    set: (key, value, seconds) =>
      values.put(key, value, {
        expirationTtl: Math.max(leastSeconds, Math.ceil(seconds)),
        metadata: { until: now().getTime() + seconds * 1000 } satisfies Kept,
      }),
    delete: (key) => values.delete(key),
    hit,
    // Nobody waits for a statistic; without this it would end with the answer.
    add: (changes) => {
      const added = add(changes);
      waitUntil(added.catch(() => {}));
      return added;
    },
    counts,
  };
}
