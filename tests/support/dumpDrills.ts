import { execFile } from "node:child_process";
import { randomBytes } from "node:crypto";
import { chmodSync, mkdirSync, readdirSync } from "node:fs";
import { rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import pg from "pg";
import { afterEach, beforeEach, vi } from "vitest";
import { ensureRoles } from "../../app/src/node/roles.ts";
import { defineSpec } from "../../components/model/spec.ts";
import type { StageName } from "../../components/model/words.ts";
import { paths } from "../../engine/paths.ts";
import { installedServers } from "../../engine/postgres.ts";
import { halves, readMigrations } from "../../migrations/runner.ts";
import { type Bucket, bucketAt } from "../../migrations/s3/bucket.ts";
import type { Evidence } from "../../operations/drill/evidence.ts";
import type { Living } from "../../operations/stage.ts";
import type { Cluster } from "./cluster.ts";
import type { Objects } from "./objects.ts";
import { root } from "./rung.ts";

/** What the tests of drills have in common that restore dumps on their own machine. */
export const run = promisify(execFile);

/** The newest PostgreSQL of this machine: dumped by, and restored into. */
export const server = installedServers().at(-1) ?? { major: 0, bin: "" };

/** The app's schema and 300 users with an event each, from before a dump by more than a transaction may take. */
export async function filled(cluster: Cluster, database: string, owner: string): Promise<void> {
  const client = new pg.Client({ connectionString: cluster.url(database, owner) });
  await client.connect();
  await ensureRoles((text) => client.query(text), "secret-app");
  for (const { text } of await readMigrations(join(root, "migrations", "schema")))
    await client.query(`BEGIN; ${halves(text).up}; COMMIT`);
  await client.query(
    `INSERT INTO public.users (id, created_at) SELECT gen_random_uuid(), now() - interval '1 day' FROM generate_series(1, 300);
     INSERT INTO public.events (id, user_id, name, occurred_at, received_at)
     SELECT gen_random_uuid(), id, 'seen', now(), now() - interval '1 day' FROM public.users`,
  );
  await client.end();
}

/** What a drill reads of a stack, whose PostgreSQL is this machine's: the spec may not name that. */
export function livingAt(stage: StageName, stack: string, database: object): Living {
  const spec = defineSpec({ name: "pulse", database: {} });
  return {
    context: { spec: { ...spec, database: { ...spec.database, version: server.major } }, stack, stage },
    outputs: { stage, size: "small", urls: {}, image: "", parts: {}, database },
  } as unknown as Living;
}

export const failures = ({ checks }: Pick<Evidence, "checks">): string[] =>
  checks.filter(({ ok }) => !ok).map(({ name, found }) => `${name}: ${found}`);

export const saidOf = ({ checks }: Pick<Evidence, "checks">, name: string): string | undefined =>
  checks.find((one) => one.name === name)?.found;

/** A folder for what drills make, where no other test's is: `TMPDIR`. PostgreSQL, which is not root, passes through. */
function temporaryIn(folder: string): string {
  const own = join(folder, "tmp");
  mkdirSync(own, { recursive: true });
  chmodSync(folder, 0o755);
  return own;
}

/** For each test of a file: a stack that has no evidence yet, and what a drill is told. @returns the stack's name */
export function eachDrill(
  told: () => { readonly folder: string; readonly env: NodeJS.ProcessEnv },
): () => string {
  let stack = "";
  beforeEach(() => {
    stack = `drills-${process.pid}-${randomBytes(3).toString("hex")}`;
    const { folder, env } = told();
    for (const [name, value] of Object.entries({ ...env, TMPDIR: temporaryIn(folder) }))
      vi.stubEnv(name, value);
  });
  afterEach(async () => {
    vi.unstubAllEnvs();
    await rm(join(paths.own, "drills", stack), { recursive: true, force: true });
  });
  return () => stack;
}

/** What a drill is told of a bucket that is not the stack's own. */
export const bucketEnv = ({ host, env }: Objects, bucket: string): NodeJS.ProcessEnv => ({
  ...env,
  AWS_ENDPOINT_URL_S3: `http://${host}`,
  RUNG_BACKUPS: `s3://${bucket}`,
});

/** What drills have made there, and not taken away. */
export const left = (): string[] => readdirSync(tmpdir()).filter((name) => name.startsWith("rung-drill-"));

export const opened = ({ host, env }: Objects, bucket: string): Bucket =>
  bucketAt({
    endpoint: `http://${host}`,
    region: "us-east-1",
    bucket,
    prefix: "",
    accessKeyId: env.AWS_ACCESS_KEY_ID ?? "",
    secretAccessKey: env.AWS_SECRET_ACCESS_KEY ?? "",
  });

/** Changes the living database for as long as `work` runs. */
export async function changed(
  cluster: Cluster,
  database: string,
  { does, undoes }: { does: string; undoes: string },
  work: () => Promise<void>,
): Promise<void> {
  await cluster.sql(does, undefined, database);
  try {
    await work();
  } finally {
    await cluster.sql(undoes, undefined, database);
  }
}
