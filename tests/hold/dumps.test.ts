import { execFile } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { migrationsOf } from "../../components/kit/migrations.ts";
import { ensureBaseImage } from "../../engine/baseImage.ts";
import { docker } from "../local/docker.ts";
import { root } from "../support/rung.ts";
import { imageFrom } from "./images.ts";

/**
 * vercel-supabase's dumps, on a real PostgreSQL 17 and a real restic, installed as the workflow does. The database is
 * laid out as Supabase's are; the repository is a folder, where the workflow has R2.
 */
const name = `rung-dumps-${process.pid}`;
const environment = {
  PGHOST: "/var/run/postgresql",
  PGUSER: "owner",
  PGPASSWORD: "a-password-of-the-owner",
  PGDATABASE: "postgres",
  RESTIC_REPOSITORY: "/tmp/repository",
  RESTIC_PASSWORD: "a-passphrase-of-the-dumps",
  DUMP_KEEP_DAYS: "14",
};
const packages = /--no-install-recommends (.*)/.exec(
  readFileSync(join(root, ".github", "workflows", "dump.yml"), "utf8"),
)?.[1];

/** Runs a script in the container; never throws. */
function inside(script: string, user = "postgres", more: Record<string, string> = {}) {
  const told = Object.entries({ ...environment, ...more }).flatMap(([key, value]) => [
    "-e",
    `${key}=${value}`,
  ]);
  return new Promise<{ code: number; out: string; err: string }>((resolve) => {
    const child = execFile(
      "docker",
      ["exec", "-i", "-u", user, ...told, name, "bash", "-s"],
      { maxBuffer: 64 * 1024 * 1024 },
      (error, out, err) => resolve({ code: Number(error?.code ?? 0), out: out.trim(), err: err.trim() }),
    );
    child.stdin?.end(script);
  });
}
async function must(script: string, user?: string, more?: Record<string, string>): Promise<string> {
  const { code, out, err } = await inside(script, user, more);
  expect(code, `${script}\n${err}`).toBe(0);
  return out;
}
const sql = (text: string) => must(`psql -XqAt -v ON_ERROR_STOP=1 <<'SQL'\n${text}\nSQL`);
const dump = "/rung/components/vercel-supabase/dumps/dump";
const restore = "/rung/components/vercel-supabase/dumps/restore";
const rows = () =>
  sql(`SELECT (SELECT count(*) FROM public.users) || ' ' || (SELECT count(*) FROM later.notes)
       || ' ' || (SELECT count(*) FROM auth.users)`);

beforeAll(async () => {
  const { image } = await ensureBaseImage();
  const own = await imageFrom(
    image,
    `RUN apt-get update && apt-get install --yes --no-install-recommends ${packages} postgresql-17`,
  );
  const parts = ["components", "migrations"].flatMap((part) => [
    "--volume",
    `${join(root, part)}:/rung/${part}:ro`,
  ]);
  await docker("run", "--detach", "--name", name, ...parts, own, "sleep", "infinity");
  await must("pg_ctlcluster 17 main start", "root");
  await must(
    `psql -XqAt -v ON_ERROR_STOP=1 -U postgres -h /var/run/postgresql -d postgres <<'SQL'
     CREATE ROLE owner LOGIN CREATEROLE BYPASSRLS PASSWORD 'a-password-of-the-owner';
     CREATE ROLE app NOLOGIN NOINHERIT; CREATE ROLE monitor NOLOGIN NOINHERIT;
     GRANT CREATE ON DATABASE postgres TO owner; ALTER SCHEMA public OWNER TO owner;
     CREATE EXTENSION pg_trgm;
     CREATE SCHEMA auth; CREATE TABLE auth.users (id int); INSERT INTO auth.users VALUES (1);
     GRANT USAGE ON SCHEMA auth TO owner; GRANT SELECT ON auth.users TO owner;
SQL
     sed -i 's/^local *all *all *peer/local all all scram-sha-256/' /etc/postgresql/17/main/pg_hba.conf
     psql -XqAt -U postgres -h /var/run/postgresql -d postgres -c 'SELECT pg_reload_conf()'`,
    "postgres",
    { PGUSER: "postgres" },
  );
  for (const { sql: text } of await migrationsOf("schema")) await sql(text);
  await sql(`CREATE SCHEMA later; CREATE TABLE later.notes (body text);
             INSERT INTO later.notes VALUES ('a-note-that-nobody-may-read');
             INSERT INTO public.users (id) SELECT gen_random_uuid() FROM generate_series(1, 100);`);
}, 600_000);
afterAll(() => docker("rm", "--force", "--volumes", name));

test("a dump: encrypted, noted for the app; of each day the newest is kept, besides the oldest of all", async () => {
  for (let time = 0; time < 3; time++) await must(dump);
  const kept = async (host: string) =>
    JSON.parse(await must(`restic snapshots --json --host ${host}`)) as { id: string; tags?: string[] }[];
  const dumps = await kept("dump");
  expect(dumps).toHaveLength(2);
  // Beside each what it must hold, under its name.
  expect((await kept("witness")).flatMap(({ tags }) => tags)).toEqual(dumps.map(({ id }) => id));
  const noted = JSON.parse(await must("restic dump --host witness latest witness.json"));
  expect(noted.tables).toMatchObject({ "public.users": { rows: 100 }, "later.notes": { rows: 1 } });
  expect(Object.keys(noted.tables)).not.toContain("auth.users");
  const clear = await inside("grep -rl 'a-note-that-nobody-may-read\\|CREATE TABLE' /tmp/repository");
  expect(clear).toMatchObject({ code: 1, out: "" });
  const [kind, ok, bytes] = (
    await sql("SELECT kind, ok, bytes > 1000 FROM ops.backups ORDER BY finished_at LIMIT 1")
  ).split("|");
  expect({ kind, ok, bytes }).toEqual({ kind: "dump", ok: "t", bytes: "t" });
});

test("a dump that fails makes no snapshot, and says so by its exit code", async () => {
  // Those of one second are listed in any order.
  const snapshots = async () =>
    JSON.parse(await must("restic snapshots --json"))
      .map(({ id }: { id: string }) => id)
      .toSorted();
  const before = await snapshots();
  const broken = `mkdir -p /tmp/broken && printf '#!/bin/sh\\necho half; exit 1\\n' >/tmp/broken/pg_dump
    chmod +x /tmp/broken/pg_dump; PATH=/tmp/broken:$PATH ${dump}`;
  expect((await inside(broken)).code).not.toBe(0);
  const refused = await inside(dump, "postgres", { PGPASSWORD: "wrong" });
  expect(refused.code).not.toBe(0);
  expect(refused.err).not.toContain("a-password-of-the-owner");
  expect(await snapshots()).toEqual(before);
});

test("a restore brings all back, rights included, in one transaction, and leaves the vendor's schemas alone", async () => {
  expect(await rows()).toBe("100 1 1");
  await sql("DELETE FROM public.users; DROP TABLE later.notes;");
  await must(restore);
  expect(await rows()).toBe("100 1 1");
  expect(await sql("SELECT has_table_privilege('app', 'public.events', 'INSERT')")).toBe("t");
  expect(await sql("SELECT relforcerowsecurity FROM pg_class WHERE oid = 'public.users'::regclass")).toBe(
    "t",
  );
  // What the dump does not know hangs on what it replaces: nothing at all is changed.
  await sql("CREATE VIEW public.newer AS SELECT id FROM public.users; DELETE FROM later.notes;");
  expect((await inside(restore)).code).not.toBe(0);
  expect(await rows()).toBe("100 0 1");
  expect(await inside(`${restore} 00000000`)).toMatchObject({
    code: 1,
    err: expect.stringContaining("no dump 00000000"),
  });
});

test("a restore that is torn midway changes nothing, and says so by its exit code", async () => {
  const before = await rows();
  const torn = `mkdir -p /tmp/torn && cat >/tmp/torn/pg_restore <<'SH'
#!/bin/sh
case "$*" in *--list*) exec /usr/bin/pg_restore "$@" ;; esac
/usr/bin/pg_restore "$@" | head -n 600
exit 1
SH
    chmod +x /tmp/torn/pg_restore; PATH=/tmp/torn:$PATH ${restore}`;
  await sql("DROP VIEW IF EXISTS public.newer");
  expect((await inside(torn)).code).not.toBe(0);
  expect(await rows()).toBe(before);
});

test("a dump that was tampered with is noticed", async () => {
  await must(`file=$(find /tmp/repository/data -type f | head -n 1)
    chmod u+w "$file"; printf 'tampered' | dd of="$file" bs=1 seek=100 conv=notrunc`);
  expect((await inside("restic check --read-data")).code).not.toBe(0);
});
