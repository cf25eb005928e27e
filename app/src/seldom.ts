import type { Services } from "./services.ts";

/** A word said a thousand times buries the others. */
const quietMs = 5000;

/** Lets through one call in five seconds. */
export type Seldom = (say: () => void) => void;

/** @param now milliseconds, of whatever clock */
export function seldom(now: () => number = () => performance.now()): Seldom {
  let last = Number.NEGATIVE_INFINITY;
  return (say) => {
    if (now() - last < quietMs) return;
    last = now();
    say();
  };
}

/** The same, of one app and one thing that it has to say. */
export function seldomOf(): (services: Services) => Seldom {
  const of = new WeakMap<Services, Seldom>();
  return (services) => {
    const kept = of.get(services) ?? seldom(() => services.clock.now().getTime());
    of.set(services, kept);
    return kept;
  };
}
