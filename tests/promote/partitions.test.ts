import { spawn } from "node:child_process";
import { access, mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import pg from "pg";
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from "vitest";
import { archive } from "../../migrations/archive/archive.ts";
import { dueBefore } from "../../migrations/archive/due.ts";
import { restorePartition } from "../../migrations/archive/restore.ts";
import { halves, readMigrations } from "../../migrations/runner.ts";
import { type Bucket, type BucketAt, bucketAt } from "../../migrations/s3/bucket.ts";
import { anonymize } from "../../operations/database/anonymize.ts";
import { expectedSchema } from "../../operations/database/expected.ts";
import { validate } from "../../operations/database/validate.ts";
import { partitionStates } from "../../operations/partitions.ts";
import { type Cluster, startCluster } from "../support/cluster.ts";
import { type Objects, serveObjects } from "../support/objects.ts";
import { root } from "../support/rung.ts";

let cluster: Cluster;
let objects: Objects;
let folder: string;
let at: BucketAt;
let bucket: Bucket;
beforeAll(async () => {
  cluster = await startCluster();
  await cluster.sql("CREATE ROLE owner; CREATE ROLE app; CREATE ROLE monitor");
  folder = await mkdtemp(join(tmpdir(), "rung-archive-"));
  objects = await serveObjects(folder, "archive");
  at = {
    endpoint: `http://${objects.host}`,
    region: "us-east-1",
    bucket: "archive",
    prefix: "events/",
    accessKeyId: objects.env.AWS_ACCESS_KEY_ID ?? "",
    secretAccessKey: objects.env.AWS_SECRET_ACCESS_KEY ?? "",
  };
  bucket = bucketAt(at);
});
afterAll(async () => {
  await cluster.remove();
  objects.stop();
  await rm(folder, { recursive: true });
});

let database = 0;
let owner: pg.Client;
const users = [
  "00000000-0000-4000-8000-000000000001",
  "00000000-0000-4000-8000-000000000002",
  "00000000-0000-4000-8000-000000000003",
];
const url = (role = "owner") => {
  const address = new URL(cluster.url(`t${database}`));
  address.searchParams.set("options", `-c role=${role}`);
  return address.href;
};
const connect = async (role?: string) => {
  const client = new pg.Client({ connectionString: url(role) });
  await client.connect();
  return client;
};
/** A row each six hours of the last year, the three users in turn. */
const year = `INSERT INTO public.events (id, user_id, name, properties, occurred_at)
  SELECT md5(i::text)::uuid, ('{${users}}'::uuid[])[1 + i % 3], 'made.up', jsonb_build_object('n', i, 'é', repeat('"\\', i % 4)),
         date_trunc('hour', now()) - i * interval '6 hours' FROM generate_series(0, 1459) i`;

const migrate = async (versions: (version: string) => boolean) => {
  for (const { version, text } of await readMigrations(join(root, "migrations", "schema")))
    if (versions(version)) await owner.query(`BEGIN; ${halves(text).up}; COMMIT`);
};
const byMonth = "20261121000000";

beforeEach(async () => {
  database += 1;
  await cluster.sql(`CREATE DATABASE t${database} OWNER owner`);
  await cluster.sql(
    `GRANT CREATE, USAGE ON SCHEMA public TO owner; GRANT USAGE ON SCHEMA public TO app;
     ALTER DEFAULT PRIVILEGES FOR ROLE owner IN SCHEMA public GRANT SELECT, INSERT, UPDATE, DELETE ON TABLES TO app`,
    undefined,
    `t${database}`,
  );
  owner = await connect();
  at = { ...at, prefix: `t${database}/` };
  bucket = bucketAt(at);
});
afterEach(() => owner.end());

/** A year of events, each month in a partition of its own. */
async function aYear(): Promise<void> {
  await migrate(() => true);
  await owner.query(`INSERT INTO public.users (id) SELECT unnest('{${users}}'::uuid[])`);
  await owner.query(
    "SELECT public.events_month((now() - i * interval '1 month')::date) FROM generate_series(2, 13) i",
  );
  await owner.query(year);
}
const all = async (client = owner) =>
  (
    await client.query(
      "SELECT count(*)::int AS rows, md5(string_agg(e::text, '|' ORDER BY user_id, id)) AS digest FROM public.events e",
    )
  ).rows[0];
/** One that is due, and whose every day has rows. */
const fullMonth = async (): Promise<string> => {
  const { rows } = await owner.query(
    "SELECT 'events_' || to_char(now() - interval '6 months', 'YYYY_MM') AS name",
  );
  return rows[0].name;
};
const states = async () => partitionStates(owner, bucket);
const due = () => dueBefore(new Date());
const done = (before = due(), to = bucket) => archive(owner, to, before, () => {});

test("what was there before becomes one partition, and what comes later has its month's", async () => {
  await migrate((version) => version < byMonth);
  await owner.query(`INSERT INTO public.users (id) SELECT unnest('{${users}}'::uuid[])`);
  await owner.query(year);
  const before = await all();
  await migrate((version) => version >= byMonth);
  expect(await all()).toEqual(before);
  const [first, next] = await states();
  expect(first).toMatchObject({ name: "events_before", from: null, state: "here" });
  expect(next?.from).toBe(first?.to);
  expect(
    await validate((text, values) => owner.query(text, values), await expectedSchema(), {
      extensions: [],
      becomesApp: false,
    }),
  ).toEqual([]);
});

test("an event that is sent again is stored once, with whatever time, by two at once too", async () => {
  await aYear();
  const put = async (client: pg.Client, time: string) => {
    await client.query("BEGIN");
    await client.query(`SET LOCAL app.user_id = '${users[0]}'`);
    const { rows } = await client.query(
      `INSERT INTO public.events (id, user_id, name, occurred_at) VALUES ('${users[1]}', '${users[0]}', 'once', ${time})
       ON CONFLICT DO NOTHING RETURNING id`,
    );
    return rows.length;
  };
  const [one, other] = [await connect("app"), await connect("app")];
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
  await aYear();
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
  const [one, other] = [await connect("app"), await connect("app")];
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
      const client = await connect("app");
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
  const { rows } = await owner.query(
    "SELECT count(*)::int AS rows, count(DISTINCT id)::int AS ids FROM public.events WHERE name = 'once'",
  );
  expect(rows[0]).toEqual({ rows: told.length + 4, ids: new Set(told).size + 4 });
  expect(new Set(told).size).toBe(told.length);
});

test("what was stored twice before there was a key for it goes; what was stored once stays", async () => {
  await migrate((version) => version <= byMonth);
  await owner.query(`INSERT INTO public.users (id) SELECT unnest('{${users}}'::uuid[])`);
  await owner.query(year);
  const before = await all();
  await owner.query(`ALTER TABLE public.events DISABLE TRIGGER once;
    INSERT INTO public.events (id, user_id, name, occurred_at, received_at)
      SELECT id, user_id, name, occurred_at + interval '1 second', now() + interval '1 minute' FROM public.events
      WHERE occurred_at > date_trunc('month', now() AT TIME ZONE 'utc') AT TIME ZONE 'utc' AND occurred_at < now() - interval '1 second';
    ALTER TABLE public.events ENABLE TRIGGER once`);
  expect((await all()).rows).toBeGreaterThan(before.rows);
  await migrate((version) => version > byMonth);
  expect(await all()).toEqual(before);
});

test("where months go to the archive, cleaning up takes no event", async () => {
  await aYear();
  const before = await all();
  const cleanup = async (keep: boolean) =>
    (await owner.query(`SELECT events FROM public.cleanup_batch('130 days', 5000, ${keep})`)).rows[0].events;
  expect(await cleanup(true)).toBe("0");
  expect(await all()).toEqual(before);
  expect(Number(await cleanup(false))).toBeGreaterThan(900);
});

/** The program of the image that archives, as its container runs it. */
function archiver(...schedule: string[]) {
  const child = spawn(
    process.execPath,
    ["--disable-warning=ExperimentalWarning", join(root, "app", "src", "node", "archive.ts"), ...schedule],
    {
      env: {
        PATH: process.env.PATH,
        TMPDIR: folder,
        ARCHIVE_DATABASE_URL: url(),
        ARCHIVE_KEEP_MONTHS: "5",
        ARCHIVE_ENDPOINT: at.endpoint,
        ARCHIVE_REGION: at.region,
        ARCHIVE_BUCKET: at.bucket,
        ARCHIVE_PREFIX: at.prefix,
        ARCHIVE_ACCESS_KEY_ID: at.accessKeyId,
        ARCHIVE_SECRET_ACCESS_KEY: at.secretAccessKey,
      },
      stdio: ["ignore", "pipe", "pipe"],
    },
  );
  let told = "";
  for (const stream of [child.stdout, child.stderr])
    stream.setEncoding("utf8").on("data", (text: string) => {
      told += text;
    });
  const ended = new Promise<number | null>((resolve) => child.on("close", resolve));
  return { child, ended, told: () => told };
}
const isThere = (path: string) =>
  access(path).then(
    () => true,
    () => false,
  );

test("the scheduled archiver takes what the spec does not keep; one that fails is not healthy, and loses nothing", async () => {
  await aYear();
  const before = await all();
  const keep = dueBefore(new Date(), 5);
  const kept = (await states()).filter(({ to }) => to > keep).map(({ name }) => name);
  objects.stop();
  const scheduled = archiver("* * * * * *");
  const well = join(folder, "archived");
  const until = async (what: () => Promise<boolean> | boolean) => {
    while (!(await what())) {
      expect(scheduled.child.exitCode, scheduled.told()).toBeNull();
      await sleep(50);
    }
  };
  await until(() => /ECONNREFUSED/.test(scheduled.told()));
  await until(async () => !(await isThere(well)));
  expect(await all()).toEqual(before);
  objects = await serveObjects(folder, "archive", {
    accessKeyId: at.accessKeyId,
    secretAccessKey: at.secretAccessKey,
  });
  at = { ...at, endpoint: `http://${objects.host}` };
  bucket = bucketAt(at);
  scheduled.child.kill("SIGTERM");
  expect(await scheduled.ended).toBe(0);
  const again = archiver("* * * * * *");
  while (!/no whole month before/.test(again.told())) await sleep(50);
  expect(await isThere(well), again.told()).toBe(true);
  again.child.kill("SIGTERM");
  expect(await again.ended).toBe(0);
  const there = await states();
  expect(there.filter(({ state }) => state === "here").map(({ name }) => name)).toEqual(kept);
  expect(there.filter(({ state }) => state === "archived").length).toBeGreaterThan(5);
  expect(again.told()).not.toContain(at.secretAccessKey);
  for (const { name, state } of there) if (state === "archived") await restorePartition(owner, bucket, name);
  expect(await all()).toEqual(before);
  const once = archiver();
  expect(await once.ended, once.told()).toBe(0);
});

test("nobody but the owner asks for a partition by its name", async () => {
  await aYear();
  const app = await connect("app");
  for (const { name } of await states())
    await expect(app.query(`SELECT FROM public.${name}`)).rejects.toThrow("permission denied");
  await app.end();
});

test("months are made ahead; what had none is moved into its own", async () => {
  await aYear();
  const months = (await states()).map(({ name }) => name);
  await owner.query(
    `INSERT INTO public.events (id, user_id, name, occurred_at) VALUES ('${users[2]}', '${users[0]}', 'late', now() + interval '8 months')`,
  );
  expect((await owner.query("SELECT FROM public.events_other")).rows).toHaveLength(1);
  const { rows } = await owner.query("SELECT public.events_ahead(9) AS made");
  expect(rows[0].made).toBe(6);
  expect((await states()).length).toBe(months.length + 6);
  expect((await owner.query("SELECT FROM public.events_other")).rows).toEqual([]);
  expect((await all()).rows).toBe(1461);
});

test("whole months go to the bucket and come back as they were", async () => {
  await aYear();
  const before = await all();
  const archived = await done();
  expect(archived.length).toBeGreaterThanOrEqual(8);
  const left = await all();
  expect(left.rows + archived.reduce((sum, { rows }) => sum + rows, 0)).toBe(before.rows);
  expect(await done()).toEqual([]);
  const there = await states();
  expect(there.filter(({ state }) => state === "archived").map(({ name }) => name)).toEqual(
    archived.map(({ partition }) => partition),
  );
  for (const { partition } of archived) await restorePartition(owner, bucket, partition);
  expect(await all()).toEqual(before);
  // Cleaning up leaves them alone, and they can go again.
  const { rows } = await owner.query("SELECT events FROM public.cleanup_batch('130 days', 5000)");
  expect(rows).toEqual([{ events: "0" }]);
  expect(await done()).toEqual(archived);
  expect(await all()).toEqual(left);
});

test("what changes while it is written is written again", async () => {
  await aYear();
  const name = await fullMonth();
  const other = await connect();
  let changes = 0;
  const racing: Bucket = {
    ...bucket,
    async put(key, body) {
      await bucket.put(key, body);
      if (!key.endsWith(`${name}/manifest.json`) || changes > 0) return;
      changes += 1;
      await other.query(`DELETE FROM public.${name} WHERE id = (SELECT id FROM public.${name} LIMIT 1)`);
    },
  };
  const { rows } = await owner.query(`SELECT count(*)::int AS rows FROM public.${name}`);
  const archived = await done(due(), racing);
  await other.end();
  expect(archived.find(({ partition }) => partition === name)?.rows).toBe(rows[0].rows - 1);
  expect(changes).toBe(1);
});

test("a bucket that does not keep what it was given loses nothing", async () => {
  await aYear();
  const before = await all();
  const lying: Bucket = {
    ...bucket,
    put: (key, body) => bucket.put(key, key.endsWith(".gz") ? body.subarray(0, -1) : body),
  };
  await expect(done(due(), lying)).rejects.toThrow(/is damaged: a part is not what was written/);
  expect(await all()).toEqual(before);
  const full: Bucket = { ...bucket, put: async () => Promise.reject(new Error("507 no space")) };
  await expect(done(due(), full)).rejects.toThrow("507 no space");
  expect(await all()).toEqual(before);
});

test("an archive with one flipped byte, or without a part, does not come back, and nothing of it stays", async () => {
  await aYear();
  const name = await fullMonth();
  const first = (await done()).find(({ partition }) => partition === name);
  const left = await all();
  const parts = join(objects.bucket, at.prefix, "partitions", name);
  const part = join(parts, (await readdir(parts)).find((file) => file.endsWith(".gz")) ?? "");
  const body = await readFile(part);
  const bad = Buffer.from(body);
  bad.writeUInt8(bad.readUInt8(bad.length >> 1) ^ 1, bad.length >> 1);
  await writeFile(part, bad);
  await expect(restorePartition(owner, bucket, name)).rejects.toThrow("a part is not what was written");
  await rm(part);
  await expect(restorePartition(owner, bucket, name)).rejects.toThrow("a part is missing");
  expect(await all()).toEqual(left);
  await writeFile(part, body);
  expect((await restorePartition(owner, bucket, name)).rows).toBe(first?.rows);
});

test("events whose user is gone come back only as it is said", async () => {
  await aYear();
  const name = await fullMonth();
  const first = (await done()).find(({ partition }) => partition === name);
  await owner.query(`DELETE FROM public.users WHERE id = '${users[0]}'`);
  await expect(restorePartition(owner, bucket, name)).rejects.toThrow(
    /of 1 users who are not there any more/,
  );
  const left = await restorePartition(owner, bucket, name, { users: "leave" });
  expect(left.rowsLeftOut).toBeGreaterThan(30);
  expect(left.rows + left.rowsLeftOut).toBe(first?.rows);
  await owner.query(`DROP TABLE public.${name}`);
  const made = await restorePartition(owner, bucket, name, { users: "make" });
  expect(made).toMatchObject({ rows: first?.rows, usersMade: 1 });
});

test("a copy is masked across partitions", async () => {
  await aYear();
  const { rows } = await anonymize((text, values) => owner.query(text, values));
  expect(rows["public.events"]).toBe(1460);
});

test("killed again and again, every row is in the table or in the archive", async () => {
  await aYear();
  const before = await all();
  let kills = 0;
  for (let round = 0; round < 6; round += 1) {
    const child = spawn(
      process.execPath,
      [
        "--disable-warning=ExperimentalWarning",
        join(root, "tests", "support", "archiveProcess.ts"),
        url(),
        JSON.stringify(at),
        due(),
      ],
      { stdio: ["ignore", "pipe", "inherit"] },
    );
    // From its first word on, at a moment of chance.
    child.stdout.once("data", () => void sleep(Math.random() * 150).then(() => child.kill("SIGKILL")));
    const code = await new Promise((resolve) => child.on("close", resolve));
    if (code === null) kills += 1;
  }
  await done();
  for (const { name, state } of await states())
    if (state === "archived") await restorePartition(owner, bucket, name);
  expect(kills).toBeGreaterThan(0);
  expect(await all()).toEqual(before);
});
