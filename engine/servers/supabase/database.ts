import type { PGlite } from "@electric-sql/pglite";
import { type Handler, Refusal } from "../vendor.ts";
import { made, working } from "./rules.ts";
import type { State } from "./state.ts";

/**
 * A project's database: a real PostgreSQL in this process, with the roles and the default rights that Supabase gives.
 * Made when it is first asked; gone with the server.
 */
export class Databases {
  readonly #open = new Map<string, Promise<PGlite>>();

  of(ref: string): Promise<PGlite> {
    const opened = this.#open.get(ref) ?? born();
    this.#open.set(ref, opened);
    return opened;
  }

  forget(ref: string): void {
    void this.#open.get(ref)?.then((database) => database.close());
    this.#open.delete(ref);
  }

  async close(): Promise<void> {
    const all = [...this.#open.keys()];
    const open = await Promise.all([...this.#open.values()]);
    for (const ref of all) this.#open.delete(ref);
    await Promise.all(open.map((database) => database.close()));
  }
}

/** What a new project's database has: `postgres` owns it and is no superuser; the API's roles get what is made. */
const firstBoot = `
  CREATE ROLE anon NOLOGIN NOINHERIT; CREATE ROLE authenticated NOLOGIN NOINHERIT;
  CREATE ROLE service_role NOLOGIN NOINHERIT BYPASSRLS;
  CREATE ROLE owner CREATEROLE CREATEDB LOGIN;
  ALTER SCHEMA public OWNER TO owner;
  GRANT CREATE ON DATABASE postgres TO owner;
  SET ROLE owner;
  GRANT USAGE ON SCHEMA public TO anon, authenticated, service_role;
  ALTER DEFAULT PRIVILEGES IN SCHEMA public GRANT ALL ON TABLES TO anon, authenticated, service_role;
  ALTER DEFAULT PRIVILEGES IN SCHEMA public GRANT ALL ON FUNCTIONS TO anon, authenticated, service_role;
  ALTER DEFAULT PRIVILEGES IN SCHEMA public GRANT ALL ON SEQUENCES TO anon, authenticated, service_role;`;

async function born(): Promise<PGlite> {
  // A development dependency, heavy: loaded only where there is SQL to run.
  const { PGlite } = await import("@electric-sql/pglite");
  const database = new PGlite();
  await database.exec(firstBoot);
  return database;
}

export const databaseHandlers = (state: State, databases: Databases): Record<string, Handler> => ({
  "POST /v1/projects/{ref}/database/query": async ({ path, body }) => {
    const { ref } = working(state, path.ref);
    const database = await databases.of(ref);
    try {
      const results = await database.exec(String(body.query));
      return made(results.at(-1)?.rows ?? []);
    } catch (error) {
      // A transaction that failed half-way ends with its session.
      await database.exec("ROLLBACK").catch(() => {});
      const { code = "XX000", message } = error as { code?: string; message: string }; // PostgreSQL's own error
      throw new Refusal(400, `Failed to run sql query: ERROR:  ${code}: ${message}`);
    }
  },
});
