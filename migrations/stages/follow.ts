import { setTimeout as sleep } from "node:timers/promises";
import pg from "pg";
import { stop } from "./guard.ts";
import { literal, name, type Side } from "./side.ts";
import type { Table } from "./tables.ts";

/** A snapshot of the leader that begins where its slot does; it ends with `close`. */
export interface SlotSnapshot {
  /** The slot's name and its snapshot's, for SET TRANSACTION SNAPSHOT. */
  readonly snapshot: string;
  close(): Promise<void>;
}

/** Publishes the changes of `tables`, and of no other; an earlier one of that name is replaced. */
export async function publish(client: pg.Client, called: string, tables: readonly Table[]): Promise<void> {
  await client.query(`DROP PUBLICATION IF EXISTS ${name(called)}`);
  const logged = tables.filter(({ unlogged }) => !unlogged);
  const which = logged.length > 0 ? `FOR TABLE ${logged.map(({ sql }) => `ONLY ${sql}`).join(", ")}` : "";
  await client.query(`CREATE PUBLICATION ${name(called)} ${which}`);
}

/**
 * Makes the slot, and with it the one snapshot that holds exactly what was committed before the slot's first change.
 * What is copied by it and what the slot sends leave nothing out and have nothing twice.
 */
export async function createSlot(side: Side, called: string, application: string): Promise<SlotSnapshot> {
  // `replication` is known to `pg`, and not to its types
  const options = { connectionString: side.url, application_name: application, replication: "database" };
  const client = new pg.Client(options);
  client.on("error", () => {});
  await client.connect();
  try {
    const { rows } = await client.query(
      `CREATE_REPLICATION_SLOT ${name(called)} LOGICAL pgoutput EXPORT_SNAPSHOT`,
    );
    return { snapshot: String(rows[0]?.snapshot_name), close: () => client.end() };
  } catch (error) {
    await client.end();
    throw error;
  }
}

/** Makes a slot whose changes begin now; one of that name that is there already stays as it is. */
export async function ensureSlot(client: pg.Client, called: string): Promise<void> {
  const { rows } = await client.query("SELECT FROM pg_replication_slots WHERE slot_name = $1", [called]);
  if (rows.length === 0)
    await client.query("SELECT pg_create_logical_replication_slot($1, 'pgoutput')", [called]);
}

/** Ends whoever reads from the slot, and drops it. */
export async function dropSlot(client: pg.Client, called: string): Promise<void> {
  for (let round = 0; round < 100; round += 1) {
    const { rows } = await client.query("SELECT active_pid FROM pg_replication_slots WHERE slot_name = $1", [
      called,
    ]);
    if (rows.length === 0) return;
    if (rows[0]?.active_pid === null) {
      await client
        .query("SELECT pg_drop_replication_slot($1)", [called])
        .catch((error: Error & { code?: string }) => {
          // taken again, or gone, between the two
          if (error.code !== "55006" && error.code !== "42704") throw error;
        });
    } else await client.query("SELECT pg_terminate_backend($1)", [rows[0]?.active_pid]);
    await sleep(50);
  }
  throw stop(`the slot ${called} stays in use`, "end its walsender at the server, and run this again");
}

/**
 * Follows `leader` on the database of `client`, from where the slot begins. Native logical replication: it applies whole
 * transactions in the order in which they committed, keeps how far it is in the same transaction as the rows, and goes
 * on by itself after either server or the network was gone.
 */
export async function subscribe(
  client: pg.Client,
  leader: Side,
  called: string,
  slot: string,
): Promise<void> {
  if (await subscribed(client, called)) return;
  await client.query(
    `CREATE SUBSCRIPTION ${name(called)} CONNECTION ${literal(connectionInfo(leader.urlForPeer, called))}
     PUBLICATION ${name(slot)} WITH (create_slot = false, slot_name = ${literal(slot)}, copy_data = false, enabled = true)`,
  );
}

export async function subscribed(client: pg.Client, called: string): Promise<boolean> {
  const { rows } = await client.query(
    "SELECT FROM pg_subscription WHERE subname = $1 AND subdbid = (SELECT oid FROM pg_database WHERE datname = current_database())",
    [called],
  );
  return rows.length > 0;
}

/** Stops following; the slot stays with the leader, and is dropped there. */
export async function unsubscribe(client: pg.Client, called: string): Promise<void> {
  if (!(await subscribed(client, called))) return;
  await client.query(`ALTER SUBSCRIPTION ${name(called)} DISABLE`);
  await client.query(`ALTER SUBSCRIPTION ${name(called)} SET (slot_name = NONE)`);
  await client.query(`DROP SUBSCRIPTION ${name(called)}`);
}

/** Keywords and values: an address as a whole is not taken by every server's check of passwords. */
function connectionInfo(address: string, application: string): string {
  const url = new URL(address);
  const pairs: [string, string | null][] = [
    ["host", url.searchParams.get("host") ?? url.hostname],
    ["port", url.searchParams.get("port") ?? (url.port || "5432")],
    ["user", decodeURIComponent(url.username)],
    ["password", decodeURIComponent(url.password)],
    ["dbname", decodeURIComponent(url.pathname.slice(1))],
    ["sslmode", url.searchParams.get("sslmode")],
    ["application_name", application],
    ["connect_timeout", "10"],
  ];
  return pairs
    .filter(([, value]) => value)
    .map(([key, value]) => `${key}='${(value ?? "").replace(/[\\']/g, "\\$&")}'`)
    .join(" ");
}

/**
 * A place in the leader's log that is after all that was committed when this was called, and is on its disk: what has
 * been applied up to it holds all of that.
 */
export async function marker(client: pg.Client): Promise<string> {
  await client.query("SET synchronous_commit = on; SELECT pg_logical_emit_message(true, 'rung', '')");
  const { rows } = await client.query("SELECT pg_current_wal_flush_lsn()::text AS lsn");
  return String(rows[0]?.lsn);
}

/** How a slot of the leader's stands. */
export interface Lag {
  readonly there: boolean;
  /** Someone reads from it now. */
  readonly active: boolean;
  /** Bytes of the leader's log that the follower has not applied. */
  readonly bytes: number;
  /** Bytes of its log that the leader keeps for the slot. */
  readonly kept: number;
  /** pg_replication_slots.wal_status: `lost` cannot be followed any more. */
  readonly status: string;
}

export async function lagOf(client: pg.Client, slot: string): Promise<Lag> {
  const { rows } = await client.query(
    `SELECT active, wal_status AS status,
            pg_wal_lsn_diff(pg_current_wal_lsn(), confirmed_flush_lsn)::float8 AS bytes,
            coalesce(pg_wal_lsn_diff(pg_current_wal_lsn(), restart_lsn), 0)::float8 AS kept
     FROM pg_replication_slots WHERE slot_name = $1`,
    [slot],
  );
  const [found] = rows;
  if (found === undefined) return { there: false, active: false, bytes: 0, kept: 0, status: "gone" };
  return { there: true, ...found, bytes: Math.max(0, found.bytes) };
}

/**
 * Waits until all up to `lsn` is applied at the follower, and on its disk.
 * @param until milliseconds since 1970
 * @param follower where it is given, its disk is not waited for: it is asked to write what it has, and the leader to
 * ask how far that is. By themselves both take up to half a second for it.
 * @param meanwhile called between two looks: what it throws ends the waiting
 * @throws DiagnosticsError when that takes longer, or can never be
 */
export async function applied(
  client: pg.Client,
  slot: string,
  lsn: string,
  until: number,
  { follower, meanwhile }: { follower?: pg.Client; meanwhile?: () => Promise<void> } = {},
): Promise<void> {
  for (;;) {
    const { rows } = await client.query(
      "SELECT confirmed_flush_lsn >= $2::pg_lsn AS there, wal_status AS status FROM pg_replication_slots WHERE slot_name = $1",
      [slot, lsn],
    );
    if (rows[0]?.there === true) return;
    if (rows.length === 0 || rows[0]?.status === "lost")
      throw stop(
        `the slot ${slot} is ${rows.length === 0 ? "gone" : "lost"}: changes are missing`,
        'begin anew: "rung promote abort", then "rung promote start"',
      );
    if (Date.now() > until)
      throw stop(
        "the follower has not applied the last changes in time",
        'see "rung promote status" for its lag, and what the follower\'s log says',
      );
    if (follower) {
      await marker(follower);
      await marker(client);
    }
    await meanwhile?.();
    await sleep(15);
  }
}
