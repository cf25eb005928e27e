import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type pg from "pg";
import { stop } from "./guard.ts";
import type { Sessions } from "./move.ts";
import { literal, name, type Sides, withSession } from "./side.ts";
import { fileBeside, runTool } from "./tools.ts";

/** What the target is known by as this move's, so that no other's data is ever taken for what a killed run left. */
const mark = "rung_promote";

export async function isMarked(target: pg.Client, id: string): Promise<boolean> {
  const { rows } = await target.query("SELECT to_regclass($1) IS NOT NULL AS there", [`${mark}.move`]);
  if (rows[0]?.there !== true) return false;
  return (await target.query(`SELECT FROM ${mark}.move WHERE id = $1`, [id])).rows.length > 0;
}

export async function markTarget(target: pg.Client, id: string): Promise<void> {
  await target.query(
    `BEGIN; CREATE SCHEMA IF NOT EXISTS ${mark}; CREATE TABLE IF NOT EXISTS ${mark}.move (id text PRIMARY KEY);
     INSERT INTO ${mark}.move VALUES ('${id}') ON CONFLICT DO NOTHING; COMMIT`,
  );
}

export const unmark = (target: pg.Client): Promise<unknown> =>
  target.query(`DROP SCHEMA IF EXISTS ${mark} CASCADE`);

/** Takes away what a copy that was cut off has left. @throws DiagnosticsError where the target is not this move's */
export async function clearTarget(target: pg.Client, id: string, schemas: readonly string[]): Promise<void> {
  if (!(await isMarked(target, id)))
    throw stop("the target does not carry this move's mark", "see what is in it: nothing was deleted");
  for (const one of schemas) await target.query(`DROP SCHEMA IF EXISTS ${name(one)} CASCADE`);
  // as a new database has it: dumps tell only how theirs differs from that
  if (schemas.includes("public"))
    await target.query(
      "BEGIN; CREATE SCHEMA public; ALTER SCHEMA public OWNER TO pg_database_owner; GRANT USAGE ON SCHEMA public TO PUBLIC; COMMIT",
    );
}

/** Roles that own something or were given something, by what they may; without passwords. */
export async function rolesOf(client: pg.Client, schemas: readonly string[]): Promise<string[]> {
  const { rows } = await client.query(
    `WITH named AS (
       SELECT nspowner AS oid FROM pg_namespace WHERE nspname = ANY ($1)
       UNION SELECT c.relowner FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace WHERE n.nspname = ANY ($1)
       UNION SELECT p.proowner FROM pg_proc p JOIN pg_namespace n ON n.oid = p.pronamespace WHERE n.nspname = ANY ($1)
       UNION SELECT unnest(p.polroles) FROM pg_policy p JOIN pg_class c ON c.oid = p.polrelid JOIN pg_namespace n ON n.oid = c.relnamespace
         WHERE n.nspname = ANY ($1)
       UNION SELECT x.grantee FROM pg_namespace n CROSS JOIN LATERAL aclexplode(n.nspacl) x WHERE n.nspname = ANY ($1)
       UNION SELECT x.grantee FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace CROSS JOIN LATERAL aclexplode(c.relacl) x
         WHERE n.nspname = ANY ($1)
       UNION SELECT x.grantee FROM pg_proc p JOIN pg_namespace n ON n.oid = p.pronamespace CROSS JOIN LATERAL aclexplode(p.proacl) x
         WHERE n.nspname = ANY ($1)
       UNION SELECT d.defaclrole FROM pg_default_acl d JOIN pg_namespace n ON n.oid = d.defaclnamespace WHERE n.nspname = ANY ($1))
     SELECT r.rolname FROM named JOIN pg_roles r USING (oid) WHERE r.rolname !~ '^pg_' ORDER BY 1`,
    [schemas],
  );
  return rows.map(({ rolname }) => String(rolname));
}

/**
 * Makes the roles that are missing at the target, and joins them, so that they can be given things. A password goes
 * along as its hash, where the source lets it be read; it is neither written down nor shown.
 * @returns the roles that were made
 */
export async function makeRoles({ source, target }: Sessions, roles: readonly string[]): Promise<string[]> {
  const { rows } = await target.query(
    "SELECT r AS role, to_regrole(quote_ident(r)) IS NOT NULL AS there FROM unnest($1::text[]) r",
    [roles],
  );
  const missing = rows.filter(({ there }) => there !== true).map(({ role }) => String(role));
  const hashes = await passwordHashes(source, missing);
  for (const role of missing) {
    const hash = hashes.get(role);
    const login = hash === undefined ? "NOLOGIN" : `LOGIN PASSWORD ${literal(hash)}`;
    await target.query(`CREATE ROLE ${name(role)} ${login}`);
  }
  // from 16 on, who makes a role is a member of it, and still may not act as it
  const { rows: apart } = await target.query(
    `SELECT r AS role FROM unnest($1::text[]) r
     WHERE NOT pg_has_role(current_user, r, CASE WHEN current_setting('server_version_num')::int >= 160000 THEN 'SET' ELSE 'MEMBER' END)`,
    [roles],
  );
  for (const { role } of apart) await target.query(`GRANT ${name(role)} TO CURRENT_USER`);
  return missing;
}

/** Only a superuser may read them. */
async function passwordHashes(client: pg.Client, roles: readonly string[]): Promise<Map<string, string>> {
  const { rows: may } = await client.query(
    "SELECT has_column_privilege('pg_authid', 'rolpassword', 'SELECT') AS may",
  );
  if (may[0]?.may !== true) return new Map();
  const { rows } = await client.query(
    "SELECT rolname AS role, rolpassword AS hash FROM pg_authid WHERE rolname = ANY ($1) AND rolcanlogin AND rolpassword IS NOT NULL",
    [roles],
  );
  return new Map(rows.map(({ role, hash }) => [String(role), String(hash)]));
}

/** @throws DiagnosticsError naming roles that log in at the source, and could not at the target */
export async function sameLogins({ source, target }: Sessions, schemas: readonly string[]): Promise<void> {
  const roles = await rolesOf(source, schemas);
  const logins = "SELECT rolname AS role FROM pg_roles WHERE rolcanlogin AND rolname = ANY ($1)";
  const there = new Set((await target.query(logins, [roles])).rows.map(({ role }) => role));
  const without = (await source.query(logins, [roles])).rows.filter(({ role }) => !there.has(role));
  if (without.length > 0)
    throw stop(
      `roles that log in at the source cannot at the target: ${without.map(({ role }) => role).join(", ")}`,
      "at the target: ALTER ROLE … LOGIN PASSWORD …, the password that the app has",
    );
}

/** Extensions whose things the schemas may use, and where they are. */
export async function extensionsOf(
  client: pg.Client,
): Promise<{ name: string; schema: string; version: string }[]> {
  const { rows } = await client.query(
    `SELECT e.extname AS name, n.nspname AS schema, e.extversion AS version
     FROM pg_extension e JOIN pg_namespace n ON n.oid = e.extnamespace WHERE e.extname <> 'plpgsql' ORDER BY 1`,
  );
  return rows;
}

/** Makes those that the target can have. @returns those that it cannot */
export async function makeExtensions(
  target: pg.Client,
  wanted: readonly { readonly name: string; readonly schema: string }[],
): Promise<string[]> {
  const { rows } = await target.query("SELECT name FROM pg_available_extensions");
  const there = new Set(rows.map((one) => String(one.name)));
  const left: string[] = [];
  for (const one of wanted) {
    const make = `CREATE EXTENSION IF NOT EXISTS ${name(one.name)} SCHEMA ${name(one.schema)}`;
    await target.query(`CREATE SCHEMA IF NOT EXISTS ${name(one.schema)}`);
    // not there, or a superuser's to make: what needs it fails by its own name when the schema is restored
    const made =
      there.has(one.name) &&
      (await target.query(make).then(
        () => true,
        () => false,
      ));
    if (!made) left.push(one.name);
  }
  return left;
}

/** Dumps the schema and brings its first half in: what rows need to be copied into, and nothing that slows that down. */
export async function bringTables(
  sides: Sides,
  target: pg.Client,
  schemas: readonly string[],
  application: string,
  folder: string,
): Promise<void> {
  const file = join(folder, "schema.dump");
  const which = schemas.flatMap((one) => ["-n", `"${one.replaceAll('"', '""')}"`]);
  const args = ["-Fc", "--schema-only", "--no-publications", "--no-subscriptions", ...which];
  await writeFile(file, await runTool("pg_dump", args, sides.source, application), { mode: 0o600 });
  const dump = await fileBeside(sides.target, file);
  const list = (await runTool("pg_restore", ["-l", dump], sides.target, application)).toString();
  const { rows } = await target.query("SELECT nspname AS schema FROM pg_namespace");
  const there = new Set(rows.map((one) => String(one.schema)));
  // made for the extensions, or by the server itself
  const taken = (line: string) => there.has(/ SCHEMA - (\S+) /.exec(line)?.[1] ?? "");
  await writeFile(
    join(folder, "schema.list"),
    list
      .split("\n")
      .filter((line) => !taken(line) && !/ (EVENT TRIGGER|COMMENT - SCHEMA public) /.test(line))
      .join("\n"),
  );
  const takeBack = await lend(sides, target, application);
  try {
    await restore(sides, application, folder, "pre-data", ["--single-transaction"]);
  } finally {
    await takeBack();
  }
}

/**
 * Who is to own a table in `public` must be allowed to make one there while that is done, unless a superuser does it;
 * what the source does not grant for good is taken back.
 */
async function lend({ source }: Sides, target: pg.Client, application: string): Promise<() => Promise<void>> {
  const owners = await withSession(source, application, async (client) => {
    const { rows } = await client.query(
      `SELECT DISTINCT pg_get_userbyid(o) AS owner FROM (SELECT relowner FROM pg_class WHERE relnamespace = to_regnamespace('public')
         UNION SELECT proowner FROM pg_proc WHERE pronamespace = to_regnamespace('public')) x (o)
       WHERE NOT EXISTS (SELECT FROM pg_namespace n, aclexplode(n.nspacl) a WHERE n.nspname = 'public' AND a.grantee = o AND a.privilege_type = 'CREATE')`,
    );
    return rows.map(({ owner }) => name(String(owner)));
  });
  const { rows } = await target.query(
    "SELECT rolsuper AS superuser FROM pg_roles WHERE rolname = current_user",
  );
  if (rows[0]?.superuser === true || owners.length === 0) return async () => {};
  await target.query(`GRANT CREATE ON SCHEMA public TO ${owners.join(", ")}`);
  return async () => {
    await target.query(`REVOKE CREATE ON SCHEMA public FROM ${owners.join(", ")}`);
  };
}

/** Brings the second half in: indexes and constraints side by side, triggers, policies. */
export const bringIndexes = (
  sides: Sides,
  application: string,
  folder: string,
  jobs: number,
): Promise<void> => restore(sides, application, folder, "post-data", ["-j", String(jobs)]);

async function restore(
  { target }: Sides,
  application: string,
  folder: string,
  section: string,
  more: readonly string[],
): Promise<void> {
  const database = decodeURIComponent(new URL(target.url).pathname.slice(1));
  const list = join(folder, "schema.list");
  await readFile(list); // clear where it is missing
  const chosen = ["-L", await fileBeside(target, list)];
  const args = ["--exit-on-error", `--section=${section}`, ...chosen, ...more, "-d", database];
  await runTool(
    "pg_restore",
    [...args, await fileBeside(target, join(folder, "schema.dump"))],
    target,
    application,
  );
}
