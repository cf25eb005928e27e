import pg from "pg";
import { failure } from "../../components/model/diagnostics.ts";
import type { Living } from "../stage.ts";
import { operationsOf } from "../stages.ts";

/** A living database, as the role that owns its schema; for as long as `close` was not called. */
export interface Reach {
  /** For `pg`, dbmate and PostgreSQL's own tools on this machine. Holds a secret where the stage is a vendor's. */
  readonly url: string;
  close(): Promise<void>;
}

/** What hosted stages take the owner's address from; never an argument, which process lists show. */
export const reachVariable = "RUNG_DATABASE_URL";

/** An address that the user gives: the provider keeps the owner's password, and Rung does not. */
export async function reachByEnvironment({ context }: Living): Promise<Reach> {
  const url = process.env[reachVariable];
  if (url) return { url, close: async () => {} };
  throw failure(
    `the database of ${context.stack} is reached by its owner's address, and none is given`,
    `set ${reachVariable}=postgresql://… to the owner's address, straight to the database and not through a pooler`,
    "rung db",
    64,
  );
}

/** Runs `work` with a session of the owner's. @throws DiagnosticsError where the stage has no PostgreSQL */
export async function withDatabase<T>(
  living: Living,
  work: (client: pg.Client, reach: Reach) => Promise<T>,
): Promise<T> {
  const { database } = await operationsOf(living.context.stage);
  if (!database || living.context.spec.database === undefined) {
    throw failure(
      `${living.context.stack} has no PostgreSQL`,
      'see "rung plan" for what it has; D1 knows migrate, rollback, status and lint',
      "rung db",
      64,
    );
  }
  const reach = await database(living);
  const client = new pg.Client({ connectionString: reach.url, application_name: "rung" });
  client.on("error", () => {}); // told by the query that fails of it
  try {
    await client.connect();
    return await work(client, reach);
  } finally {
    await client.end().catch(() => {});
    await reach.close();
  }
}
