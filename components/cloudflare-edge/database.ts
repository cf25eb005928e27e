import * as cloudflare from "@pulumi/cloudflare";
import * as pulumi from "@pulumi/pulumi";
import { nameOf } from "../kit/context.ts";
import type { Migration } from "../kit/migrations.ts";
import { child, kept } from "../kit/options.ts";
import * as d1 from "../providers/d1/index.ts";
import { accountOf, type Edge } from "./cloudflare.ts";

/**
 * D1, and its schema, which is there before a version of the Worker that needs it serves. Where the database was put
 * first stays: another `rung:region` does not move it.
 */
export function database(here: Edge, migrations: readonly Migration[]) {
  const { jurisdiction, location, replicas } = here.plan.database.detail;
  const it = new cloudflare.D1Database(
    "database",
    {
      ...accountOf(here),
      name: nameOf(here.context, "database"),
      ...(jurisdiction ? { jurisdiction } : location && { primaryLocationHint: location }),
      readReplication: { mode: replicas ? "auto" : "disabled" },
    },
    { ...kept(here), ignoreChanges: ["primaryLocationHint"] },
  );
  const provider = new d1.Provider(
    "d1",
    { apiToken: new pulumi.Config("cloudflare").getSecret("apiToken") },
    { parent: here.stage },
  );
  const schema = new d1.Schema(
    "schema",
    { ...accountOf(here), databaseId: it.id, migrations: migrations.map((one) => ({ ...one })) },
    { ...child(here), provider },
  );
  return { id: it.id, schema };
}

export type Database = ReturnType<typeof database>;
