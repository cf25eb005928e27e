import { afterAll, beforeAll, expect, test } from "vitest";
import type { Side } from "../../migrations/stages/side.ts";
import { type Verified, verify } from "../../migrations/stages/verify.ts";
import { type Cluster, servers, startCluster } from "../support/cluster.ts";
import { changes, dress, planted } from "../support/planted.ts";

let source: Cluster;
let target: Cluster;
const rows = 3000;

beforeAll(async () => {
  // the oldest and the newest major that are here: a digest must hold across them
  const [oldest, newest] = [(await servers())[0], (await servers()).at(-1)];
  [source, target] = await Promise.all([
    startCluster({ ...of(oldest), settings: ["timezone = 'Asia/Tokyo'", "extra_float_digits = 0"] }),
    startCluster({ ...of(newest), settings: ["bytea_output = 'escape'", "datestyle = 'German'"] }),
  ]);
  await Promise.all([dress(source, "app", rows), dress(target, "app", rows)]);
  await source.sql("CREATE DATABASE clean TEMPLATE app");
  await target.sql("CREATE DATABASE clean TEMPLATE app");
});
afterAll(async () => {
  await Promise.all([source?.remove(), target?.remove()]);
});

const of = (server?: { major: number }) => (server ? { major: server.major } : {});

const side = (which: Side["side"], cluster: Cluster): Side => {
  const url = cluster.url("app");
  return { side: which, name: which, url, urlForPeer: url };
};

const look = (): Promise<Verified> =>
  verify({
    leader: side("source", source),
    follower: side("target", target),
    application: "rung-test",
    schemas: ["public"],
    jobs: 2,
    sequences: true,
  });

const anew = async () => {
  await target.sql("DROP DATABASE app WITH (FORCE)");
  await target.sql("CREATE DATABASE app TEMPLATE clean");
};

const found = (one: Verified) =>
  one.tables.flatMap(({ table, differences }) => differences.map((row) => `${table}${row.key}`));

test("the same rows raise no alarm, however servers, roles and rows are set", async () => {
  // rows that lie in another order, and columns that were dropped
  await target.sql(
    "ALTER TABLE by_two ADD COLUMN gone int; ALTER TABLE by_two DROP COLUMN gone; UPDATE every SET note = note; CLUSTER every USING every_by_at",
    undefined,
    "app",
  );
  await target.sql("VACUUM FULL by_two", undefined, "app");
  for (let round = 0; round < 10; round += 1) {
    const one = await look();
    expect(one.catalogue).toEqual([]);
    expect(found(one)).toEqual([]);
    expect(one.good).toBe(true);
    expect(one.rows).toBe(rows + 2000 + 3000 + 1000);
  }
  await anew();
});

test.each([1, 5])("of every kind of change, %i rows are found by table and key", async (count) => {
  await anew();
  const wanted: string[] = [];
  for (const [at, sql] of Object.values(changes).entries()) {
    for (let id = at * 100 + 1; id <= at * 100 + count; id += 1) {
      await target.sql(sql.replaceAll("$1", String(id)), undefined, "app");
      wanted.push(`public.every(${sql.startsWith("INSERT") ? 1_000_000 + id : id})`);
    }
  }
  const one = await look();
  expect(found(one).toSorted()).toEqual(wanted.toSorted());
  expect(one.good).toBe(false);
});

test("1,000 rows are found by table and key, as are keys of text, of two parts, and rows without any", async () => {
  await anew();
  await target.sql("UPDATE every SET note = NULL WHERE id % 3 = 0", undefined, "app");
  await target.sql(
    "UPDATE by_text SET body = body || '.' WHERE name IN (SELECT name FROM by_text LIMIT 10)",
    undefined,
    "app",
  );
  await target.sql("UPDATE by_two SET c = '' WHERE a = 7 AND b = md5('7')::uuid", undefined, "app");
  await target.sql("DELETE FROM keyless WHERE ctid = (SELECT min(ctid) FROM keyless)", undefined, "app");
  const one = await look();
  const of = (table: string) => one.tables.find((each) => each.table === table)?.differences ?? [];
  expect(of("public.every")).toHaveLength(1000);
  expect(of("public.every").map(({ key }) => key)).toContain("(2997)");
  expect(of("public.by_text").length).toBe(10);
  expect(of("public.by_two")).toEqual([{ key: `(7,${md5of7})`, found: "differs" }]);
  expect(of("public.keyless")).toHaveLength(1);
});
const md5of7 = "8f14e45f-ceea-167a-5a36-dedd4bea2543";

test("values that two rows have changed for each other's are found: sums alone would be the same", async () => {
  await anew();
  const swap = (column: string) =>
    `UPDATE every a SET ${column} = b.${column} FROM every b WHERE a.id IN (70, 71) AND b.id = 141 - a.id`;
  for (const column of ["note", "at", "large", "price"]) {
    await target.sql(swap(column), undefined, "app");
    expect(found(await look()).toSorted()).toEqual(["public.every(70)", "public.every(71)"]);
    await target.sql(swap(column), undefined, "app");
  }
  expect(found(await look())).toEqual([]);
});

test("what is no row is found by its name: an index, a grant, a policy, a sequence behind", async () => {
  await anew();
  for (const { sql } of planted) await target.sql(sql, undefined, "app");
  const one = await look();
  const all = [...one.catalogue.map((each) => each.what), ...one.behind.map((each) => `sequence ${each}`)];
  expect(all).toEqual(expect.arrayContaining(planted.map((each) => each.found)));
  expect(found(one)).toEqual([]);
});
