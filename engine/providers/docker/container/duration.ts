const units: Readonly<Record<string, number>> = {
  h: 3.6e12,
  m: 6e10,
  s: 1e9,
  ms: 1e6,
  us: 1e3,
  µs: 1e3,
  ns: 1,
};
const form = /^(?:\d+(?:\.\d+)?(?:h|ms|m|s|us|µs|ns))+$/;

/** Go's durations, e.g. `1m30s`, in nanoseconds; undefined when it is none. */
export function nanoseconds(text: string): number | undefined {
  if (text === "0") return 0;
  if (!form.test(text)) return undefined;
  const parts = text.matchAll(/(\d+(?:\.\d+)?)(h|ms|m|s|us|µs|ns)/g);
  return [...parts].reduce((sum, [, count, unit]) => sum + Number(count) * (units[unit ?? ""] ?? 0), 0);
}

/** Nanoseconds in the largest unit that needs no fraction, e.g. `90s`. */
export function durationOf(count: number): string {
  for (const unit of ["s", "ms", "us"]) {
    const size = units[unit] ?? 1;
    if (count % size === 0) return `${count / size}${unit}`;
  }
  return `${count}ns`;
}
