import pg from "pg";
import { failure } from "../../components/model/diagnostics.ts";
import type { Serving } from "./states.ts";

/** One end of a move. */
export interface Side {
  readonly side: Serving;
  /** The stack's name, for people. */
  readonly name: string;
  /** `postgresql://…`, straight to the server: a pooler neither replicates nor keeps a snapshot. Holds a password. */
  readonly url: string;
  /** The same server as the other one reaches it, for its subscription. */
  readonly urlForPeer: string;
  /** The same server as the app's pooler reaches it, where that is another way; with the role it is to use, if named. */
  readonly urlForPooler?: string;
  /** Where PostgreSQL's programs run, where that is beside the server: those of this machine may be older than it. */
  readonly tools?: {
    /** What a program's name and arguments come after, with the variables that it is to be given. */
    readonly command: (variables: readonly string[]) => readonly [string, ...string[]];
    /** PGHOST there. */
    readonly host: string;
    /** A folder there, for files. */
    readonly folder: string;
  };
}

export interface Sides {
  readonly source: Side;
  readonly target: Side;
}

/** All that has a say in how a value reads as text: the same on both sides, whatever server or role says otherwise. */
const settings = [
  "SET extra_float_digits = 1",
  "SET TimeZone = 'UTC'",
  "SET DateStyle = 'ISO, YMD'",
  "SET IntervalStyle = 'postgres'",
  "SET bytea_output = 'hex'",
  "SET xmlbinary = 'base64'",
  "SET xmloption = 'content'",
  "SET lc_monetary = 'C'",
  "SET client_encoding = 'UTF8'",
  "SET search_path = ''",
  "SET statement_timeout = 0",
  "SET lock_timeout = '30s'",
  "SET idle_in_transaction_session_timeout = 0",
  "SET row_security = off",
  "SET default_transaction_read_only = off",
].join("; ");

/** A session with fixed settings. A query that row-level security would filter fails, and leaves nothing out. */
export async function connect(side: Side, application: string): Promise<pg.Client> {
  const client = new pg.Client({
    connectionString: side.url,
    application_name: application,
    connectionTimeoutMillis: 15_000,
    keepAlive: true,
  });
  client.on("error", () => {}); // told by the query that fails of it
  try {
    await client.connect();
    await client.query(settings);
  } catch (error) {
    await client.end().catch(() => {});
    throw failure(
      `the ${side.side} ${side.name} cannot be reached: ${withoutSecrets((error as Error).message, side)}`,
      "see that it is up, and that its address leads straight to PostgreSQL and not to a pooler",
      "rung promote",
    );
  }
  return client;
}

/** Runs `work` with a session that is closed afterwards. */
export async function withSession<T>(
  side: Side,
  application: string,
  work: (client: pg.Client) => Promise<T>,
): Promise<T> {
  const client = await connect(side, application);
  try {
    return await work(client);
  } finally {
    await client.end().catch(() => {});
  }
}

/** Which cluster and database this is; a restored copy of a cluster shares the identifier, so the place counts too. */
export async function identityOf(client: pg.Client): Promise<string> {
  const { rows } = await client.query(
    `SELECT system_identifier || '/' || current_database() || '/' ||
            coalesce(host(inet_server_addr()), 'socket') || ':' || current_setting('port') AS it FROM pg_control_system()`,
  );
  return String(rows[0]?.it);
}

/** The same for what is copied: a server whose default is another would write fewer digits. */
const toolSettings = [
  "extra_float_digits=1",
  "timezone=UTC",
  "datestyle=ISO,YMD",
  "intervalstyle=postgres",
  "lc_monetary=C",
  "row_security=off",
  "default_transaction_read_only=off",
  "statement_timeout=0",
  "idle_in_transaction_session_timeout=0",
];

/** What PostgreSQL's own tools take, by environment: process lists are read by others. */
export function environmentOf(side: Side, application: string): NodeJS.ProcessEnv {
  const url = new URL(side.url);
  const asked = url.searchParams;
  const given = (name: string, value: string | null | undefined) => (value ? { [name]: value } : {});
  return {
    ...given("PATH", process.env.PATH),
    ...given("PGHOST", asked.get("host") ?? url.hostname),
    ...given("PGPORT", asked.get("port") ?? url.port),
    ...given("PGUSER", decodeURIComponent(url.username)),
    ...given("PGPASSWORD", decodeURIComponent(url.password)),
    ...given("PGDATABASE", decodeURIComponent(url.pathname.slice(1))),
    ...given("PGSSLMODE", asked.get("sslmode")),
    ...given("PGSSLROOTCERT", asked.get("sslrootcert")),
    PGOPTIONS: [asked.get("options"), ...toolSettings.map((one) => `-c ${one}`)].filter(Boolean).join(" "),
    PGAPPNAME: application,
    PGCLIENTENCODING: "UTF8",
  };
}

/** `text` without what the address of `side` holds of secrets. */
export function withoutSecrets(text: string, ...sides: readonly Side[]): string {
  return sides
    .flatMap(({ url, urlForPeer, urlForPooler }) => [url, urlForPeer, urlForPooler ?? url])
    .flatMap((address) => {
      const { password } = new URL(address);
      return [address, password, decodeURIComponent(password)];
    })
    .filter((secret) => secret.length > 2)
    .reduce((left, secret) => left.replaceAll(secret, "[secret]"), text);
}

/** Quotes for SQL, as `pg` does. */
export const { escapeIdentifier: name, escapeLiteral: literal } = pg;
