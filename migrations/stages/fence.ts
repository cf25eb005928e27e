import { setTimeout as sleep } from "node:timers/promises";
import type pg from "pg";
import { stop } from "./guard.ts";
import { name, type Side } from "./side.ts";

/** Rung's own role writes on: the changes that follow are applied by it. */
const fenced = (on: boolean) => async (client: pg.Client) => {
  const { rows } = await client.query("SELECT current_database() AS database, current_user AS role");
  const database = name(String(rows[0]?.database));
  const role = name(String(rows[0]?.role));
  const set = on ? "SET default_transaction_read_only =" : "RESET default_transaction_read_only";
  await client.query(`ALTER ROLE ${role} IN DATABASE ${database} ${on ? `${set} off` : set}`);
  await client.query(`ALTER DATABASE ${database} ${on ? `${set} on` : set}`);
};

/** From here on, whoever comes to a database reads only, unless he says otherwise himself. */
export const fence = fenced(true);
export const unfence = fenced(false);

/**
 * Keeps others from writing to a side that does not serve: who comes reads only, and who was there before is sent away.
 * @throws DiagnosticsError naming those whom this role may not send away
 */
export async function closeTo(client: pg.Client, side: Side, application: string): Promise<void> {
  await fence(client);
  const { rows } = await client.query(
    `SELECT pid, usename AS role, application_name AS called FROM pg_stat_activity
     WHERE datname = current_database() AND backend_type = 'client backend' AND pid <> pg_backend_pid()
       AND application_name <> $1 AND usename <> current_user`,
    [application],
  );
  const stayed: string[] = [];
  for (const { pid, role, called } of rows) {
    await client.query("SELECT pg_terminate_backend($1, 5000)", [pid]).catch((error: { code?: string }) => {
      if (error.code !== "42501") throw error;
      stayed.push(`${called} (${role})`);
    });
  }
  if (stayed.length === 0) return;
  throw stop(
    `others are connected to the ${side.side} ${side.name}, and could write to it: ${stayed.slice(0, 5).join(", ")}`,
    "stop them: until the cutover nobody is to write there",
  );
}

/** A pooler that was paused lets its servers go at once; they take a moment to end. */
const leavingMs = 1000;

/**
 * @param known roles that may stay, e.g. one that watches
 * @throws DiagnosticsError naming who is still connected: what he writes would be left behind
 */
export async function nobodyElse(
  client: pg.Client,
  side: Side,
  application: string,
  known: readonly string[],
): Promise<void> {
  const until = Date.now() + leavingMs;
  let who = await others(client, application, known);
  while (who.length > 0 && Date.now() < until) {
    await sleep(20);
    who = await others(client, application, known);
  }
  if (who.length === 0) return;
  throw stop(
    `others are connected to the ${side.side} past the pooler: ${who.slice(0, 5).join(", ")}`,
    "stop them, or name their roles with --known-role when they only read",
  );
}

async function others(client: pg.Client, application: string, known: readonly string[]): Promise<string[]> {
  const { rows } = await client.query(
    `SELECT DISTINCT coalesce(nullif(application_name, ''), 'no name') AS application, usename AS role,
            coalesce(host(client_addr), 'a socket') AS address
     FROM pg_stat_activity WHERE datname = current_database() AND backend_type = 'client backend'
       AND pid <> pg_backend_pid() AND application_name <> $1 AND NOT usename = ANY ($2)`,
    [application, known],
  );
  return rows.map(({ application: called, role, address }) => `${called} (${role}, from ${address})`);
}
