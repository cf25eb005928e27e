import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { hostBinary } from "../../engine/binaries.ts";
import { canDrill, drill } from "../../operations/drill/drill.ts";
import { type Cluster, startCluster } from "../support/cluster.ts";
import {
  changed,
  eachDrill,
  failures,
  filled,
  left,
  livingAt,
  run,
  saidOf,
  server,
} from "../support/dumpDrills.ts";
import { type Objects, serveObjects } from "../support/objects.ts";
import { root } from "../support/rung.ts";

/**
 * A drill of vercel-supabase's own dumps: made by the script that its workflow runs, from a PostgreSQL laid out as
 * Supabase's, by a real restic into a real S3 server; brought back by the script that a person would run.
 */
let source: Cluster;
let folder: string;
let objects: Objects;
beforeAll(async () => {
  source = await startCluster();
  await source.sql(`CREATE ROLE anon NOLOGIN; CREATE ROLE authenticated NOLOGIN; CREATE ROLE service_role NOLOGIN;
    CREATE ROLE supabase_auth_admin NOLOGIN; CREATE SCHEMA auth AUTHORIZATION supabase_auth_admin;
    CREATE TABLE auth.users (id uuid); INSERT INTO auth.users VALUES (gen_random_uuid())`);
  await filled(source, "postgres", "postgres");
  await source.sql("CREATE SCHEMA later; CREATE TABLE later.notes (body text)");
  await source.sql("INSERT INTO later.notes VALUES ('a-note-that-nobody-may-read')");
  folder = await mkdtemp(join(tmpdir(), "rung-dumps-"));
  objects = await serveObjects(folder, "pulse-prod-backup");
}, 600_000);
afterAll(async () => {
  objects?.stop();
  await source?.remove();
  await rm(folder, { recursive: true, force: true });
});

const stack = eachDrill(() => ({
  folder,
  env: {
    ...objects.env,
    RESTIC_REPOSITORY: `s3:http://${objects.host}/pulse-prod-backup`,
    RESTIC_PASSWORD: "a-passphrase-of-the-dumps",
  },
}));

/** As dump.yml runs it. @param before folders of programs that are found first */
async function dumped(...before: string[]): Promise<void> {
  const PATH = [...before, server.bin, dirname(await hostBinary("restic")), process.env.PATH].join(":");
  const at = { PGHOST: "127.0.0.1", PGPORT: String(source.port), PGUSER: "postgres", PGDATABASE: "postgres" };
  const more = {
    PGPASSWORD: "secret-postgres",
    DUMP_KEEP_DAYS: "14",
    RESTIC_CACHE_DIR: join(folder, "cache"),
  };
  await run("bash", [join(root, "components", "vercel-supabase", "dumps", "dump")], {
    env: { ...process.env, ...at, ...more, PATH },
  });
}
const living = () =>
  livingAt("vercel-supabase", stack(), { vendor: "supabase", project: "abcdefghijklmnopqrst" });
const drilled = async (now: () => Date = () => new Date()) =>
  (await drill(living(), { maxAgeHours: 26, now }, () => {})).evidence;
/** The repository's data, as it lies in the bucket. */
const packs = async () => {
  const all = await readdir(join(objects.bucket, "data"), { recursive: true, withFileTypes: true });
  const files = all.filter((one) => one.isFile()).map((one) => join(one.parentPath, one.name));
  return Promise.all(files.map(async (file) => ({ file, bytes: await readFile(file) })));
};

test("an empty bucket fails it, with evidence", async () => {
  expect(failures(await drilled()).join()).toMatch(
    /a backup to restore: restic: .*repository does not exist/,
  );
});

test("our own dump is restored by its script and holds what was noted in the same snapshot, while others write", async () => {
  expect(await canDrill(living())).toBe(true);
  let over = false;
  const writer = (async () => {
    while (!over) await source.sql("INSERT INTO public.users (id) VALUES (gen_random_uuid())");
  })();
  await dumped();
  over = true;
  await writer;
  const found = await drilled();
  expect(failures(found)).toEqual([]);
  expect(found).toMatchObject({ good: true, by: "dump" });
  expect(found.backup?.kind).toBe("our own off-site pg_dump, not Supabase's backup");
  expect(Object.keys(found.tables)).toEqual(expect.arrayContaining(["later.notes", "public.users"]));
  expect(Object.keys(found.tables)).not.toContain("auth.users");
  expect(saidOf(found, "every table holds the same rows")).toMatch(/digests equal/);
  expect(saidOf(found, "the schema is as the code expects, and users are kept apart")).toBe("no difference");
  expect(JSON.stringify(found)).not.toContain("a-note-that");
  expect(left()).toEqual([]);
});

test("a stale dump and the wrong key fail it", async () => {
  const old = await drilled(() => new Date(Date.now() + 27 * 3_600_000));
  expect(failures(old)).toEqual([expect.stringContaining("the newest backup is fresh")]);
  expect(old.measured.rpoMinutes).toBeGreaterThan(old.promised.rpoMinutes);
  vi.stubEnv("RESTIC_PASSWORD", "another");
  expect(failures(await drilled()).join()).toContain("wrong password or no key found");
});

test("rows that a dump left out fail it: they were noted", async () => {
  const lame = join(folder, "lame");
  await mkdir(lame);
  const without = '--exclude-table-data="public.events*" "$@"';
  await writeFile(join(lame, "pg_dump"), `#!/bin/sh\nexec ${server.bin}/pg_dump ${without}\n`, {
    mode: 0o755,
  });
  await dumped(lame);
  const lost = /every table holds the same rows: public\.events\w+: 300 rows, 0 came back/;
  expect(failures(await drilled()).join()).toMatch(lost);
});

test("a role that nobody makes fails it; so do a flipped byte and a truncated dump, and nothing is left", async () => {
  const reporting = {
    does: "CREATE ROLE reporting; GRANT SELECT ON public.daily_rollups TO reporting",
    undoes: "DROP OWNED BY reporting; DROP ROLE reporting",
  };
  await changed(source, "postgres", reporting, () => dumped());
  expect(failures(await drilled()).join()).toContain('role "reporting" does not exist');
  for (const { file, bytes } of await packs())
    await writeFile(file, bytes.fill((bytes[100] ?? 0) ^ 1, 100, 101));
  expect(failures(await drilled()).join()).toMatch(spoiled);
  for (const { file, bytes } of await packs()) await writeFile(file, bytes.subarray(0, bytes.length / 2));
  expect(failures(await drilled()).join()).toMatch(spoiled);
  expect(left()).toEqual([]);
});
const spoiled = /can be restored: .*(Fatal|error|restore:)/i;
