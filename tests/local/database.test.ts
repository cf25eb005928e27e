import { expect, test } from "vitest";
import { inside, theContainer, variable } from "./docker.ts";
import { living } from "./living.ts";

/** Runs SQL as a role over the network, TLS verified; `host` is `pooler` or `database`. */
async function sql(
  role: "app" | "owner" | "monitor" | "postgres",
  statement: string,
  host = "database",
  tls = "verify-full",
) {
  const database = await theContainer(living, "database");
  const password = role === "postgres" ? "" : variable(database, `${role.toUpperCase()}_PASSWORD`);
  const port = host === "pooler" ? 6432 : 5432;
  const name = variable(database, "DATABASE_NAME");
  return inside(
    living,
    "database",
    `export PGPASSWORD='${password}' PGSSLROOTCERT=/run/database/ca.crt PGSSLMODE=${tls}
     psql -X -q -At -v ON_ERROR_STOP=1 -h ${host} -p ${port} -U ${role} -d ${name} <<'SQL'
${statement}
SQL`,
  );
}

test("the app comes through the pooler as a role that may not rule", async () => {
  const { out } = await sql(
    "app",
    "SELECT rolsuper OR rolcreaterole OR rolcreatedb OR rolbypassrls OR rolreplication FROM pg_roles WHERE rolname = current_user;",
    "pooler",
  );
  expect(out).toBe("f");
  expect((await sql("app", "CREATE ROLE intruder;")).err).toContain("permission denied");
  expect((await sql("app", "CREATE TABLE public.mine (id int);")).err).toContain("permission denied");
  expect((await sql("app", "COPY (SELECT 1) TO PROGRAM 'true';")).err).toContain("permission denied");
});

test("the superuser and whoever does without TLS are turned away", async () => {
  expect((await sql("postgres", "SELECT 1;")).err).toContain("rejects connection");
  expect((await sql("app", "SELECT 1;", "database", "disable")).err).toMatch(
    /no pg_hba.conf entry|no encryption/,
  );
  expect((await sql("app", "SELECT 1;", "pooler", "disable")).code).not.toBe(0);
});

test("the monitor sees statistics and no data", async () => {
  expect((await sql("monitor", "SELECT count(*) >= 0 FROM pg_stat_activity;")).out).toBe("t");
  expect((await sql("monitor", "CREATE TABLE public.seen (id int);")).err).toContain("permission denied");
});

test("data pages carry checksums and passwords are scram", async () => {
  const said = await inside(
    living,
    "database",
    `psql -X -At -h /run/postgresql -U postgres -d postgres -c 'SHOW data_checksums' \
       -c "SELECT bool_and(rolpassword LIKE 'SCRAM-SHA-256%') FROM pg_authid WHERE rolpassword IS NOT NULL"`,
  );
  expect(said.out.split("\n")).toEqual(["on", "t"]);
});
