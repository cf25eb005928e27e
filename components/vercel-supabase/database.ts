import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import * as pulumi from "@pulumi/pulumi";
import * as supabase from "../providers/supabase/index.ts";
import type { Network } from "./network.ts";
import type { Project } from "./project.ts";
import type { Secrets } from "./secrets.ts";
import { child, type Vercel } from "./vercel.ts";

const folder = join(import.meta.dirname, "..", "..", "migrations", "schema");

/** One file of `migrations/schema/`, the way up. */
export interface Migration {
  readonly version: string;
  readonly sql: string;
}

/** The schema's migrations, the oldest first. @throws Error for one that is not written as dbmate's are */
export async function migrations(from = folder): Promise<Migration[]> {
  const names = (await readdir(from)).filter((name) => name.endsWith(".sql")).toSorted();
  return Promise.all(names.map(async (name) => migrationIn(name, await readFile(join(from, name), "utf8"))));
}

function migrationIn(name: string, text: string): Migration {
  const [, version] = /^(\d+)_/.exec(name) ?? [];
  const [, options, sql] = /^-- migrate:up(.*)\n([\s\S]*?)(?=^-- migrate:down|(?![\s\S]))/m.exec(text) ?? [];
  if (!version || sql === undefined)
    throw new Error(`${name} is no migration: <version>_<name>.sql, "-- migrate:up"`);
  if (options?.includes("transaction:false")) {
    throw new Error(`${name} asks to run outside a transaction, which this stage cannot`);
  }
  return { version, sql: sql.trim() };
}

/**
 * TLS forced, the pooler's size, the schema with the app's own role, read replicas. The app connects through the
 * pooler, which has IPv4; the database's own address is IPv6 alone, and migrations go through the management API.
 */
export function database(
  here: Vercel,
  { project, ref, ready }: Project,
  network: Network,
  secrets: Secrets,
  schema: readonly Migration[],
) {
  const { poolSize, replicaRegions } = here.plan.database.detail;
  const after = (...before: pulumi.Resource[]) => ({ ...child(here), dependsOn: [ready, ...before] });
  const tls = new supabase.SslEnforcement("tls", { projectRef: ref }, after(network));
  const pooler = new supabase.PoolerSettings("pooler", { projectRef: ref, poolSize }, after(tls));
  const tables = new supabase.Schema(
    "schema",
    {
      projectRef: ref,
      roles: ["app", "monitor"],
      passwords: pulumi.secret({ app: secrets.app }),
      migrations: schema.map((one) => ({ ...one })),
    },
    after(pooler),
  );
  const { mode, perReplica } = here.context.spec.database?.pool ?? { mode: "transaction", perReplica: 1 };
  const port = mode === "session" ? 5432 : 6543;
  return {
    schema: tables,
    replicas: (first: pulumi.Resource) =>
      replicaRegions.map(
        (region) =>
          new supabase.ReadReplica(`replica-${region}`, { projectRef: ref, region }, after(tables, first)),
      ),
    poolMax: Math.min(perReplica, here.plan.app.detail.poolMax),
    /** As the app's role, through the pooler. Its certificate is Supabase's own: see the losses. */
    url: pulumi.interpolate`postgresql://app.${ref}:${secrets.app}@${project.poolerHost}:${port}/postgres?sslmode=no-verify`,
    /** As the owner, past the pooler: takes IPv6. */
    directUrl: pulumi.interpolate`postgresql://postgres:${secrets.database}@${project.databaseHost}:5432/postgres?sslmode=require`,
    /** As the owner, by sessions of the pooler: for dumps from where there is IPv4 alone. */
    sessionUrl: pulumi.interpolate`postgresql://postgres.${ref}:${secrets.database}@${project.poolerHost}:5432/postgres?sslmode=require`,
  };
}

export type Database = ReturnType<typeof database>;
