import type pg from "pg";
import { catalogueHash, catalogueOf } from "./catalogue.ts";
import { copyTables } from "./copy.ts";
import { closeTo, unfence } from "./fence.ts";
import { some } from "./finding.ts";
import { applied, createSlot, dropSlot, lagOf, marker, publish, subscribe, unsubscribe } from "./follow.ts";
import { stop } from "./guard.ts";
import { applicationOf, type Move, namesIn, type Sessions, sameSchema, step } from "./move.ts";
import { objectsInStep } from "./objects/index.ts";
import {
  bringIndexes,
  bringTables,
  clearTarget,
  extensionsOf,
  isMarked,
  makeExtensions,
  makeRoles,
  markTarget,
  rolesOf,
} from "./schema.ts";
import { filled, inTheWay, tablesOf } from "./tables.ts";

/**
 * Brings the target up to the source, and has it follow. Killed at any moment, it goes on: a copy begins anew, because
 * its snapshot ended with the session that held it; what follows the copy is looked at and completed.
 */
export async function begin(move: Move): Promise<void> {
  await step(
    move,
    "start",
    ["planned", "target-ready", "copying", "following", "verified"],
    async (sessions) => {
      const { memory } = move;
      if (memory.journal.state === "planned") await ready(move, sessions);
      // killed in the midst of it
      if (memory.journal.state === "copying" && !(await copyIsWhole(move, sessions)))
        await memory.write({ state: "target-ready" });
      if (memory.journal.state === "target-ready") await copy(move, sessions);
      await catchUp(move, sessions);
      await objectsInStep(move, "source");
    },
  );
}

async function ready(move: Move, { source, target }: Sessions): Promise<void> {
  const { journal } = move.memory;
  if (!(await isMarked(target, journal.id))) {
    const inWay = async () => {
      const there = await tablesOf(target, journal.schemas);
      return inTheWay(there, await filled(target, there), await tablesOf(source, journal.schemas));
    };
    const found = await inWay();
    if (found.length > 0)
      throw stop(
        `the target is not empty: ${some(found)}`,
        "give an empty database; see that source and target are not the wrong way round",
      );
    await closeTo(target, move.sides.target, applicationOf(move));
    // somebody may have written until just now
    const since = await inWay();
    if (since.length > 0) {
      await unfence(target);
      throw stop(`the target is written to: ${some(since)}`, "stop who writes there, and run this again");
    }
    await markTarget(target, journal.id);
  }
  await move.memory.write({ state: "target-ready" });
}

async function copy(move: Move, { source, target }: Sessions): Promise<void> {
  const { memory, sides, limits, say } = move;
  const { id, schemas } = memory.journal;
  const { forth } = namesIn(move);
  const application = applicationOf(move);
  await unsubscribe(target, forth);
  await dropSlot(source, forth);
  await clearTarget(target, id, schemas);
  await memory.write({ state: "copying" });
  say("roles, extensions and tables");
  for (const table of memory.journal.identityFull)
    await source.query(`ALTER TABLE ${table} REPLICA IDENTITY FULL`);
  const catalogue = catalogueHash(await catalogueOf(source, schemas));
  const roles = await makeRoles({ source, target }, await rolesOf(source, schemas));
  const without = await makeExtensions(target, await extensionsOf(source));
  await bringTables(sides, target, schemas, application, memory.folder);
  const tables = await tablesOf(source, schemas);
  await publish(source, forth, tables);
  const slot = await createSlot(sides.source, forth, application);
  const began = performance.now();
  let done = 0;
  const all = tables.reduce((bytes, table) => bytes + table.bytes, 0);
  const options = {
    sides,
    application,
    snapshot: slot.snapshot,
    jobs: limits.jobs,
    guard: () => guardLag(move, source),
    onPart: (bytes: number) => {
      done += bytes;
      say(`rows: ${megabytes(done)} of ${megabytes(all)}`);
    },
  };
  const bytes = await copyTables(tables, options, source).finally(() => slot.close());
  say("indexes, constraints, policies");
  await bringIndexes(sides, application, memory.folder, limits.jobs);
  await refreshViews(target, schemas);
  await target.query("ANALYZE");
  await memory.write({ schema: catalogue });
  await sameSchema(move, source);
  const seconds = (performance.now() - began) / 1000;
  await markCopied(target, id);
  await memory.write(
    { copied: { at: new Date().toISOString(), bytes, seconds } },
    { tables: tables.length, bytes, seconds, rolesMade: roles, extensionsLeftOut: without },
  );
}

/** Their rows are not replicated: the server makes them of the tables. Those that read from others come last. */
export async function refreshViews(client: pg.Client, schemas: readonly string[]): Promise<void> {
  const { rows } = await client.query(
    `SELECT format('%I.%I', n.nspname, c.relname) AS sql FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
     WHERE c.relkind = 'm' AND n.nspname = ANY ($1) ORDER BY c.oid`,
    [schemas],
  );
  for (const { sql } of rows) await client.query(`REFRESH MATERIALIZED VIEW ${sql}`);
}

/** Said at the target too: a kill between the copy's end and the journal's line does not cost the copy. */
const markCopied = (target: pg.Client, id: string) =>
  target.query(
    `ALTER TABLE rung_promote.move ADD COLUMN IF NOT EXISTS copied bool; UPDATE rung_promote.move SET copied = true WHERE id = '${id}'`,
  );

async function copyIsWhole(move: Move, { source, target }: Sessions): Promise<boolean> {
  const { id, schema } = move.memory.journal;
  if (schema === undefined || !(await lagOf(source, namesIn(move).forth)).there) return false;
  const { rows } = await target
    .query("SELECT copied FROM rung_promote.move WHERE id = $1", [id])
    .catch(() => ({ rows: [] as { copied?: boolean }[] }));
  return rows[0]?.copied === true;
}

async function catchUp(move: Move, { source, target }: Sessions): Promise<void> {
  const { forth } = namesIn(move);
  move.say("following");
  await subscribe(target, move.sides.source, forth, forth);
  // Not before: a comparison would wait for changes that nobody brings.
  if (move.memory.journal.state === "copying") await move.memory.write({ state: "following" });
  await guardLag(move, source);
  const meanwhile = () => guardLag(move, source);
  await applied(source, forth, await marker(source), Date.now() + 3_600_000, { meanwhile });
}

/** @throws DiagnosticsError when the leader's log grows past what it may keep, or changes were lost */
export async function guardLag(move: Move, leader: pg.Client, slot = namesIn(move).forth): Promise<void> {
  const lag = await lagOf(leader, slot);
  if (!lag.there || lag.status === "lost")
    throw stop(
      `the slot ${slot} is ${lag.there ? "lost" : "gone"}: changes are missing`,
      "rung promote abort, then start anew",
    );
  if (lag.kept > move.limits.keptBytes)
    throw stop(
      `the source keeps ${megabytes(lag.kept)} of its log for the move, more than ${megabytes(move.limits.keptBytes)}`,
      "its disk would fill: rung promote abort frees it; or see why the target does not follow",
    );
}

export const megabytes = (bytes: number): string =>
  bytes < 1e6
    ? `${Math.round(bytes / 1e3)} kB`
    : bytes < 1e10
      ? `${Math.round(bytes / 1e6)} MB`
      : `${(bytes / 1e9).toFixed(1)} GB`;
