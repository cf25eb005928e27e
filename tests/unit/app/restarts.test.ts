import { randomUUID } from "node:crypto";
import { setTimeout as sleep } from "node:timers/promises";
import type { PGlite } from "@electric-sql/pglite";
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from "vitest";
import { database } from "../../../app/src/node/database.ts";
import { type PgSql, pgSql } from "../../../app/src/node/sql.ts";
import { Unavailable } from "../../../app/src/refusal.ts";
import { postgres } from "./harness.ts";
import { type Fault, Wire } from "./wire.ts";

let pg: PGlite;
let wire: Wire;
let sql: PgSql;
let said: string[];

beforeAll(async () => {
  pg = await postgres();
  await pg.exec("SET ROLE app");
});
afterAll(() => pg.close());
beforeEach(async () => {
  await pg.exec("RESET ROLE; TRUNCATE users CASCADE; SET ROLE app");
  said = [];
  wire = new Wire(pg);
  await wire.open();
  sql = open();
});
afterEach(async () => {
  await sql.close();
  await wire.close();
});

const say = (_: object, message: string) => void said.push(message);
const open = (limits: { patienceMs?: number; silenceMs?: number } = {}) =>
  pgSql({
    url: wire.url,
    max: 4,
    log: { debug: say, info: say, warn: say, error: say },
    ...limits,
  });

async function user(): Promise<string> {
  const id = randomUUID();
  await database(sql).addUser(id);
  return id;
}
const event = (name = "a") => ({
  id: randomUUID(),
  name,
  properties: {},
  occurredAt: new Date().toISOString(),
});
/** The ids of all events there are. */
async function all(): Promise<string[]> {
  await pg.exec("RESET ROLE");
  const { rows } = await pg.query<{ id: string }>("SELECT id FROM events");
  await pg.exec("SET ROLE app");
  return rows.map(({ id }) => id).toSorted();
}

/** Once, at the first statement that matches. */
function once(at: RegExp, fault: Fault): void {
  let done = false;
  wire.fault = (statement) => {
    if (done || !at.test(statement)) return undefined;
    done = true;
    return fault;
  };
}

test.each([
  ["57P01", "terminating connection due to administrator command"],
  ["57P02", "terminating connection because of crash of another server process"],
  ["57P03", "the database system is starting up"],
  ["08006", "connection failure"],
  ["08P01", "server conn crashed?"],
  ["08P01", "query_wait_timeout"],
  ["53300", "sorry, too many clients already"],
])("%s (%s) is tried again, wherever it comes", async (state, message) => {
  const id = await user();
  const sent = [];
  for (const at of [/^BEGIN/, /^INSERT/, /^COMMIT/]) {
    const one = event();
    sent.push(one.id);
    once(at, [state, message]);
    expect(await database(sql).ingest(id, [one]), `${at}`).toEqual([one.id]);
  }
  expect(await all()).toEqual(sent.toSorted());
});

test("without room on its disk it is unavailable at once, and what was sent can be sent again", async () => {
  const id = await user();
  const one = event();
  once(/^INSERT/, ["53100", 'could not extend file "base/16385/16542": No space left on device']);
  await expect(database(sql).ingest(id, [one])).rejects.toThrow(Unavailable);
  expect(await database(sql).ingest(id, [one])).toEqual([one.id]);
  expect(await all()).toEqual([one.id]);
});

test.each(["drop", "lose"] as const)(
  "a connection that breaks (%s) at any statement loses and doubles nothing",
  async (fault) => {
    const id = await user();
    const sent = [];
    for (const at of [/^BEGIN/, /^INSERT/, /^COMMIT/]) {
      const one = event();
      sent.push(one.id);
      once(at, fault);
      await database(sql).ingest(id, [one]);
    }
    expect(await all()).toEqual(sent.toSorted());
  },
);

test("while it is away requests wait, one asks for all, and one line is said of it", async () => {
  const id = await user();
  await wire.close();
  const before = wire.connections;
  const events = Array.from({ length: 60 }, () => event());
  const under = events.map((one) => database(sql).ingest(id, [one]));
  await sleep(1200);
  expect(await Promise.race([...under, "none"])).toBe("none");
  await wire.open();
  await Promise.all(under);
  expect(await all()).toEqual(events.map((one) => one.id).toSorted());
  // Those of the pool and the one that asks: no storm.
  expect(wire.connections - before).toBeLessThanOrEqual(4);
  expect(said.filter((message) => message.includes("trying again")).length).toBeLessThanOrEqual(1);
});

test("what comes in while it is away does not knock by itself", async () => {
  const id = await user();
  // Answers the one who asks as a server that starts; a transaction would be counted.
  let away = true;
  wire.fault = () => (away ? ["57P03", "the database system is starting up"] : undefined);
  const first = database(sql).ingest(id, [event()]);
  await sleep(200);
  const begun = () => wire.statements.filter((statement) => statement.startsWith("BEGIN")).length;
  const knocks = begun();
  const rest = Array.from({ length: 40 }, () => database(sql).ingest(id, [event()]));
  await sleep(400);
  expect(begun()).toBe(knocks);
  away = false;
  await Promise.all([first, ...rest]);
  expect(await all()).toHaveLength(41);
});

test("a database that stays away is Unavailable, once patience is at its end", async () => {
  await sql.close();
  sql = open({ patienceMs: 600 });
  const id = await user();
  await wire.close();
  const began = performance.now();
  await expect(database(sql).ingest(id, [event()])).rejects.toThrow(Unavailable);
  expect(performance.now() - began).toBeLessThan(5000);
  await wire.open();
});

test("what is wrong with a statement is said at once, and the connection is used again", async () => {
  const id = await user();
  const connections = wire.connections;
  await expect(database(sql).ingest(id, [event("Not A Name")])).rejects.toThrow("events_name_check");
  await expect(database(sql).ingest(randomUUID(), [event()])).rejects.toThrow(/foreign key/);
  expect(wire.statements.filter((statement) => statement === "ROLLBACK")).toHaveLength(2);
  expect(await database(sql).ingest(id, [event()])).toHaveLength(1);
  expect(wire.connections).toBe(connections);
});

test("a ping tells at once that it is away", async () => {
  await sql.ping();
  await wire.close();
  await expect(sql.ping()).rejects.toThrow();
  await wire.open();
  await sql.ping();
});

test("a connection that has gone silent is given up", async () => {
  await sql.close();
  sql = open({ silenceMs: 300 });
  const id = await user();
  once(/^INSERT/, "hush");
  const one = event();
  expect(await database(sql).ingest(id, [one])).toEqual([one.id]);
  expect(await all()).toEqual([one.id]);
});

test("closing does not wait for a server that says nothing", async () => {
  const other = open();
  const id = await user();
  once(/^SELECT/, "hush");
  const asked = database(other)
    .files(id, 1)
    .catch((error: unknown) => error);
  while (!wire.statements.some((statement) => statement.startsWith("SELECT id"))) await sleep(10);
  await other.close();
  await wire.close();
  expect(await Promise.race([asked, sleep(50, "waits")])).toBe("waits");
  await wire.open();
});
