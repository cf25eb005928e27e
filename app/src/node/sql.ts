import pg from "pg";
import { Unavailable } from "../refusal.ts";
import { type Seldom, seldom } from "../seldom.ts";
import type { Log } from "../services.ts";
import { hasNoRoom, isLost } from "./lost.ts";

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

export interface PgOptions {
  /** PostgreSQL, or a pooler in front of it. */
  readonly url: string;
  /** Connections that may be open. */
  readonly max: number;
  readonly log: Log;
  /** The CA to verify the server with, PEM; left out: those Node trusts. */
  readonly ca?: string | undefined;
  /** How long a request waits for a database that restarts. */
  readonly patienceMs?: number;
  /** Until an answer that never comes is given up: the host is gone, and could not say so. */
  readonly silenceMs?: number;
}

/** A restart takes up to 20 s; the rest is for those that have queued up meanwhile. */
const patience = 35_000;
const silence = 30_000;
/** How long one statement may run. */
const statementMs = 10_000;
/** Connections that do not end in this time are left to their end. */
const goodbyeMs = 2000;

/** The user's id goes into the text of a statement: `SET LOCAL` takes no parameters. */
const uuid = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

/** What opens a transaction, in one round trip. */
export function begin(userId: string | undefined): string {
  if (userId !== undefined && !uuid.test(userId)) throw new Error("not a user's id");
  return `BEGIN; SET LOCAL statement_timeout = ${statementMs}; SET LOCAL app.user_id = '${userId ?? ""}'`;
}

/** A pool of connections that outlasts restarts of what it leads to. */
export function pgSql(options: PgOptions): PgSql {
  const { max, log, patienceMs = patience, silenceMs = silence } = options;
  const tell = seldom();
  // One connection is for pings: they tell of the database, not of the queue before it.
  const pool = connect(options, max - 1, silenceMs, tell);
  const pings = connect(options, 1, 5000, tell);

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
      if (isLost(error)) broken = error;
      else
        await client.query("ROLLBACK").catch((failed: Error) => {
          broken = failed;
        });
      throw error;
    } finally {
      client.release(broken);
    }
  }

  async function ping(): Promise<void> {
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
  }

  // While the database is away one asks for all: thousands that each try again leave no room for its return.
  let back: Promise<void> | undefined;
  async function askUntilBack(): Promise<void> {
    for (let wait = 50; ; wait = Math.min(wait * 2, 500)) {
      if (await ping().then(() => true, refusesUs)) return;
      await sleep(wait);
    }
  }

  return {
    async transaction(userId, work) {
      const until = performance.now() + patienceMs;
      for (let wait = 50; ; wait = Math.min(wait * 2, 1000)) {
        if (back) await Promise.race([back, sleep(until - performance.now())]);
        try {
          return await once(userId, work);
        } catch (error) {
          if (hasNoRoom(error)) throw new Unavailable("database", error);
          if (!isLost(error)) throw error;
          if (performance.now() + wait > until) throw new Unavailable("database", error);
          tell(() => log.warn({ err: error }, "the database's connection was lost; trying again"));
          back ??= askUntilBack().finally(() => {
            back = undefined;
          });
          await sleep(wait);
        }
      }
    },
    ping,
    usage: () => ({ total: pool.totalCount, idle: pool.idleCount, waiting: pool.waitingCount }),
    close: async () => {
      await Promise.race([Promise.all([pool.end(), pings.end()]), sleep(goodbyeMs)]);
    },
  };
}

/** Whether it answers after all, if only to say no: that is for the requests themselves to tell. */
const refusesUs = (error: unknown): boolean => !isLost(error);

const sleep = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, Math.max(0, ms)));

function connect({ url, ca, log }: PgOptions, max: number, query_timeout: number, tell: Seldom): pg.Pool {
  const pool = new pg.Pool({
    ...target(url, ca),
    max,
    query_timeout,
    application_name: "pulse",
    connectionTimeoutMillis: 10_000,
    idleTimeoutMillis: 60_000,
    keepAlive: true,
    keepAliveInitialDelayMillis: 10_000,
  });
  // Without a listener, a connection that dies while idle ends the process.
  const gone = (err: Error) => tell(() => log.warn({ err }, "a connection to the database ended"));
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
