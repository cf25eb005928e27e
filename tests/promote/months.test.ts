import { setTimeout as sleep } from "node:timers/promises";
import type pg from "pg";
import { expect, test } from "vitest";
import { anonymize } from "../../operations/database/anonymize.ts";
import { expectedSchema } from "../../operations/database/expected.ts";
import { validate } from "../../operations/database/validate.ts";
import { eventsOfEachTest, users, year } from "../support/events.ts";

const here = eventsOfEachTest();
const byMonth = "20261121000000";

test("what was there before becomes one partition, and what comes later has its month's", async () => {
  await here.migrate((version) => version < byMonth);
  await here.owner.query(`INSERT INTO public.users (id) SELECT unnest('{${users}}'::uuid[])`);
  await here.owner.query(year);
  const before = await here.all();
  await here.migrate((version) => version >= byMonth);
  expect(await here.all()).toEqual(before);
  const [first, next] = await here.states();
  expect(first).toMatchObject({ name: "events_before", from: null, state: "here" });
  expect(next?.from).toBe(first?.to);
  expect(
    await validate((text, values) => here.owner.query(text, values), await expectedSchema(), {
      extensions: [],
      becomesApp: false,
    }),
  ).toEqual([]);
});

test("an event that is sent again is stored once, with whatever time, by two at once too", async () => {
  await here.aYear();
  const put = async (client: pg.Client, time: string) => {
    await client.query("BEGIN");
    await client.query(`SET LOCAL app.user_id = '${users[0]}'`);
    const { rows } = await client.query(
      `INSERT INTO public.events (id, user_id, name, occurred_at) VALUES ('${users[1]}', '${users[0]}', 'once', ${time})
       ON CONFLICT DO NOTHING RETURNING id`,
    );
    return rows.length;
  };
  const [one, other] = [await here.connect("app"), await here.connect("app")];
  expect(await put(one, "now()")).toBe(1);
  const second = put(other, "now() - interval '29 days'");
  await sleep(200);
  await one.query("COMMIT");
  expect(await second).toBe(0);
  await other.query("COMMIT");
  expect(await put(one, "now() - interval '1 minute'")).toBe(0);
  await one.query("ROLLBACK");
  await Promise.all([one.end(), other.end()]);
});

test("batches that overlap, under way at once and without times of their own, store each event once", async () => {
  await here.aYear();
  const id = (i: number) => `00000000-0000-4000-9000-${String(i).padStart(12, "0")}`;
  // As the app does: in the order of their ids, at the moment at which the request came.
  const put = async (client: pg.Client, ids: readonly string[]) => {
    await client.query("BEGIN");
    await client.query(`SET LOCAL app.user_id = '${users[0]}'`);
    const { rows } = await client.query(
      `INSERT INTO public.events (user_id, id, name, occurred_at)
       SELECT '${users[0]}', one, 'once', $2 FROM unnest($1::uuid[]) AS one ORDER BY one ON CONFLICT DO NOTHING RETURNING id`,
      [ids, new Date()],
    );
    return rows.map((row) => row.id as string);
  };
  const [one, other] = [await here.connect("app"), await here.connect("app")];
  const first = await put(one, [id(1), id(2), id(3)]);
  const second = put(other, [id(2), id(3), id(4)]);
  await sleep(200);
  await one.query("COMMIT");
  expect([first, await second]).toEqual([[id(1), id(2), id(3)], [id(4)]]);
  await other.query("COMMIT");
  await Promise.all([one.end(), other.end()]);
  const told: string[] = [];
  await Promise.all(
    Array.from({ length: 8 }, async () => {
      const client = await here.connect("app");
      for (let round = 0; round < 30; round += 1) {
        const from = Math.floor(Math.random() * 200) + 100;
        told.push(
          ...(await put(
            client,
            Array.from({ length: 40 }, (_, i) => id(from + i)),
          )),
        );
        await client.query("COMMIT");
      }
      await client.end();
    }),
  );
  const { rows } = await here.owner.query(
    "SELECT count(*)::int AS rows, count(DISTINCT id)::int AS ids FROM public.events WHERE name = 'once'",
  );
  expect(rows[0]).toEqual({ rows: told.length + 4, ids: new Set(told).size + 4 });
  expect(new Set(told).size).toBe(told.length);
});

test("what was stored twice before there was a key for it goes; what was stored once stays", async () => {
  await here.migrate((version) => version <= byMonth);
  await here.owner.query(`INSERT INTO public.users (id) SELECT unnest('{${users}}'::uuid[])`);
  await here.owner.query(year);
  const before = await here.all();
  await here.owner.query(`ALTER TABLE public.events DISABLE TRIGGER once;
    INSERT INTO public.events (id, user_id, name, occurred_at, received_at)
      SELECT id, user_id, name, occurred_at + interval '1 second', now() + interval '1 minute' FROM public.events
      WHERE occurred_at > date_trunc('month', now() AT TIME ZONE 'utc') AT TIME ZONE 'utc' AND occurred_at < now() - interval '1 second';
    ALTER TABLE public.events ENABLE TRIGGER once`);
  expect((await here.all()).rows).toBeGreaterThan(before.rows);
  await here.migrate((version) => version > byMonth);
  expect(await here.all()).toEqual(before);
});

test("where months go to the archive, cleaning up takes no event", async () => {
  await here.aYear();
  const before = await here.all();
  const cleanup = async (keep: boolean) =>
    (await here.owner.query(`SELECT events FROM public.cleanup_batch('130 days', 5000, ${keep})`)).rows[0]
      .events;
  expect(await cleanup(true)).toBe("0");
  expect(await here.all()).toEqual(before);
  expect(Number(await cleanup(false))).toBeGreaterThan(900);
});

test("nobody but the owner asks for a partition by its name", async () => {
  await here.aYear();
  const app = await here.connect("app");
  for (const { name } of await here.states())
    await expect(app.query(`SELECT FROM public.${name}`)).rejects.toThrow("permission denied");
  await app.end();
});

test("months are made ahead; what had none is moved into its own", async () => {
  await here.aYear();
  const months = (await here.states()).map(({ name }) => name);
  await here.owner.query(
    `INSERT INTO public.events (id, user_id, name, occurred_at) VALUES ('${users[2]}', '${users[0]}', 'late', now() + interval '8 months')`,
  );
  expect((await here.owner.query("SELECT FROM public.events_other")).rows).toHaveLength(1);
  const { rows } = await here.owner.query("SELECT public.events_ahead(9) AS made");
  expect(rows[0].made).toBe(6);
  expect((await here.states()).length).toBe(months.length + 6);
  expect((await here.owner.query("SELECT FROM public.events_other")).rows).toEqual([]);
  expect((await here.all()).rows).toBe(1461);
});

test("a copy is masked across partitions", async () => {
  await here.aYear();
  const { rows } = await anonymize((text, values) => here.owner.query(text, values));
  expect(rows["public.events"]).toBe(1460);
});
