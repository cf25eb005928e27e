import { expect, test } from "vitest";
import type { Inventory } from "../../../migrations/stages/inventory.ts";
import { fieldsOf } from "../../../migrations/stages/locate.ts";
import { findings } from "../../../migrations/stages/plan.ts";
import { behind, type Sequence } from "../../../migrations/stages/sequences.ts";
import { type Sides, withoutSecrets } from "../../../migrations/stages/side.ts";
import type { Table } from "../../../migrations/stages/tables.ts";
import { poolerFrom, sidesFrom } from "../../../operations/promote.ts";

const table: Table = {
  oid: 1,
  schema: "public",
  name: "events",
  sql: '"public"."events"',
  label: "public.events",
  columns: ["id"],
  generated: [],
  types: {},
  key: [{ name: "id", type: "bigint" }],
  bytes: 8192,
  rows: 1,
  unlogged: false,
  partition: false,
  identity: "d",
};

const good: Inventory = {
  side: "source",
  identity: "1/app",
  major: 15,
  encoding: "UTF8",
  collation: "C.UTF-8",
  replica: false,
  walLevel: "logical",
  slotKeeps: 1e9,
  superuser: true,
  mayReplicate: true,
  maySubscribe: true,
  counts: {
    sequences: 0,
    policies: 0,
    materializedViews: 0,
    largeObjects: 0,
    foreignTables: 0,
    preparedTransactions: 0,
    freeSlots: 9,
    freeSenders: 9,
    freeWorkers: 4,
    oldestTransactionSeconds: 0,
    bytes: 1e6,
  },
  lists: {
    eventTriggers: [],
    alwaysTriggers: [],
    extensionTables: [],
    forcedSecurity: [],
    otherSchemas: [],
    clients: [],
    sameRoleClients: [],
    logins: [],
  },
  tables: [table],
  filled: [],
  roles: [],
  extensions: [],
  availableExtensions: [],
};

const sides = (from = "postgresql://o:s3cret-one@db:5432/app"): Sides => ({
  source: { side: "source", name: "prod", url: from, urlForPeer: from },
  target: {
    side: "target",
    name: "next",
    url: "postgresql://o:x@db2/app",
    urlForPeer: "postgresql://o:x@db2/app",
  },
});

const blocks = (
  source: Partial<Inventory>,
  target: Partial<Inventory> = {},
  both = sides(),
  wayBack = true,
) =>
  findings(
    { ...good, ...source },
    { ...good, side: "target", identity: "2/app", tables: [], ...target },
    both,
    { schemas: ["public"], wayBack, identityFull: [] },
  )
    .filter(({ level }) => level === "blocks")
    .map(({ what }) => what);

test("nothing blocks a move between two servers that can do it", () => {
  expect(blocks({})).toEqual([]);
});

test.each<[string, Partial<Inventory>, Partial<Inventory>]>([
  ["not empty", {}, { tables: [table], filled: [table.label] }],
  ["not empty", {}, { tables: [{ ...table, label: "public.mine" }] }],
  ["same database", {}, { identity: "1/app" }],
  ["replica", { replica: true }, {}],
  ["wal_level of the source", { walLevel: "replica" }, {}],
  ["no changes can flow back", {}, { walLevel: "replica" }],
  ["may not replicate", { mayReplicate: false }, {}],
  ["may not subscribe", {}, { maySubscribe: false }],
  ["older", { major: 17 }, { major: 16 }],
  ["SQL_ASCII", { encoding: "SQL_ASCII" }, {}],
  ["no free replication slot", { counts: { ...good.counts, freeSlots: 0 } }, {}],
  ["no free WAL sender", { counts: { ...good.counts, freeSenders: 1 } }, {}],
  ["large objects", { counts: { ...good.counts, largeObjects: 2 } }, {}],
  ["replica identity", { tables: [{ ...table, key: [] }] }, {}],
  ["replica identity", { tables: [{ ...table, identity: "n" }] }, {}],
  ["fire at the target", { lists: { ...good.lists, alwaysTriggers: ["public.events.t"] } }, {}],
])("it is blocked: %s", (words, source, target) => {
  expect(blocks(source, target).join("; ")).toContain(words);
});

test("without a way back the target need not replicate", () => {
  expect(
    blocks({ maySubscribe: false }, { walLevel: "replica", mayReplicate: false }, sides(), false),
  ).toEqual([]);
});

test("Supabase's pooler is refused, by its name and by its port", () => {
  for (const host of ["aws-0-eu-central-1.pooler.supabase.com:5432", "db.abc.supabase.co:6543"])
    expect(blocks({}, {}, sides(`postgresql://o:x@${host}/postgres`)).join()).toContain("pooler");
});

test("sequences that would give out a value twice, counting up or down, or never asked", () => {
  const at = (last: string, called = true, increment = "1"): Sequence => ({
    label: "s",
    sql: "s",
    last,
    called,
    increment,
  });
  expect(behind([at("5")], [at("5")])).toEqual([]);
  expect(behind([at("5")], [at("6", false)])).toEqual([]);
  expect(behind([at("5")], [at("5", false)])).toEqual(["s"]);
  expect(behind([at("1", false)], [at("1", false)])).toEqual([]);
  expect(behind([at("-5", true, "-1")], [at("-4", true, "-1")])).toEqual(["s"]);
  expect(behind([at("9223372036854775806")], [at("9223372036854775805")])).toEqual(["s"]);
  expect(behind([at("1")], [])).toEqual(["s"]);
});

test("a key is taken apart as PostgreSQL wrote it", () => {
  expect(fieldsOf("(42)")).toEqual(["42"]);
  expect(fieldsOf('(7,"a, ""b"" (c)","\\\\d")')).toEqual(["7", 'a, "b" (c)', "\\d"]);
  expect(fieldsOf('("")')).toEqual([""]);
});

test("addresses: one that is missing, or none, is wrong usage, and no password is told", () => {
  const names = { from: "prod", to: "next" };
  expect(() => sidesFrom(names, {})).toThrow("RUNG_PROMOTE_FROM_URL");
  expect(() => sidesFrom(names, { RUNG_PROMOTE_FROM_URL: "mysql://a:s3cret@b/c" })).toThrow(
    expect.objectContaining({ exitCode: 64, message: expect.not.stringContaining("s3cret") }),
  );
  expect(() => sidesFrom({ from: "a", to: "a" }, {})).toThrow("same stack");
  expect(poolerFrom({})).toBeUndefined();
  expect(withoutSecrets("at postgresql://o:s3cret-one@db:5432/app: s3cret-one", sides().source)).toBe(
    "at [secret]: [secret]",
  );
});

test("users go along with auth, are said to stay behind without it, and hashes that nobody knows are told", () => {
  const with7 = { ...good, users: { count: 7, hashed: 6, foreign: 2 } };
  const said = (schemas: readonly string[]) =>
    findings(with7, { ...good, side: "target", identity: "2/app", tables: [] }, sides(), {
      schemas,
      wayBack: true,
      identityFull: [],
    }).map(({ what }) => what);
  expect(said(["auth", "public"])).toEqual(
    expect.arrayContaining([
      expect.stringContaining("7 users go along in auth.users, 6 of them"),
      "2 hashes are neither bcrypt's nor argon2's",
    ]),
  );
  expect(said(["public"])).toContain("7 users stay behind: the schema auth is left out");
});
