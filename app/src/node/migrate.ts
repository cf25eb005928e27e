import { spawn } from "node:child_process";
import { mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import pg from "pg";
import { ensureRoles } from "./roles.ts";

/**
 * Brings the schema up to date as its owner, one container at a time: others that start meanwhile wait, and then find
 * nothing to do. Where DATABASE_APP_PASSWORD is given, the app's role is made first, with that password.
 */
async function main(args: readonly string[]): Promise<number> {
  const address = process.env.MIGRATE_DATABASE_URL || process.env.DATABASE_URL;
  if (!address) throw new Error("MIGRATE_DATABASE_URL is not set");
  const url = verified(address, process.env.DATABASE_CA);
  const client = await connected(url);
  try {
    // Held by the session: it ends with this process, however that ends.
    await client.query("SELECT pg_advisory_lock(hashtext('rung.migrate'))");
    const password = process.env.DATABASE_APP_PASSWORD;
    if (password) await ensureRoles((text) => client.query(text), password);
    return await dbmate(url, args);
  } finally {
    await client.end().catch(() => {});
  }
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

function dbmate(url: string, args: readonly string[]): Promise<number> {
  const fixed = ["--migrations-dir", "/app/migrations", "--no-dump-schema"];
  const child = spawn("dbmate", [...fixed, ...args], {
    stdio: "inherit",
    env: { ...process.env, DATABASE_URL: url },
  });
  return new Promise((resolve, reject) => {
    child.on("error", reject);
    child.on("exit", (code) => resolve(code ?? 1));
  });
}

main(process.argv.slice(2)).then(
  (code) => process.exit(code),
  (error: unknown) => {
    console.error(`migrate: ${error instanceof Error ? error.message : error}`);
    process.exit(1);
  },
);
