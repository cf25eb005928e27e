import pg from "pg";
import { Unavailable } from "../refusal.ts";
import type { Log } from "../services.ts";

export type Query = <Row extends object>(text: string, values?: readonly unknown[]) => Promise<Row[]>;

/** Transactions on PostgreSQL, and nothing that outlives one: a pooler may give each to another session. */
export interface Sql {
  /**
   * Runs `work` in one transaction, again when the connection was lost: `work` must be harmless to repeat.
   * @param userId whose rows it may see; left out: no one's
   * @throws Unavailable when the database stays away
   */
  transaction<T>(userId: string | undefined, work: (query: Query) => Promise<T>): Promise<T>;
  /** One statement, at once or never. */
  ping(): Promise<void>;
}

export interface PgSql extends Sql {
  readonly usage: () => { total: number; idle: number; waiting: number };
  close(): Promise<void>;
}

/** How long a request waits for a database that restarts, and how long one statement may run. */
const patienceMs = 25_000;
const statementMs = 10_000;

/** The user's id goes into the text of a statement: `SET LOCAL` takes no parameters. */
const uuid = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

/** What opens a transaction, in one round trip. */
export function begin(userId: string | undefined): string {
  if (userId !== undefined && !uuid.test(userId)) throw new Error("not a user's id");
  return `BEGIN; SET LOCAL statement_timeout = ${statementMs}; SET LOCAL app.user_id = '${userId ?? ""}'`;
}

/**
 * A pool of connections to PostgreSQL or to a pooler in front of it.
 * @param ca the CA to verify the server with, PEM; left out: those Node trusts
 */
export function pgSql(url: string, max: number, log: Log, ca?: string): PgSql {
  // One connection is for pings: they tell of the database, not of the queue before it.
  const pool = connect(url, max - 1, log, ca);
  const pings = connect(url, 1, log, ca);

  async function once<T>(userId: string | undefined, work: (query: Query) => Promise<T>): Promise<T> {
    const client = await pool.connect();
    let broken: Error | undefined;
    try {
      await client.query(begin(userId));
      const result = await work(
        async (text, values) => (await client.query(text, values ? [...values] : [])).rows,
      );
      await client.query("COMMIT");
      return result;
    } catch (error) {
      await client.query("ROLLBACK").catch((failed: Error) => {
        broken = failed;
      });
      if (isLost(error)) broken = error;
      throw error;
    } finally {
      client.release(broken);
    }
  }

  return {
    async transaction(userId, work) {
      const until = performance.now() + patienceMs;
      for (let wait = 50; ; wait = Math.min(wait * 2, 1000)) {
        try {
          return await once(userId, work);
        } catch (error) {
          if (!isLost(error)) throw error;
          if (performance.now() + wait > until) throw new Unavailable("database", error);
          log.warn({ err: error }, "the database's connection was lost; trying again");
          await new Promise((resolve) => setTimeout(resolve, wait));
        }
      }
    },
    async ping() {
      const client = await pings.connect();
      let broken: Error | undefined;
      try {
        await client.query("SELECT 1");
      } catch (error) {
        broken = error instanceof Error ? error : new Error(String(error));
        throw error;
      } finally {
        client.release(broken);
      }
    },
    usage: () => ({ total: pool.totalCount, idle: pool.idleCount, waiting: pool.waitingCount }),
    close: async () => {
      await Promise.all([pool.end(), pings.end()]);
    },
  };
}

function connect(url: string, max: number, log: Log, ca: string | undefined): pg.Pool {
  const pool = new pg.Pool({
    ...target(url, ca),
    max,
    application_name: "pulse",
    connectionTimeoutMillis: 10_000,
    idleTimeoutMillis: 60_000,
    keepAlive: true,
  });
  // Without a listener, a connection that dies while idle ends the process.
  const gone = (err: Error) => log.warn({ err }, "a connection to the database ended");
  pool.on("error", gone);
  pool.on("connect", (client) => void client.on("error", gone));
  return pool;
}

/** A given CA replaces what the URL says of TLS: the driver would prefer the URL. */
function target(url: string, ca: string | undefined): pg.PoolConfig {
  if (ca === undefined) return { connectionString: url };
  const plain = new URL(url);
  for (const name of ["sslmode", "sslrootcert"]) plain.searchParams.delete(name);
  return { connectionString: plain.href, ssl: { ca, rejectUnauthorized: true } };
}

const lostCodes = new Set([
  "ECONNREFUSED",
  "ECONNRESET",
  "EPIPE",
  "ETIMEDOUT",
  "ENOTFOUND",
  "EAI_AGAIN",
  "EHOSTUNREACH",
]);

/** Whether the connection is what failed, or the server as it stops or starts: the statement itself may be fine. */
function isLost(error: unknown): error is Error {
  if (!(error instanceof Error)) return false;
  const code = "code" in error ? String(error.code) : "";
  // 08: connection exceptions, PgBouncer's own errors among them; 57P01-03: shutting down, crashed, starting up;
  // 25006: the primary became a replica; 53300: no connection is free.
  if (/^08|^57P0[123]$|^25006$|^53300$/.test(code) || lostCodes.has(code)) return true;
  return /^Connection terminated|timeout exceeded when trying to connect|Client has encountered a connection error/.test(
    error.message,
  );
}
