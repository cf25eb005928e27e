import { readFileSync } from "node:fs";
import { join } from "node:path";
import * as pulumi from "@pulumi/pulumi";
import type { Migration } from "../kit/migrations.ts";
import * as supabase from "../providers/supabase/index.ts";
import type { Network } from "./network.ts";
import type { Project } from "./project.ts";
import type { Secrets } from "./secrets.ts";
import { child, type Vercel } from "./vercel.ts";

/** What Supabase signs the certificates of all its databases and poolers with; good until 2031-04-26. */
export const authorityFile = join(import.meta.dirname, "certificates", "supabase-root-2021.pem");

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
  const owner = {
    host: project.poolerHost,
    user: pulumi.interpolate`postgres.${ref}`,
    password: secrets.database,
  };
  return {
    schema: tables,
    replicas: (first: pulumi.Resource) =>
      replicaRegions.map(
        (region) =>
          new supabase.ReadReplica(`replica-${region}`, { projectRef: ref, region }, after(tables, first)),
      ),
    poolMax: Math.min(perReplica, here.plan.app.detail.poolMax),
    /** As the app's role, through the pooler, whose certificate is verified with `DATABASE_CA`. */
    url: pulumi.interpolate`postgresql://app.${ref}:${secrets.app}@${project.poolerHost}:${port}/postgres?sslmode=verify-full`,
    authority: readFileSync(authorityFile, "utf8"),
    /** As the owner, by sessions of the pooler: from where there is IPv4 alone, too. */
    owner,
    ownerUrl: pulumi.interpolate`postgresql://${owner.user}:${owner.password}@${owner.host}:5432/postgres?sslmode=require`,
    /** As the owner, past the pooler, for logical replication: takes IPv6, or Supabase's IPv4 add-on. */
    directUrl: pulumi.interpolate`postgresql://postgres:${secrets.database}@${project.databaseHost}:5432/postgres?sslmode=require`,
  };
}

export type Database = ReturnType<typeof database>;
