import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, readFile, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, expect, test, vi } from "vitest";
import { serveCoolify } from "../../engine/servers/coolify/index.ts";
import { canDrill, drill } from "../../operations/drill/drill.ts";
import { readEvidence } from "../../operations/drill/evidence.ts";
import { coolifyBackups } from "../../operations/hosted/backups/coolify.ts";
import { type Cluster, startCluster } from "../support/cluster.ts";
import {
  bucketEnv,
  changed,
  eachDrill,
  failures,
  filled,
  left,
  livingAt,
  opened,
  run,
  saidOf,
  server,
} from "../support/dumpDrills.ts";
import { type Objects, serveObjects } from "../support/objects.ts";
import { root } from "../support/rung.ts";

/**
 * A drill of Coolify's dumps: made by a real `pg_dump` with the options that Coolify gives it, put under Coolify's path
 * into a real S3 server, fetched from there and restored by `pg_restore` into a cluster of the drill's own.
 */
const database = "data00000000000000000007";
const bucketName = "pulse-prod-backup";
let source: Cluster;
let folder: string;
let objects: Objects;
beforeAll(async () => {
  source = await startCluster();
  // Coolify's container is ruled by the user that it was made with.
  await source.sql("CREATE ROLE owner SUPERUSER LOGIN PASSWORD 'secret-owner'");
  await source.sql("CREATE DATABASE pulse OWNER owner");
  await filled(source, "pulse", "owner");
  folder = await mkdtemp(join(tmpdir(), "rung-dumps-"));
  objects = await serveObjects(folder, bucketName);
});
afterAll(async () => {
  objects?.stop();
  await source?.remove();
  await rm(folder, { recursive: true, force: true });
});

const stack = eachDrill(() => ({ folder, env: bucketEnv(objects, bucketName) }));
afterEach(async () => {
  for (const { key } of await bucket().objects("")) await bucket().remove(key);
});

const bucket = () => opened(objects, bucketName);
const keyOf = (at: Date, of = database) =>
  `data/coolify/backups/databases/root-team-0/pulse-prod-database-${of}/pg-dump-pulse-${Math.floor(at.getTime() / 1000)}.dmp`;

/** As Coolify's job does it (app/Jobs/DatabaseBackupJob.php). @returns the dump */
async function dumped(from = "pulse"): Promise<Buffer> {
  const file = join(folder, "dump");
  const how = ["--format=custom", "--no-acl", "--no-owner", "--file", file, source.url(from, "owner")];
  await run(join(server.bin, "pg_dump"), how);
  return readFile(file);
}
async function put(dump: Buffer, at = new Date()): Promise<string> {
  await bucket().put(keyOf(at), dump);
  return keyOf(at);
}

const living = () => livingAt("hetzner-coolify", stack(), { vendor: "coolify", database, dumps: bucketName });
const drilled = async (now: () => Date = () => new Date()) =>
  (await drill(living(), { maxAgeHours: 7, now }, () => {})).evidence;
test("the newest dump is restored, rights given again, looked into as two users, and gone", async () => {
  await put(Buffer.from("of another day"), new Date(Date.now() - 86_400_000));
  await bucket().put(keyOf(new Date(), "data00000000000000000099"), Buffer.from("of another database"));
  const key = await put(await dumped(), new Date(Date.now() - 60_000));
  vi.stubEnv("RUNG_DATABASE_URL", source.url("pulse", "owner"));
  const found = await drilled();
  expect(failures(found)).toEqual([]);
  expect(found).toMatchObject({ good: true, by: "dump", backup: { name: key, kind: "pg_dump by Coolify" } });
  expect(found.tables["public.users"]?.rows).toBe(300);
  expect(found.measured.rpoMinutes).toBeGreaterThanOrEqual(1);
  expect(found.measured.rtoMinutes).toBeGreaterThan(0);
  expect(saidOf(found, "the schema is as the code expects, and users are kept apart")).toBe("no difference");
  expect(saidOf(found, "what the living database has from before is in the dump")).toMatch(
    /^600 rows from before/,
  );
  expect(saidOf(found, "rights can be given again")).not.toContain(" 0 statements");
  expect(left()).toEqual([]);
  expect(await readEvidence(stack())).toHaveLength(1);
});

test("a row of before that is missing in the dump is found by the living database", async () => {
  const dump = await dumped();
  vi.stubEnv("RUNG_DATABASE_URL", source.url("pulse", "owner"));
  await changed(
    source,
    "pulse",
    {
      does: "INSERT INTO public.users (id, created_at) VALUES (md5('late')::uuid, now() - interval '1 hour')",
      undoes: "DELETE FROM public.users WHERE id = md5('late')::uuid",
    },
    async () => {
      await put(dump);
      expect(failures(await drilled())).toEqual([expect.stringContaining("public.users: 1 of 301 rows")]);
    },
  );
});

test("a truncated dump and one with a flipped byte fail it, and nothing is left", async () => {
  const dump = await dumped();
  await put(dump.subarray(0, Math.floor(dump.length * 0.7)));
  const truncated = await drilled();
  expect(failures(truncated).join()).toMatch(/can be restored: .*(end of file|could not)/);
  expect(left()).toEqual([]);
  const [{ key } = { key: "" }] = await bucket().objects("");
  await bucket().remove(key);
  // Flipped where it lies: the store still says what was put there.
  const flipped = Buffer.from(dump);
  const at = Math.floor(flipped.length * 0.9);
  flipped[at] = (flipped[at] ?? 0) ^ 1;
  const later = await put(dump);
  const file = join(objects.bucket, later);
  const { size } = await stat(file);
  await writeFile(file, flipped, { flag: "r+" });
  expect((await stat(file)).size).toBe(size);
  expect(failures(await drilled())).toEqual([expect.stringContaining("is not what was put there: MD5")]);
  // Flipped in a table's rows before it was put: the archive's own checksum says so.
  await bucket().remove(later);
  await put(flipped);
  expect(failures(await drilled()).join()).toMatch(/can be restored: .*could not uncompress/);
  expect(left()).toEqual([]);
});

test("a stale dump, an empty bucket and an empty database fail it", async () => {
  expect(failures(await drilled())).toEqual([
    expect.stringContaining("the bucket holds no dump of this database"),
  ]);
  await source.sql("CREATE DATABASE bare TEMPLATE pulse");
  await source.sql("TRUNCATE public.users CASCADE", undefined, "bare");
  await put(await dumped("bare"), new Date(Date.now() - 8 * 3_600_000));
  const found = failures(await drilled());
  expect(found).toHaveLength(2);
  expect(found[0]).toContain("8.0 h old; at most 7 h");
  expect(found[1]).toContain("there was something to restore: 0 rows");
  await source.sql("DROP DATABASE bare");
});

test("a role that nobody makes fails it; so do users who see each other", async () => {
  await changed(
    source,
    "pulse",
    {
      does: "CREATE ROLE reporting; CREATE POLICY reports ON public.files TO reporting USING (true)",
      undoes: "DROP POLICY reports ON public.files; DROP ROLE reporting",
    },
    async () => {
      await put(await dumped());
      expect(failures(await drilled())).toEqual([expect.stringContaining('role "reporting" does not exist')]);
    },
  );
  await changed(
    source,
    "pulse",
    {
      does: "ALTER TABLE public.files DISABLE ROW LEVEL SECURITY",
      undoes: "ALTER TABLE public.files ENABLE ROW LEVEL SECURITY",
    },
    async () => {
      await put(await dumped(), new Date(Date.now() + 2000));
      expect(failures(await drilled()).join()).toContain("public.files");
    },
  );
});

test("what a drill left that was killed is gone after the next; a machine without its PostgreSQL is told so", async () => {
  await put(await dumped());
  await killedAt("restore");
  expect(left()).toHaveLength(1);
  const without = await drilled();
  expect(without.good).toBe(true);
  expect(JSON.stringify(without.checks)).toContain("its vendor notes nothing");
  expect(left()).toEqual([]);
  const elsewhere = living();
  Object.assign(elsewhere.context.spec.database ?? {}, { version: 9 });
  await expect(drill(elsewhere, { maxAgeHours: 7 }, () => {})).rejects.toThrow(
    "PostgreSQL 9 of this machine",
  );
  vi.stubEnv("RUNG_BACKUPS", "s3://pulse-prod-backup");
  vi.stubEnv("AWS_SECRET_ACCESS_KEY", "");
  await expect(drilled()).rejects.toThrow("no key for pulse-prod-backup");
});

/** A drill in a process of its own, which is killed as soon as it begins a step. */
async function killedAt(wanted: string): Promise<void> {
  const { context, outputs } = living();
  const program = `
    const { drill } = await import(${JSON.stringify(join(root, "operations/drill/drill.ts"))});
    await drill(${JSON.stringify({ context, outputs })}, { maxAgeHours: 7 }, (event) => console.log(event.step));`;
  const child = spawn(process.execPath, ["--input-type=module", "--eval", program], { env: process.env });
  const closed = once(child, "close");
  child.stdout.on("data", (said: Buffer) => {
    if (String(said).split("\n").includes(wanted)) child.kill("SIGKILL");
  });
  expect((await closed)[1]).toBe("SIGKILL");
}

test("backup now has Coolify dump, and takes its word only once the dump lies in the bucket; list shows it", async () => {
  const api = await serveCoolify();
  try {
    vi.stubEnv("COOLIFY_API_URL", api.url.replace(/\/api\/v1$/, ""));
    vi.stubEnv("COOLIFY_API_TOKEN", api.token);
    api.state.add("database", { name: "pulse" });
    const schedule = { frequency: "0 */6 * * *", enabled: true, save_s3: true };
    const own = api.state.all("database")[0]?.uuid ?? "";
    api.state.add("backup", schedule, { database: own });
    const backups = coolifyBackups({ vendor: "coolify", database: own, dumps: bucketName }, stack(), {
      withinSeconds: 30,
      everyMs: 5,
    });
    await expect(backups.now(() => {})).rejects.toThrow("it is not in the bucket");
    api.behaviour.dump = async (of) => bucket().put(keyOf(new Date(), of), await dumped());
    const name = await backups.now(() => {});
    expect(await backups.list()).toMatchObject([{ name, kind: "dump", ok: true }]);
    api.behaviour.dump = async () => {
      throw new Error("no space left on device");
    };
    await expect(backups.now(() => {})).rejects.toThrow("no space left on device");
    await expect(backups.restore({}, "copy", () => {})).rejects.toThrow("Import");
  } finally {
    await api.stop();
  }
});

test("production is asked for a drill of its dumps", async () => expect(await canDrill(living())).toBe(true));
