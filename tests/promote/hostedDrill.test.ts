import { rm } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import pg from "pg";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test, vi } from "vitest";
import { defineSpec } from "../../components/model/spec.ts";
import { paths } from "../../engine/paths.ts";
import { type RdsServer, type RdsWorld, serveRds } from "../../engine/servers/aws/rds/index.ts";
import { halves, readMigrations } from "../../migrations/runner.ts";
import { witnessAtSecond } from "../../operations/database/witness.ts";
import { canDrill, drill } from "../../operations/drill/drill.ts";
import { type Evidence, readEvidence } from "../../operations/drill/evidence.ts";
import type { Living } from "../../operations/stage.ts";
import { type Archived, archivedCluster } from "../support/pointInTime.ts";
import { root } from "../support/rung.ts";

/**
 * A drill at RDS and at Aurora: their API is a stand-in that takes what the SDK's own model has; what it restores is real, a second
 * PostgreSQL brought to that second by recovery from a base backup and archived WAL, while others write.
 */
vi.hoisted(() => {
  process.env.RUNG_LOOK_MS = "50"; // read when the modules are loaded
});
let source: Archived;
beforeAll(async () => {
  source = await archivedCluster(async (cluster) => {
    await cluster.sql(
      "CREATE ROLE owner LOGIN PASSWORD 'secret-owner'; CREATE ROLE app; CREATE ROLE monitor; GRANT app TO owner",
    );
    await cluster.sql("CREATE DATABASE pulse OWNER owner");
    await cluster.sql(
      `GRANT CREATE, USAGE ON SCHEMA public TO owner; GRANT USAGE ON SCHEMA public TO app;
       ALTER DEFAULT PRIVILEGES FOR ROLE owner IN SCHEMA public GRANT SELECT, INSERT, UPDATE, DELETE ON TABLES TO app`,
      undefined,
      "pulse",
    );
    const owner = new pg.Client({ connectionString: cluster.url("pulse", "owner") });
    await owner.connect();
    for (const { text } of await readMigrations(join(root, "migrations", "schema")))
      await owner.query(`BEGIN; ${halves(text).up}; COMMIT`);
    await owner.end();
  });
});
afterAll(() => source.remove());

const living = "pulse-prod-database";
const like = {
  retentionDays: 7,
  protected: true,
  subnetGroup: "pulse-prod-data",
  securityGroups: ["sg-0123"],
  looks: 0,
};
const cluster = {
  ...like,
  parameterGroup: "pulse-prod-aurora-postgres17",
  key: "arn:aws:kms:eu-central-1:111122223333:key/0123",
  engineVersion: "17.5",
  writer: `${living}-1`,
};
/** Where a database is, and what the stand-in holds of it. */
const vendors = [
  {
    vendor: "rds",
    stage: "aws-ecs",
    at: { vendor: "rds", region: "eu-central-1", instance: living },
    add: (name: string, tags = {}) =>
      world.instances.set(name, { ...like, name, tags, protected: name === living }),
    withoutBackups: () => world.instances.set(living, { ...like, name: living, retentionDays: 0 }),
  },
  {
    vendor: "aurora",
    stage: "aws-eks",
    at: { vendor: "aurora", region: "eu-central-1", cluster: living },
    add(name: string, tags = {}) {
      world.clusters.set(name, { ...cluster, name, tags, protected: name === living });
      const writer = `${name}-1`;
      world.instances.set(writer, { ...like, name: writer, cluster: name, tags, protected: false });
    },
    withoutBackups: () => world.clusters.set(living, { ...cluster, name: living, retentionDays: 0 }),
  },
] as const;
type Vendor = (typeof vendors)[number];

let stack: string;
let world: RdsWorld;
let rds: RdsServer;
let changed: string;
let lateBySeconds: number;
beforeEach(async () => {
  stack = `drills-${process.pid}-${Math.round(Math.random() * 1e6)}`;
  changed = "";
  lateBySeconds = 0;
  world = {
    instances: new Map(),
    snapshots: new Map(),
    clusters: new Map(),
    clusterSnapshots: new Map(),
    looks: 2,
    lagSeconds: 1,
    make: async (name, time) => {
      const stop = new Date(Date.parse(time) - lateBySeconds * 1000).toISOString();
      const port = await source.restore(name, stop);
      if (changed) {
        const url = source.cluster.url("pulse").replace(`:${source.cluster.port}/`, `:${port}/`);
        const client = new pg.Client({ connectionString: url });
        client.on("error", () => {});
        await client.connect();
        await client.query(changed);
        await client.end();
      }
      return { address: "127.0.0.1", port };
    },
    unmake: source.drop,
  };
  for (const { add } of vendors) add(living);
  rds = await serveRds(world);
  for (const [name, value] of Object.entries({
    ...rds.env,
    RUNG_DATABASE_URL: source.cluster.url("pulse", "owner"),
  }))
    vi.stubEnv(name, value);
});
afterEach(async () => {
  vi.unstubAllEnvs();
  await rds.stop();
  await rm(join(paths.own, "drills", stack), { recursive: true, force: true });
});

const spec = defineSpec({ name: "pulse", database: {} });
const stackAt = (stage: string, database: object | undefined) =>
  ({
    context: { spec, stack, stage },
    outputs: { stage, size: "small", urls: {}, image: "", parts: {}, database },
  }) as unknown as Living; // what a drill reads of it
const drilled = async ({ stage, at }: Vendor, now: () => Date = () => new Date()) =>
  (await drill(stackAt(stage, at), { maxAgeHours: 26, now }, () => {})).evidence;
/** What is there beside the two that live: with Aurora's, its instances. */
const besideThem = () =>
  [...world.instances.keys(), ...world.clusters.keys()].filter(
    (name) => ![living, `${living}-1`].includes(name),
  );
const failures = ({ checks }: Pick<Evidence, "checks">) =>
  checks.filter(({ ok }) => !ok).map(({ name, found }) => `${name}: ${found}`);

/** Writes as the owner until `work` ends: a row a commit. @returns how many were acknowledged */
async function whileWriting<T>(work: () => Promise<T>): Promise<{ done: T; acknowledged: number }> {
  const client = new pg.Client({ connectionString: source.cluster.url("pulse", "owner") });
  await client.connect();
  let [acknowledged, over] = [0, false];
  const writing = (async () => {
    while (!over) {
      await client.query(
        "WITH one AS (INSERT INTO public.users (id) VALUES (gen_random_uuid()) RETURNING id) INSERT INTO public.events (id, user_id, name, occurred_at) SELECT gen_random_uuid(), id, 'drilled', now() FROM one",
      );
      acknowledged += 1;
      await sleep(5);
    }
  })();
  try {
    return { done: await work(), acknowledged };
  } finally {
    over = true;
    await writing;
    await client.end();
  }
}

describe.each(vendors)("at $vendor", (vendor) => {
  test("an empty database fails a drill; what it made is gone", async () => {
    await source.cluster.sql("TRUNCATE public.users CASCADE", undefined, "pulse");
    const found = await drilled(vendor);
    expect(failures(found)).toEqual([expect.stringContaining("there was something to restore: 0 rows")]);
    expect(besideThem()).toEqual([]);
  });

  test("a copy of the second that was witnessed is the same to the row, while others write; then it is gone", async () => {
    // As a drill that was killed left it; and one that a person restored.
    vendor.add(`${living}-drill-0a1b2c`, { "rung:drill": living });
    vendor.add(`${living}-drill-kept`);
    const { done: found, acknowledged } = await whileWriting(() => drilled(vendor));
    expect(failures(found)).toEqual([]);
    expect(found.good).toBe(true);
    expect(acknowledged).toBeGreaterThan(20);
    expect(found.tables["public.users"]?.rows).toBeGreaterThan(0);
    const named = found.checks.map(({ name }) => name);
    expect(named).toContain("the schema is as the code expects, and users are kept apart");
    expect(named).toContain("no copy is left");
    expect(found.measured.rpoMinutes).toBeGreaterThan(0);
    expect(found.measured.rtoMinutes).toBeGreaterThan(0);
    expect(besideThem()).toContain(`${living}-drill-kept`);
    expect(besideThem().filter((name) => !name.startsWith(`${living}-drill-kept`))).toEqual([]);
    const [kept] = await readEvidence(stack);
    expect(kept).toMatchObject({ good: true, stage: vendor.stage, backup: { name: "point in time" } });
  });

  test.each([
    ["a moment too early", "", 1, "came back"],
    [
      "rows that are missing",
      "DELETE FROM public.events WHERE id = (SELECT min(id::text)::uuid FROM public.events)",
      0,
      "came back",
    ],
    [
      "one value that differs",
      "UPDATE public.users SET created_at = created_at + interval '1 microsecond' WHERE id = (SELECT min(id::text)::uuid FROM public.users)",
      0,
      "with other values",
    ],
    ["a role that is missing", "DROP OWNED BY monitor; DROP ROLE monitor", 0, "missing: monitor"],
    ["users who see each other", "ALTER TABLE public.users DISABLE ROW LEVEL SECURITY", 0, "public.users"],
  ])("a drill fails on %s, and leaves no copy", async (_, change, late, told) => {
    await whileWriting(() => sleep(200));
    changed = change;
    lateBySeconds = late;
    const { done: found } = await whileWriting(() => drilled(vendor));
    expect(found.good).toBe(false);
    expect(failures(found).join()).toContain(told);
    expect(besideThem()).toEqual([]);
  });

  test("a restore that fails is said, and what it began is removed", async () => {
    await whileWriting(() => sleep(200));
    changed = "SELECT 1 / 0"; // while it is made
    const found = await drilled(vendor);
    expect(failures(found)).toEqual([expect.stringContaining("RDS could not restore it")]);
    expect(besideThem()).toEqual([]);
  });

  test("a stale window, and one that is not kept, fail it; without the owner's address nothing is made", async () => {
    const stale = await drilled(vendor, () => new Date(Date.now() + 27 * 3_600_000));
    expect(failures(stale).join()).toContain("the newest backup is fresh");
    vendor.withoutBackups();
    const off = await drilled(vendor);
    expect(failures(off)).toEqual([expect.stringContaining("backups are switched off")]);
    vi.stubEnv("RUNG_DATABASE_URL", "");
    const asked = rds.seen.length;
    await expect(drilled(vendor)).rejects.toThrow("RUNG_DATABASE_URL");
    expect(rds.seen.length).toBe(asked);
  });

  test("production is asked for a drill", async () => {
    expect(await canDrill(stackAt(vendor.stage, vendor.at))).toBe(true);
  });
});

test("who waits for a drill's locks while it waits for theirs is not the one that PostgreSQL ends", async () => {
  await source.cluster.sql("CREATE DATABASE circle OWNER owner");
  const connect = async () => {
    const client = new pg.Client({ connectionString: source.cluster.url("circle", "owner") });
    await client.connect();
    return client;
  };
  const [writer, other] = [await connect(), await connect()];
  await writer.query("CREATE SCHEMA s; CREATE TABLE s.a (); CREATE TABLE s.b (); CREATE TABLE s.c ()");
  await writer.query("BEGIN; INSERT INTO s.c DEFAULT VALUES");
  await other.query("BEGIN; INSERT INTO s.b DEFAULT VALUES");
  const witnessed = witnessAtSecond(connect); // holds a, and waits for b
  const waits = "SELECT FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND datname = 'circle'";
  while ((await source.cluster.sql(waits)).length === 0) await sleep(10);
  const written = writer.query("INSERT INTO s.a DEFAULT VALUES; COMMIT").then(
    () => "committed",
    (error: Error) => error.message,
  );
  await sleep(600); // less than deadlock_timeout: it would wait for c, and the writer would find the circle first
  await other.query("COMMIT");
  expect(await written).toBe("committed");
  expect(Object.values((await witnessed).witness.tables).map(({ rows }) => rows)).toEqual([1, 1, 1]);
  await Promise.all([writer.end(), other.end()]);
});

test("where there is neither a copy nor a dump of a database, production is asked for none", async () => {
  const none = stackAt("vercel-supabase", undefined);
  expect(await canDrill(none)).toBe(false);
  await expect(drill(none, { maxAgeHours: 26 }, () => {})).rejects.toThrow("no copy and no dump");
});
