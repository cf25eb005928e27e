import { z } from "zod";

const minutesPer = { s: 1 / 60, m: 1, h: 60, d: 24 * 60 } as const;
type Unit = keyof typeof minutesPer;

/** A length of time such as `30s`, `15m`, `4h`, `30d`, or `0`. */
export const duration = z
  .string()
  .regex(/^(0|[1-9]\d{0,4}[smhd])$/, 'a duration such as "30s", "15m", "4h", "30d" or "0"');

/** A checked duration in minutes. */
export function minutes(text: string): number {
  // The schema above leaves only these units.
  return text === "0" ? 0 : Number(text.slice(0, -1)) * minutesPer[text.slice(-1) as Unit];
}

/** Minutes in words a person reads: 15 → `15 min`, 240 → `4 h`, 43200 → `30 d`. */
export function inWords(count: number): string {
  if (count === 0) return "0";
  if (count % 1440 === 0 && count > 1440) return `${count / 1440} d`;
  if (count % 60 === 0) return `${count / 60} h`;
  return `${count} min`;
}
