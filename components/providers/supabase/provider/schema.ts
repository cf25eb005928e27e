import { z } from "zod";
import type { Resource } from "../../kit/resource.ts";
import { bringUp, migrationsInput } from "../../kit/schema.ts";
import { scramOf } from "../../kit/scram.ts";
import { type Api, anything, projectRef, Refused } from "./api.ts";

const name = z.string().regex(/^[a-z_][a-z0-9_]{0,62}$/, "a plain name");

export const schemaInputs = z.strictObject({
  projectRef,
  /** Roles to be there before the first migration, in the order given: none of them inherits another's rights. */
  roles: z.array(name).default([]),
  /** Of those roles, who may log in, with the password. Always secret. */
  passwords: z.record(name, z.string().min(16)).default({}),
  migrations: migrationsInput,
});
export type SchemaInputs = z.output<typeof schemaInputs>;

/**
 * The database's roles and schema, written through the management API: from a machine without IPv6, too. What has run
 * is kept in `schema_migrations`, as dbmate keeps it. Nothing is undone when this is deleted.
 */
export const schema: Resource<Api, SchemaInputs, object> = {
  token: "supabase:index:Schema",
  inputs: schemaInputs,
  outputs: [],
  secrets: ["passwords"],
  replacedBy: ["projectRef"],

  async create(api, inputs) {
    await migrate(api, inputs);
    return { id: inputs.projectRef, outputs: {} };
  },

  async read(api, id, before) {
    if (!(await api.find("GET /v1/projects/{ref}", { path: { ref: id } }, anything))) return undefined;
    const ran = await versions(api, id);
    const inputs: SchemaInputs = {
      projectRef: id,
      roles: before?.roles ?? [],
      passwords: before?.passwords ?? {},
      migrations: (before?.migrations ?? []).filter(({ version }) => ran.has(version)),
    };
    return { inputs, outputs: {} };
  },

  async update(api, _id, inputs) {
    await migrate(api, inputs);
    return {};
  },

  delete: async () => {},
};

async function migrate(api: Api, inputs: SchemaInputs): Promise<void> {
  const { projectRef: ref, migrations } = inputs;
  // Harmless to repeat.
  const roles = inputs.roles.flatMap((role) => roleOf(role, inputs.passwords[role]));
  await query(api, ref, [closed, ...roles].join("\n"), true);
  await bringUp(
    migrations,
    () => versions(api, ref),
    (version, sql) => query(api, ref, transactionOf(version, sql)),
  );
}

/**
 * Supabase gives new tables to the roles of its HTTP API. Whoever holds the API's public key would be let in: they are
 * put out of the schema, and of what is yet to come.
 */
const closed = `
  CREATE TABLE IF NOT EXISTS public.schema_migrations (version varchar(128) PRIMARY KEY);
  REVOKE ALL ON SCHEMA public FROM anon, authenticated;
  REVOKE ALL ON ALL TABLES IN SCHEMA public FROM anon, authenticated;
  ALTER DEFAULT PRIVILEGES IN SCHEMA public REVOKE ALL ON TABLES FROM anon, authenticated;
  ALTER DEFAULT PRIVILEGES IN SCHEMA public REVOKE ALL ON SEQUENCES FROM anon, authenticated;
  ALTER DEFAULT PRIVILEGES IN SCHEMA public REVOKE ALL ON FUNCTIONS FROM anon, authenticated;`;

function roleOf(role: string, password: string | undefined): string[] {
  return [
    `DO $$ BEGIN CREATE ROLE ${role} NOLOGIN NOINHERIT; EXCEPTION WHEN duplicate_object THEN NULL; END $$;`,
    ...(password
      ? [
          `ALTER ROLE ${role} LOGIN PASSWORD '${scramOf(password)}';`,
          `GRANT USAGE ON SCHEMA public TO ${role};`,
        ]
      : []),
  ];
}

/** All or nothing; where two come at once, the second waits, and then finds its version taken. */
const transactionOf = (version: string, sql: string): string =>
  [
    "BEGIN;",
    "SELECT pg_advisory_xact_lock(hashtext('rung.migrate'));",
    `INSERT INTO public.schema_migrations (version) VALUES ('${version}');`,
    sql,
    ";COMMIT;",
  ].join("\n");

const rows = z.array(z.looseObject({ version: z.string() }));

async function versions(api: Api, ref: string): Promise<Set<string>> {
  const body = { query: "SELECT version FROM public.schema_migrations ORDER BY version;" };
  const path = { ref };
  try {
    const found = await api.call("POST /v1/projects/{ref}/database/query", { path, body }, rows, true);
    return new Set(found.map(({ version }) => version));
  } catch (error) {
    // Before the first migration there is no such table.
    if (error instanceof Refused && /does not exist/.test(error.message)) return new Set();
    throw error;
  }
}

async function query(api: Api, ref: string, text: string, again = false): Promise<void> {
  const request = { path: { ref }, body: { query: text } };
  await api.call("POST /v1/projects/{ref}/database/query", request, anything, again);
}
