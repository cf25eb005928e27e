import { setTimeout as sleep } from "node:timers/promises";
import pg from "pg";
import { afterEach, expect, test } from "vitest";
import { type Promotion, promotion } from "../support/promotion.ts";

let move: Promotion | undefined;
afterEach(async () => {
  await move?.remove();
  move = undefined;
});

async function session(url: string): Promise<pg.Client> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  return client;
}

const bodies = async (m: Promotion, side: "source" | "target") =>
  (await m[side].sql("SELECT body FROM entries ORDER BY body", [], "app")).map(({ body }) => body);

const insert = (body: string) => `INSERT INTO entries (writer, number, body) VALUES (0, 0, '${body}')`;

test("pgcopydb#1044: transactions that commit in another order than they began all arrive", async () => {
  const m = await promotion();
  move = m;
  const url = m.source.url("app");
  const [one, two, three] = [await session(url), await session(url), await session(url)];
  // begun before the slot is made, and committed while it is, in the opposite order
  await one.query(`BEGIN; ${insert("early 1")}`);
  await two.query(`BEGIN; ${insert("early 2")}`);
  const started = m.start("start");
  await m.until(({ state }) => state === "copying", started);
  await sleep(400);
  await two.query("COMMIT");
  await one.query("COMMIT");
  expect((await started.ended).code).toBe(0);
  for (let round = 0; round < 20; round += 1) {
    await one.query(`BEGIN; ${insert(`a${round}`)}`);
    await two.query(`BEGIN; ${insert(`b${round}`)}`);
    await three.query(`BEGIN; ${insert(`c${round}`)}; SAVEPOINT s; ${insert("undone")}; ROLLBACK TO s`);
    if (round === 10) {
      // the follower goes away while all three are open
      await m.target.kill();
      await m.target.start();
    }
    await three.query("COMMIT");
    await one.query(`UPDATE entries SET number = number + 1 WHERE body = 'a${round}'`);
    await two.query("COMMIT");
    await one.query("COMMIT");
  }
  for (const client of [one, two, three]) await client.end();
  const verified = await m.run("verify");
  expect(verified.out).toContain("the same");
  expect(await bodies(m, "target")).toEqual(await bodies(m, "source"));
  expect(await bodies(m, "target")).toHaveLength(62);
});

test("what replication leaves out: sequences, unlogged tables, views that are kept, unchanged TOAST, triggers, keyless rows", async () => {
  const m = await promotion(`
    CREATE TABLE log (body text);
    CREATE TABLE keyless (a int, b text);
    INSERT INTO keyless SELECT i % 3, 'x' FROM generate_series(1, 30) i;
    CREATE UNLOGGED TABLE cache (id int PRIMARY KEY, body text);
    INSERT INTO cache VALUES (1, 'before');
    CREATE SEQUENCE loose;
    CREATE TABLE down (id int PRIMARY KEY DEFAULT nextval('loose') * -1);
    CREATE MATERIALIZED VIEW totals AS SELECT writer, count(*) FROM entries GROUP BY 1;
    CREATE FUNCTION noted() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN INSERT INTO public.log VALUES (NEW.body); RETURN NEW; END $$;
    CREATE TRIGGER noted AFTER INSERT ON entries FOR EACH ROW EXECUTE FUNCTION noted();
    CREATE TABLE parted (id int, day date, PRIMARY KEY (id, day)) PARTITION BY RANGE (day);
    CREATE TABLE parted_1 PARTITION OF parted FOR VALUES FROM ('2026-01-01') TO ('2026-02-01');
    CREATE TABLE parted_2 PARTITION OF parted FOR VALUES FROM ('2026-02-01') TO ('2026-03-01');
    INSERT INTO parted VALUES (1, '2026-01-05'), (2, '2026-02-05');`);
  move = m;
  const sql = (text: string) => m.source.sql(text, undefined, "app");
  const planned = await m.run("plan");
  expect(planned.code).toBe(3);
  expect(planned.out).toContain("public.keyless");
  expect(planned.out.split("\n").every((line) => line.length <= 80)).toBe(true);
  expect((await m.run("start")).code).toBe(3);
  const full = ["--identity-full", "public.keyless", "public.log"];
  expect((await m.run("start", ...full)).out).toContain("the target follows");
  await sql(`${insert("a")}; ${insert("b")}`);
  await sql("UPDATE balances SET entries = 7 WHERE writer = 3"); // its large value is not sent
  await sql("UPDATE keyless SET b = NULL WHERE ctid = (SELECT min(ctid) FROM keyless)");
  await sql("INSERT INTO parted VALUES (3, '2026-01-09'); UPDATE parted SET day = '2026-02-09' WHERE id = 3");
  await sql("UPDATE cache SET body = 'after'; SELECT nextval('loose') FROM generate_series(1, 100)");
  const verified = await m.run("verify");
  expect(verified.out).toContain("the same");
  const cut = await m.run("cutover");
  expect(cut.out).toContain("next serves");
  const target = (text: string) => m.target.sql(text, undefined, "app");
  expect(await target("SELECT body FROM cache")).toEqual([{ body: "after" }]);
  expect(await target("SELECT count(*)::int AS n FROM log")).toEqual([{ n: 2 }]);
  expect(await target("SELECT nextval('loose')::int AS n, nextval('entries_id_seq')::int AS e")).toEqual([
    { n: 101, e: 3 },
  ]);
  expect(await target("SELECT * FROM totals")).toEqual([{ writer: 0, count: "2" }]);
  expect(await target("SELECT length(big) > 10000 AS whole FROM balances WHERE writer = 3")).toEqual([
    { whole: true },
  ]);
});

test("the guards: a full target, a changed schema, a stranger at the source, a slot that is lost, no way to hold requests", async () => {
  const m = await promotion();
  move = m;
  await m.target.sql("CREATE TABLE mine (id int)", undefined, "app");
  const refused = await m.run("start");
  expect([refused.code, refused.out.includes("not empty")]).toEqual([3, true]);
  expect(await m.target.sql("SELECT count(*)::int AS n FROM mine", [], "app")).toEqual([{ n: 0 }]);
  await m.target.sql("DROP TABLE mine", undefined, "app");
  expect((await m.run("cutover")).code).toBe(3);
  // tables of the source's without rows are no hindrance; from here on others only read there
  await m.target.sql("CREATE TABLE balances (writer int)", undefined, "app");
  expect((await m.run("start")).code).toBe(0);
  const early = await session(m.target.url("app", "app"));
  await expect(early.query("UPDATE public.balances SET entries = 1")).rejects.toThrow("read-only");
  await early.end();
  expect((await m.run("cutover")).out).toContain("cutover does not follow");
  expect((await m.run("verify")).code).toBe(0);

  const stranger = await session(m.source.url("app"));
  const met = await m.run("cutover");
  expect([met.code, /others are connected to the source/.test(met.out)]).toEqual([3, true]);
  await stranger.end();
  // the source serves as before, and takes writes
  const client = await session(m.pooler.url);
  await client.query("INSERT INTO public.entries (writer, number) VALUES (1, 1)");
  await client.end();

  await m.run("verify");
  await m.source.sql("ALTER TABLE balances ADD COLUMN more int", undefined, "app");
  const changed = await m.run("cutover");
  expect([changed.code, changed.out.includes("schema was changed")]).toEqual([3, true]);
  expect((await m.run("verify")).out).toContain("column public.balances.more is missing");
  await m.source.sql("ALTER TABLE balances DROP COLUMN more", undefined, "app");

  await m.target.sql("UPDATE balances SET entries = 99 WHERE writer = 5", undefined, "app");
  const differs = await m.run("verify");
  expect([differs.code, differs.out.includes("public.balances (5) differs")]).toEqual([2, true]);
  await m.target.sql("UPDATE balances SET entries = 0 WHERE writer = 5", undefined, "app");

  const [first, second] = await Promise.all([m.run("verify"), m.run("verify")]);
  expect([first.code, second.code].toSorted()).toEqual([0, 3]);

  const secret = [refused, met, changed, differs].some(({ out }) => out.includes("secret-"));
  expect(secret).toBe(false);
  expect((await m.run("abort")).code).toBe(0);
  expect(await m.source.sql("SELECT count(*)::int AS n FROM pg_replication_slots", [], "app")).toEqual([
    { n: 0 },
  ]);
});
