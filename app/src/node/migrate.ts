import { mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import pg from "pg";
import { runMigrations } from "../../../migrations/runner.ts";
import { ensureRoles } from "./roles.ts";

/**
 * Brings the schema up to date as its owner, one container at a time: others that start meanwhile wait, and then find
 * nothing to do. Where DATABASE_APP_PASSWORD is given, the app's role is made first, with that password.
 */
async function main(what: "migrate" | "rollback"): Promise<void> {
  const address = process.env.MIGRATE_DATABASE_URL || process.env.DATABASE_URL;
  if (!address) throw new Error("MIGRATE_DATABASE_URL is not set");
  const url = verified(address, process.env.DATABASE_CA);
  const client = await connected(url);
  try {
    const query = (text: string, values?: unknown[]) => client.query(text, values);
    const password = process.env.DATABASE_APP_PASSWORD;
    if (password) await oneAtATime(query, () => ensureRoles(query, password));
    await runMigrations(query, url, what, { folder: "/app/migrations", dbmate: "dbmate", say: console.log });
  } finally {
    await client.end().catch(() => {});
  }
}

/** Held by the session: it ends with this process, however that ends. */
async function oneAtATime(query: (text: string) => Promise<unknown>, work: () => Promise<void>) {
  await query("SELECT pg_advisory_lock(hashtext('rung.migrate'))");
  await work();
  await query("SELECT pg_advisory_unlock(hashtext('rung.migrate'))");
}

const patienceMs = 60_000;

/** A database that is just starting is waited for. */
async function connected(url: string): Promise<pg.Client> {
  const until = Date.now() + patienceMs;
  for (;;) {
    const client = new pg.Client({ connectionString: forDriver(url), connectionTimeoutMillis: 5000 });
    client.on("error", () => {}); // told by the query that fails of it
    try {
      await client.connect();
      return client;
    } catch (error) {
      await client.end().catch(() => {});
      if (Date.now() > until || /password|no pg_hba/.test(String(error))) throw error;
      await new Promise((resolve) => setTimeout(resolve, 500));
    }
  }
}

/** The authority is given as text; libpq's way, which dbmate's driver and ours both know, is a file. */
function verified(address: string, authority: string | undefined): string {
  if (!authority) return address;
  const file = join(mkdtempSync(join(tmpdir(), "migrate-")), "authority.pem");
  writeFileSync(file, authority);
  const url = new URL(address);
  url.searchParams.set("sslrootcert", file);
  return url.href;
}

/** `require` is libpq's word for TLS without a look at the certificate; the driver takes it for more. */
const forDriver = (url: string): string => url.replace(/sslmode=require\b/, "sslmode=no-verify");

main(process.argv[2] === "rollback" ? "rollback" : "migrate").then(
  () => process.exit(0),
  (error: unknown) => {
    console.error(`migrate: ${error instanceof Error ? error.message : error}`);
    process.exit(1);
  },
);
