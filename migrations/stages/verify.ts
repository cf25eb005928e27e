import { setTimeout as sleep } from "node:timers/promises";
import type pg from "pg";
import {
  type Catalogue,
  type CatalogueDifference,
  catalogueDifferences,
  catalogueHash,
  catalogueMark,
  catalogueOf,
} from "./catalogue.ts";
import { applied, marker } from "./follow.ts";
import { stop } from "./guard.ts";
import { type Compared, compareTable, hashesOf, type Pair, type RowDifference } from "./locate.ts";
import type { ComparedObjects } from "./objects/step.ts";
import { behind, sequencesOf } from "./sequences.ts";
import { connect, type Side } from "./side.ts";
import { type Table, tablesOf } from "./tables.ts";

export interface VerifyOptions {
  /** The side that serves, and the one that must be as it is. */
  readonly leader: Side;
  readonly follower: Side;
  readonly application: string;
  readonly schemas: readonly string[];
  /** Tables compared side by side. */
  readonly jobs: number;
  /** The leader's slot, where it is written to meanwhile; left out, both sides stand still. */
  readonly slot?: string;
  /** Whether sequences must be past the leader's already: only once nobody takes values any more. */
  readonly sequences: boolean;
  /** Which tables; all unless said. */
  readonly only?: (table: Table) => boolean;
  readonly onTable?: (found: Compared, done: number, of: number) => void;
}

export interface Verified {
  readonly good: boolean;
  readonly tables: readonly Compared[];
  readonly catalogue: readonly CatalogueDifference[];
  /** SHA-256 of the leader's catalogue. */
  readonly schema: string;
  /** Sequences that would give out again what was given out. */
  readonly behind: readonly string[];
  readonly rows: number;
  /** Left out where no objects were compared. */
  readonly objects?: ComparedObjects;
}

/** Sessions for a comparison, begun before it: while requests wait there is no time for that. */
export interface Comparison {
  readonly ours: pg.Client;
  readonly theirs: pg.Client;
  readonly marks: pg.Client;
  readonly pairs: readonly Pair[];
  /** What both schemas were when the sessions were begun. */
  readonly known?: Known;
  close(): Promise<void>;
}

interface Known {
  readonly tables: readonly Table[];
  readonly others: readonly Table[];
  readonly catalogue: Catalogue;
  readonly theirCatalogue: Catalogue;
  /** By which it is told that they still are. */
  readonly marks?: readonly [string, string];
}

/** @throws DiagnosticsError for a server that is a replica: it may be behind without saying so */
export async function openComparison({
  leader,
  follower,
  application,
  jobs,
}: VerifyOptions): Promise<Comparison> {
  const open: pg.Client[] = [];
  const session = async (side: Side) => {
    const client = await connect(side, application);
    open.push(client);
    return client;
  };
  const close = async () => void (await Promise.all(open.map((client) => client.end().catch(() => {}))));
  try {
    const [ours, theirs, marks, ...pairs] = await Promise.all([
      session(leader),
      session(follower),
      session(leader),
      ...Array.from({ length: jobs }, async (): Promise<Pair> => {
        const [source, target] = await Promise.all([session(leader), session(follower)]);
        return { source, target };
      }),
    ]);
    await Promise.all([isWriter(ours, leader), isWriter(theirs, follower)]);
    return { ours, theirs, marks, pairs, close };
  } catch (error) {
    await close();
    throw error;
  }
}

/** Has a comparison know what both schemas are, so that it only looks whether they still are that. */
export async function learn(comparison: Comparison, schemas: readonly string[]): Promise<Comparison> {
  const { ours, theirs } = comparison;
  const marks = await Promise.all([catalogueMark(ours), catalogueMark(theirs)]);
  return { ...comparison, known: { ...(await schemasNow(comparison, schemas)), marks } };
}

async function schemasNow({ ours, theirs }: Comparison, schemas: readonly string[]): Promise<Known> {
  const [[tables, catalogue], [others, theirCatalogue]] = await Promise.all(
    [ours, theirs].map(
      async (client) => [await tablesOf(client, schemas), await catalogueOf(client, schemas)] as const,
    ) as [Promise<readonly [Table[], Catalogue]>, Promise<readonly [Table[], Catalogue]>], // as many as went in
  );
  return { tables, others, catalogue, theirCatalogue };
}

/** Compares both sides in sessions of its own; see `compare`. */
export async function verify(options: VerifyOptions): Promise<Verified> {
  const comparison = await openComparison(options);
  try {
    return await compare(comparison, options);
  } finally {
    await comparison.close();
  }
}

/**
 * Compares both sides at one point: a snapshot of the leader, and one of the follower that holds at least all of it.
 * Rows that were changed in between are looked at again, until they are the same or stay different.
 */
export async function compare(comparison: Comparison, options: VerifyOptions): Promise<Verified> {
  const { schemas, slot } = options;
  const { ours, theirs, marks, pairs } = comparison;
  const mine = await begin(ours);
  if (slot !== undefined) await applied(marks, slot, await marker(marks), Date.now() + 600_000);
  const other = await begin(theirs);
  const known = (await still(comparison)) ?? (await schemasNow(comparison, schemas));
  const tables = known.tables.filter(options.only ?? (() => true));
  const there = new Map(known.others.map((table) => [table.label, table]));
  const left = tables
    .flatMap((table) => {
      const other = there.get(table.label);
      return other ? [common(table, other)] : [];
    })
    .toSorted((a, b) => a.bytes - b.bytes);
  const count = left.length;
  const found: Compared[] = [];
  const work = async ({ source, target }: Pair) => {
    const pair = { source: await join(source, mine), target: await join(target, other) };
    for (let table = left.pop(); table !== undefined; table = left.pop()) {
      const compared = await compareTable(pair, table);
      const settled = slot === undefined ? compared : await settle(compared, table, options, slot);
      found.push(settled);
      options.onTable?.(settled, found.length, count);
    }
  };
  await Promise.all(pairs.slice(0, Math.max(1, count)).map(work));
  const differences = catalogueDifferences(known.catalogue, known.theirCatalogue);
  const late = options.sequences
    ? behind(...(await Promise.all([sequencesOf(ours, schemas), sequencesOf(theirs, schemas)])))
    : [];
  return {
    good: found.every((one) => one.differences.length === 0) && differences.length === 0 && late.length === 0,
    tables: found.toSorted((a, b) => a.table.localeCompare(b.table, "en")),
    catalogue: differences,
    schema: catalogueHash(known.catalogue),
    behind: late,
    rows: found.reduce((rows, one) => rows + one.source.rows, 0),
  };
}

/** What is known of both schemas, while it still holds. */
async function still({ ours, theirs, known }: Comparison): Promise<Known | undefined> {
  if (!known?.marks) return undefined;
  const now = await Promise.all([catalogueMark(ours), catalogueMark(theirs)]);
  return now.every((mark, at) => mark === known.marks?.[at]) ? known : undefined;
}

/** What can be compared of a table: a column that only one side has is told by the catalogue. */
function common(table: Table, other: Table): Table {
  const theirs = new Set([...other.columns, ...other.generated]);
  const both = (columns: readonly string[]) => columns.filter((one) => theirs.has(one));
  const key = table.key.every((part) => theirs.has(part.name)) ? table.key : [];
  // a type that is not the same is told by the catalogue too: such values are compared by their text
  const types = Object.fromEntries(
    Object.entries(table.types).filter(([column, type]) => other.types[column] === type),
  );
  return { ...table, columns: both(table.columns), generated: both(table.generated), types, key };
}

async function isWriter(client: pg.Client, side: Side): Promise<void> {
  const { rows } = await client.query("SELECT pg_is_in_recovery() AS replica");
  if (rows[0]?.replica === true)
    throw stop(`the address of ${side.name} leads to a replica`, "give the writer's address");
}

/** @returns the snapshot's name, for other sessions */
async function begin(client: pg.Client): Promise<string> {
  await client.query("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY");
  const { rows } = await client.query("SELECT pg_export_snapshot() AS it");
  return String(rows[0]?.it);
}

async function join(client: pg.Client, snapshot: string): Promise<pg.Client> {
  await client.query("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY");
  await client.query(`SET TRANSACTION SNAPSHOT '${snapshot}'`);
  return client;
}

const rounds = 12;

/** Takes away the differences that are only of the time in between: each key is read at the leader, then, once the follower has applied all up to there, at the follower. */
async function settle(
  compared: Compared,
  table: Table,
  { leader, follower, application }: VerifyOptions,
  slot: string,
): Promise<Compared> {
  if (compared.differences.length === 0 || compared.more) return compared;
  const pair = {
    source: await connect(leader, application),
    target: await connect(follower, application),
    marks: await connect(leader, application),
  };
  try {
    let left = compared.differences;
    for (let round = 1; round <= rounds && left.length > 0; round += 1) {
      // rows that are written to all the time are held for a moment, at last
      left = await again(pair, table, left, slot, round > rounds - 2);
      if (left.length > 0) await sleep(20 * round);
    }
    return { ...compared, differences: left };
  } finally {
    await Promise.all(Object.values(pair).map((client) => client.end()));
  }
}

async function again(
  { source, target, marks }: Pair & { readonly marks: pg.Client },
  table: Table,
  asked: readonly RowDifference[],
  slot: string,
  hold: boolean,
): Promise<RowDifference[]> {
  const keys = asked.map(({ key }) => key);
  if (hold) {
    await source.query("BEGIN");
    await source.query(`LOCK TABLE ONLY ${table.sql} IN SHARE MODE`);
  }
  try {
    const ours = await hashesOf(source, table, keys);
    await applied(source, slot, await marker(marks), Date.now() + 60_000);
    const theirs = await hashesOf(target, table, keys);
    return keys.flatMap((key): RowDifference[] => {
      const [mine, other] = [ours.get(key), theirs.get(key)];
      if (mine === other) return [];
      return [{ key, found: mine === undefined ? "too much" : other === undefined ? "missing" : "differs" }];
    });
  } finally {
    if (hold) await source.query("ROLLBACK");
  }
}

/** What was found, in words, one line each; the first so many. */
export function differencesInWords(found: Verified, most = 50): string[] {
  const rows = found.tables.flatMap(({ table, differences, more }) => [
    ...differences.map((one) => `${table} ${one.key} ${words[one.found]}`),
    ...(more ? [`${table} has more that differ`] : []),
  ]);
  const others = found.catalogue.map(({ what, found: how }) => `${what} ${words[how]}`);
  const objects = (found.objects?.differences ?? []).map((one) => `object ${one.object} ${words[one.found]}`);
  const all = [...others, ...found.behind.map((one) => `sequence ${one} is behind`), ...objects, ...rows];
  return all.length <= most ? all : [...all.slice(0, most), `and ${all.length - most} more`];
}

const words = { differs: "differs", missing: "is missing", "too much": "is not at the source" } as const;
