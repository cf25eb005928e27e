/**
 * A schedule as Vercel's free plan takes it: once a day at most. One that would come more often keeps its first minute
 * and hour.
 */
export function onceADay(schedule: string): string {
  const [minute = "0", hour = "0", ...rest] = schedule.split(" ");
  return [first(minute), first(hour), ...rest].join(" ");
}

/** The first value that a field of a schedule names: `*` and `*`/6 are 0, `15,45` and `15-45` are 15. */
const first = (field: string): string => /^\d+/.exec(field)?.[0] ?? "0";
