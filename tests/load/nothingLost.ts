import { expect } from "vitest";
import { inside, type Living } from "../local/docker.ts";
import { load } from "./load.ts";

/** A stack under load, and how much of it. */
export interface Loaded {
  readonly own: Living;
  /** The CA that signed the edge's certificate, PEM. */
  readonly ca: string;
  /** Requests a change is held against at least. */
  readonly atLeast: number;
  /** Sent whether or not earlier ones were answered. */
  readonly perSecond: number;
}

/** Load on the stack while `change` is under way: every request answered, every acknowledged event in the database. */
export async function loseNothing(
  { own, ca, atLeast, perSecond }: Loaded,
  change: () => Promise<unknown>,
): Promise<void> {
  const during = change();
  const result = await load({ url: own.url, ca, perSecond, atLeast, during });
  await during;
  const { acknowledged, failed, sent, seconds, userId, ...times } = result;
  console.log(`${sent} requests in ${seconds.toFixed(1)} s, failed ${JSON.stringify(failed)}`, times);
  expect(failed).toEqual({});
  expect(sent).toBeGreaterThanOrEqual(atLeast);
  const found = (await sqlIn(own, `SELECT id FROM events WHERE user_id = '${userId}' ORDER BY id`)).split(
    "\n",
  );
  const there = new Set(found);
  expect(acknowledged.filter((id) => !there.has(id))).toEqual([]);
  // By rows, and not by ids: what was stored twice shows.
  expect(found.length).toBe(acknowledged.length);
}

/** What psql answers to a statement, as the superuser. */
export const sqlIn = async (own: Living, sql: string): Promise<string> =>
  (await inside(own, "database", `psql -X -At -h /run/postgresql -U postgres -d pulse -c "${sql}"`)).out;
