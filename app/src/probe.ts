import { seldomOf } from "./seldom.ts";
import type { Probed, Services } from "./services.ts";

export interface Health {
  readonly ok: boolean;
  readonly ms: number;
}

/** Below the edge's own limit for its check, one second. */
const limitMs = 800;

/** The parts that the app cannot serve without. */
export const parts = ["database", "cache", "storage"] as const;
export type Part = (typeof parts)[number];

const tell = { database: seldomOf(), cache: seldomOf(), storage: seldomOf() } as const;
const asking = new WeakMap<Services, Promise<Record<Part, Health>>>();

/** Really asks each part, with a time limit. Those who ask at the same time share the answer. */
export function probeAll(services: Services): Promise<Record<Part, Health>> {
  const before = asking.get(services);
  if (before) return before;
  const now = Promise.all(parts.map(async (part) => [part, await probe(services, part)] as const))
    // One entry a part, by construction.
    .then((entries) => Object.fromEntries(entries) as Record<Part, Health>)
    .finally(() => asking.delete(services));
  asking.set(services, now);
  return now;
}

async function probe(services: Services, part: Part): Promise<Health> {
  const started = performance.now();
  const ok = await within(services[part]).catch((error: unknown) => {
    tell[part](services)(() => services.log.warn({ part, err: error }, "a part is not ready"));
    return false;
  });
  return { ok, ms: Math.round((performance.now() - started) * 10) / 10 };
}

function within(part: Probed): Promise<boolean> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => reject(new Error(`no answer within ${limitMs} ms`)), limitMs);
    part
      .ping()
      .then(() => resolve(true), reject)
      .finally(() => clearTimeout(timer));
  });
}
