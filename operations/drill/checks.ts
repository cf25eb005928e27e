import type { Backup, Witness } from "../stage.ts";
import type { Check } from "./evidence.ts";

/** The recovery tiers, in minutes: what a restore may take, and what it may lose. */
export const tiers = {
  startup: { rtoMinutes: 240, rpoMinutes: 1440 },
  growth: { rtoMinutes: 60, rpoMinutes: 60 },
  enterprise: { rtoMinutes: 15, rpoMinutes: 0 },
} as const;

/** Which tiers' promises such figures keep. */
export const tiersKept = (rtoMinutes: number, rpoMinutes: number): string[] =>
  Object.entries(tiers)
    .filter(([, promise]) => rtoMinutes <= promise.rtoMinutes && rpoMinutes <= promise.rpoMinutes)
    .map(([name]) => name);

/** Clocks differ by less; what is further ahead would pass for new for as long. */
const aheadMinutes = 5;

/** Whether a moment lies in the future: then this machine's clock was wrong when it was noted, or is now. */
export const isAhead = (moment: string, now: Date): boolean =>
  Date.parse(moment) - now.getTime() > aheadMinutes * 60_000;

/** A backup that is older than the schedule allows is a schedule that does not run. */
export function isFresh(
  { name, finished }: Pick<Backup, "name" | "finished">,
  maxAgeHours: number,
  now: Date,
): Check {
  const hours = (now.getTime() - Date.parse(finished)) / 3_600_000;
  return {
    name: "the newest backup is fresh",
    ok: hours <= maxAgeHours && !isAhead(finished, now),
    found: isAhead(finished, now)
      ? `${name} is of ${(-hours).toFixed(1)} h from now: a clock is wrong`
      : `${name} is ${hours.toFixed(1)} h old; at most ${maxAgeHours} h`,
  };
}

/** What was brought back against what was there. */
export function isTheSame(before: Witness, after: Witness): Check[] {
  const names = [...new Set([...Object.keys(before.tables), ...Object.keys(after.tables)])].toSorted();
  const wrong = names.flatMap((name) => {
    const [was, is] = [before.tables[name], after.tables[name]];
    if (!was) return [`${name} was not there`];
    if (!is) return [`${name} is missing`];
    if (was.rows !== is.rows) return [`${name}: ${was.rows} rows, ${is.rows} came back`];
    return was.digest === is.digest ? [] : [`${name}: ${was.rows} rows, with other values`];
  });
  const rows = Object.values(before.tables).reduce((sum, table) => sum + table.rows, 0);
  const roles = before.roles.filter((role) => !after.roles.includes(role));
  return [
    {
      name: "every table holds the same rows",
      ok: wrong.length === 0,
      found: wrong.length === 0 ? `${rows} rows in ${names.length} tables, digests equal` : wrong.join("; "),
    },
    {
      name: "the schema is the same",
      ok: before.schema === after.schema,
      found: before.schema === after.schema ? "digests equal" : "digests differ",
    },
    {
      name: "every role is there",
      ok: roles.length === 0,
      found: roles.length === 0 ? before.roles.join(", ") : `missing: ${roles.join(", ")}`,
    },
  ];
}

/** Tables of notes, on PostgreSQL and on SQLite: they are filled in a database that nobody has used. */
const notes = /^(ops[._]|(public\.)?(schema_migrations|rung_migrations)$)/;

/** To bring back nothing proves nothing. Notes of migrations and backups are in every database. */
export function isNotEmpty({ tables }: Witness): Check {
  const rows = Object.entries(tables)
    .filter(([name]) => !notes.test(name))
    .reduce((sum, [, table]) => sum + table.rows, 0);
  return { name: "there was something to restore", ok: rows > 0, found: `${rows} rows of the app's` };
}
