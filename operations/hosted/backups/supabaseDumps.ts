import { execFile } from "node:child_process";
import { randomBytes } from "node:crypto";
import { dirname, join } from "node:path";
import { promisify } from "node:util";
import type pg from "pg";
import { z } from "zod";
import { ensureRoles } from "../../../app/src/node/roles.ts";
import { failure } from "../../../components/model/diagnostics.ts";
import { root } from "../../../engine/paths.ts";
import { stackOutputs } from "../../../engine/pulumi.ts";
import { resticHere } from "../../../engine/restic.ts";
import { ensureToolchain } from "../../../engine/toolchain.ts";
import { readWitness } from "../../database/witness.ts";
import type { Dump, Dumps } from "../../dumps/dumps.ts";
import { postgresBench, type Reached, withoutRows } from "../../dumps/postgres.ts";
import { step } from "../../progress.ts";
import type { Witness } from "../../stage.ts";

const run = promisify(execFile);
const script = join(root, "components", "vercel-supabase", "dumps", "restore");
const mostBytes = 64 * 1024 * 1024;

type Env = Readonly<Record<string, string>>;

const snapshots = z.array(
  z.looseObject({
    id: z.string(),
    time: z.string(),
    summary: z.looseObject({ total_bytes_processed: z.number() }).optional(),
  }),
);

/**
 * The stack's own off-site dumps (`components/vercel-supabase/dumps/`), beside what Supabase keeps itself: encrypted by
 * restic, and brought back by the same script as by hand.
 */
export const supabaseDumps = (project: string, stack: string): Dumps => ({
  kind: "our own off-site pg_dump, not Supabase's backup",
  list: async () => dumpsIn(await repositoryOf(stack)),
  async bench(spec) {
    const env = await repositoryOf(stack);
    return postgresBench(`supabase ${project}`, spec, {
      superuser: "supabase_admin",
      owner: "postgres",
      prepare: (client) => asSupabase(client, spec.database?.extensions ?? []),
      load: (dump, at, report) => step(report, "restore", () => restored(dump, at, env)),
      noted: (dump) => notedWith(dump, env),
      after: [],
    });
  },
});

async function dumpsIn(env: Env): Promise<readonly Dump[]> {
  const all = snapshots.parse(JSON.parse(await restic(env, "snapshots", "--json", "--host", "dump")));
  return all
    .map(({ id, time, summary }) => ({
      name: id.slice(0, 8),
      taken: new Date(time).toISOString(),
      bytes: summary?.total_bytes_processed ?? 0,
    }))
    .toSorted((a, b) => a.taken.localeCompare(b.taken));
}

/** By the script that a person runs; restic compares each piece with its hash. */
async function restored({ name }: Dump, { folder, server, env: database }: Reached, env: Env): Promise<void> {
  const PATH = [server.bin, dirname(await resticHere()), process.env.PATH].join(":");
  const own = { PATH, PGPASSWORD: "none is asked for", RESTIC_CACHE_DIR: join(folder, "cache") };
  try {
    await run("bash", [script, name], { env: { ...process.env, ...env, ...database, ...own } });
  } catch (error) {
    throw new Error(withoutRows((error as { stderr?: string }).stderr ?? String(error)));
  }
}

/** Noted in the snapshot that was dumped; of the roles those that no new project of Supabase's has by itself. */
async function notedWith({ name }: Dump, env: Env): Promise<Witness> {
  const which = ["--host", "witness", "--json"];
  const all = z
    .array(z.looseObject({ id: z.string(), tags: z.array(z.string()).default([]) }))
    .parse(JSON.parse(await restic(env, "snapshots", ...which)));
  const note = all.find(({ tags }) => tags.some((tag) => tag.startsWith(name)));
  if (!note) throw new Error(`nothing was noted of what ${name} must hold`);
  const witness = readWitness(await restic(env, "dump", note.id, "witness.json"));
  return { ...witness, roles: witness.roles.filter((role) => !vendors.test(role)) };
}

/** Supabase's own roles (supabase.com/docs/guides/database/postgres/roles, 2026-11). */
const vendors =
  /^(anon|authenticat(ed|or)|service_role|dashboard_user|pgbouncer|pgsodium_\w+|pgtle_admin|supabase_\w+|cli_login_\w+)$/;

/** What a new project has that a dump stands on, and what `rung up` makes there. */
async function asSupabase(client: pg.Client, extensions: readonly string[]): Promise<void> {
  for (const role of ["anon", "authenticated", "service_role"])
    await client.query(`CREATE ROLE ${role} NOLOGIN`);
  for (const schema of ["auth", "extensions", "realtime", "storage"])
    await client.query(`CREATE SCHEMA ${schema}`);
  for (const name of extensions) await client.query(`CREATE EXTENSION IF NOT EXISTS "${name}"`);
  await ensureRoles((text) => client.query(text), randomBytes(16).toString("hex"));
  // So that users can be tried.
  await client.query("GRANT app TO postgres");
}

/** @throws Error with what restic says */
async function restic(env: Env, ...args: string[]): Promise<string> {
  try {
    const how = { env: { ...process.env, ...env }, maxBuffer: mostBytes };
    return (await run(await resticHere(), ["--no-lock", "--no-cache", ...args], how)).stdout;
  } catch (error) {
    const said = (error as { stderr?: string }).stderr ?? String(error);
    throw new Error(`restic: ${/"message":"((?:[^"\\]|\\.)*)"/.exec(said)?.[1] ?? withoutRows(said)}`);
  }
}

const told = ["RESTIC_REPOSITORY", "RESTIC_PASSWORD", "AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"] as const;

/**
 * What opens the repository, by restic's own names: the environment's, or the stack's outputs'.
 * @throws DiagnosticsError with exit code 64 where neither says it
 */
async function repositoryOf(stack: string): Promise<Env> {
  const missing = () => told.filter((name) => !process.env[name]);
  if (missing().length === 0) return {};
  const outputs = await stackOutputs(await ensureToolchain(), stack, "show");
  const secrets = (outputs?.secrets ?? {}) as Readonly<Record<string, string>>;
  const env = Object.fromEntries(
    told.flatMap((name) => (secrets[`DUMP_${name}`] ? [[name, secrets[`DUMP_${name}`]]] : [])),
  );
  if (told.every((name) => env[name])) return env as Env;
  throw failure(
    `what opens the dumps of ${stack} is not known: neither its outputs nor the environment say ${missing().join(", ")}`,
    `set ${told.join(", ")} as the workflow dump.yml has them`,
    "rung drill",
    64,
  );
}
