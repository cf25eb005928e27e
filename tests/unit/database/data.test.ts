import type { PGlite } from "@electric-sql/pglite";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { anonymize } from "../../../operations/database/anonymize.ts";
import { emptyDatabase, migrated } from "../../../operations/database/expected.ts";
import { holdsOthers, seed } from "../../../operations/database/seed.ts";

let pg: PGlite;
beforeAll(async () => {
  pg = await emptyDatabase();
});
beforeEach(() => migrated(pg));
afterAll(() => pg.close());

const query = (text: string, values?: unknown[]) => pg.query<Record<string, unknown>>(text, values);
const options = { users: 20, eventsPerUser: 30, days: 30, until: "2026-06-30", seed: 1 };
const digest = async (): Promise<unknown> =>
  (await query("SELECT md5(string_agg(e::text, '|' ORDER BY id)) AS sum FROM public.events e")).rows[0]?.sum;
const one = async (sql: string) => (await query(sql)).rows[0] ?? {};

const secrets = ["mara@example.com", "+49 170 1234567", "Lohnabrechnung März.pdf", "4111111111111111"];
async function plant(): Promise<void> {
  await pg.exec(`
    INSERT INTO public.users (id, created_at) VALUES ('c0ffee00-0000-4000-8000-000000000001', '2026-01-02 03:04:05.678901Z');
    INSERT INTO public.events (id, user_id, name, properties, occurred_at) VALUES (gen_random_uuid(), 'c0ffee00-0000-4000-8000-000000000001', 'signup',
      '{"mail": "mara@example.com", "deep": [{"phone": "+49 170 1234567"}, "4111111111111111"], "amount": 12.5, "vip": true, "none": null}', now());
    INSERT INTO public.files (id, user_id, name, content_type, bytes, sha256) VALUES (gen_random_uuid(), 'c0ffee00-0000-4000-8000-000000000001',
      'Lohnabrechnung März.pdf', 'application/pdf', 9, repeat('ab', 32));`);
}

test("the same options make the same rows, a second time none, another seed others", async () => {
  expect(await seed(query, options)).toEqual({ users: 20, events: 600 });
  const first = await digest();
  expect(await seed(query, options)).toEqual({ users: 0, events: 0 });
  expect(await digest()).toBe(first);
  await pg.exec("DELETE FROM public.users");
  await seed(query, { ...options, seed: 2 });
  expect(await digest()).not.toBe(first);
  expect(await holdsOthers(query)).toBe(false);
  await plant();
  expect(await holdsOthers(query)).toBe(true);
});

test("an anonymized database holds no original value, and still belongs together", async () => {
  await seed(query, options);
  await plant();
  const before = await one(
    "SELECT (SELECT count(*) FROM public.events) AS events, (SELECT count(DISTINCT user_id) FROM public.events) AS users",
  );
  const done = await anonymize(query);
  expect(done.rows).toEqual({ "public.events": 601, "public.files": 1, "public.users": 21 });
  const dump = JSON.stringify([
    (await query("SELECT * FROM public.users")).rows,
    (await query("SELECT * FROM public.events")).rows,
    (await query("SELECT * FROM public.files")).rows,
  ]);
  for (const secret of [...secrets, "c0ffee00", "5eed0000", "abababab", "03:04:05"])
    expect(dump).not.toContain(secret);
  expect(
    await one(
      "SELECT (SELECT count(*) FROM public.events) AS events, (SELECT count(DISTINCT user_id) FROM public.events) AS users",
    ),
  ).toEqual(before);
  const shape = await one(
    "SELECT properties - 'mail' - 'deep' AS rest, length(properties->>'mail') AS mail FROM public.events WHERE name = 'signup' AND properties ? 'mail'",
  );
  expect(shape).toEqual({ rest: { amount: 0, vip: false, none: null }, mail: "mara@example.com".length });
  const keys = await one(
    "SELECT count(*) AS orphans FROM public.files f LEFT JOIN public.users u ON u.id = f.user_id WHERE u.id IS NULL",
  );
  expect(Number(keys.orphans)).toBe(0);
  expect(
    Number(
      (
        await one(
          "SELECT count(*) AS n FROM pg_constraint WHERE contype = 'f' AND convalidated AND connamespace = 'public'::regnamespace",
        )
      ).n,
    ),
  ).toBeGreaterThanOrEqual(2);
});

test("a column without a rule stops it before anything is touched", async () => {
  await plant();
  await pg.exec("ALTER TABLE public.users ADD COLUMN mail text");
  await expect(anonymize(query)).rejects.toThrow("masks.public.users.mail");
  expect(await one("SELECT id FROM public.users")).toEqual({ id: "c0ffee00-0000-4000-8000-000000000001" });
});

test("a value that masking leaves as it was is found, and all is taken back", async () => {
  await plant();
  await pg.exec(`CREATE FUNCTION public.spoil() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN NEW.name := OLD.name; RETURN NEW; END $$;
    CREATE TRIGGER spoil BEFORE UPDATE ON public.files FOR EACH ROW EXECUTE FUNCTION public.spoil()`);
  await expect(anonymize(query)).rejects.toThrow("an original value is still there");
  expect(await one("SELECT id FROM public.users")).toEqual({ id: "c0ffee00-0000-4000-8000-000000000001" });
});
