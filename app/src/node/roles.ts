import { createHash, createHmac, pbkdf2Sync, randomBytes } from "node:crypto";

const iterations = 4096;

/**
 * The roles that the schema stands on, where the platform makes none: `app` serves requests, `monitor` reads figures
 * and logs in nowhere. Harmless to repeat; the password is set anew each time.
 */
export async function ensureRoles(
  query: (text: string) => Promise<unknown>,
  password: string,
): Promise<void> {
  for (const role of ["app", "monitor"]) {
    await query(`DO $$ BEGIN CREATE ROLE ${role} NOLOGIN; EXCEPTION WHEN duplicate_object THEN NULL; END $$`);
  }
  // The verifier instead of the password: statements are logged when they are slow, or wrong.
  await query(`ALTER ROLE app LOGIN NOINHERIT PASSWORD '${scram(password)}'`);
  await query("GRANT USAGE ON SCHEMA public TO app");
}

/** What PostgreSQL keeps of a password, RFC 5803. */
export function scram(password: string, salt = randomBytes(16)): string {
  const salted = pbkdf2Sync(password.normalize("NFKC"), salt, iterations, 32, "sha256");
  const hmac = (text: string) => createHmac("sha256", salted).update(text).digest();
  const stored = createHash("sha256").update(hmac("Client Key")).digest("base64");
  return `SCRAM-SHA-256$${iterations}:${salt.toString("base64")}$${stored}:${hmac("Server Key").toString("base64")}`;
}
