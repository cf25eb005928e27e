import { randomBytes } from "node:crypto";
import { rm } from "node:fs/promises";
import { join } from "node:path";
import pg from "pg";
import { afterAll, beforeAll, expect, test } from "vitest";
import { paths } from "../../engine/paths.ts";
import { type Cluster, servers, startCluster } from "../support/cluster.ts";
import { run } from "../support/command.ts";
import { startPooler, type TestPooler } from "../support/pgbouncer.ts";
import { dressAsRds, dressAsSupabase } from "../support/vendors.ts";

let source: Cluster;
let target: Cluster;
let pooler: TestPooler;
const from = `test-${randomBytes(3).toString("hex")}`;

beforeAll(async () => {
  const all = await servers();
  const major = all.at(-1)?.major;
  [source, target] = await Promise.all([startCluster(), startCluster(major ? { major } : {})]);
  await Promise.all([dressAsSupabase(source), dressAsRds(target)]);
  pooler = await startPooler("app", source.port, "supabase_auth_admin");
});
afterAll(async () => {
  await Promise.all([source?.remove(), target?.remove(), pooler?.remove()]);
  await rm(join(paths.own, "moves", `${from}-to-rds`), { recursive: true, force: true });
});

let env: Readonly<Record<string, string>> = {};
const promote = (step: string, ...options: string[]) =>
  run(["promote", step, "--from", from, "--to", "rds", "--pause", "60", ...options], {
    RUNG_PROMOTE_FROM_URL: source.url("app", "supa"),
    RUNG_PROMOTE_TO_URL: target.url("app", "master"),
    RUNG_PROMOTE_POOLER: pooler.admin,
    RUNG_PROMOTE_POOLER_FILE: pooler.file,
    ...env,
  });

test("from Supabase's layout to RDS's limits, without a superuser on either side", async () => {
  const planned = await promote("plan");
  expect(planned.out).toContain("the source's role may not subscribe");
  expect(planned.code).toBe(3);
  const noWayBack = await promote("plan", "--no-way-back", "--json");
  expect(noWayBack.code).toBe(2);
  const { findings, schemas } = JSON.parse(noWayBack.out);
  expect(schemas).toEqual(["auth", "public"]);
  const said = JSON.stringify(findings);
  for (const one of [
    "pgrst_ddl_watch",
    "storage",
    "realtime",
    "RUNG_PROMOTE_FROM_S3",
    "50 users go along in auth.users, 50 of them with their password's hash",
  ])
    expect(said).toContain(one);

  const started = await promote("start", "--no-way-back");
  expect(started.out).toContain("the target follows");
  await source.sql("INSERT INTO public.todos (user_id, what) VALUES (md5('1')::uuid, 'late')", [], "app");
  await source.sql("UPDATE auth.users SET email = 'new@example.org' WHERE id = md5('2')::uuid", [], "app");
  const verified = await promote("verify");
  expect(verified.out).toContain("the same");
  // a role that logs in at the source cannot at the target: its hash is not shown to one who is no superuser
  const refused = await promote("cutover");
  expect([refused.code, refused.out.includes("supabase_auth_admin")]).toEqual([3, true]);
  for (const role of ["supabase_auth_admin", "supa"])
    await target.sql(`ALTER ROLE ${role} LOGIN PASSWORD 'secret-${role}'`);
  const early = await promote("traffic");
  expect([early.code, early.out]).toEqual([
    3,
    expect.stringContaining("nothing is known that splits requests"),
  ]);
  env = { RUNG_PROMOTE_EDGE: "/nowhere", RUNG_PROMOTE_EDGE_SERVERS: "app/prod,app/next" };
  expect((await promote("traffic")).out).toContain("traffic follows cutover");
  env = {};
  const cut = await promote("cutover");
  expect(cut.out).toContain("rds serves");

  // passwords hold, as do the policies
  const [user] = await target.sql(
    "SELECT encrypted_password = extensions.crypt('p7', encrypted_password) AS good FROM auth.users WHERE id = md5('7')::uuid",
    [],
    "app",
  );
  expect(user).toEqual({ good: true });
  const client = new pg.Client({ connectionString: target.url("app") });
  await client.connect();
  const { rows } = await client
    .query(
      `SET ROLE authenticated; SELECT set_config('request.jwt.claims', json_build_object('sub', md5('1')::uuid)::text, false);`,
    )
    .then(() =>
      client.query("SELECT count(*)::int AS n, count(DISTINCT user_id)::int AS users FROM public.todos"),
    );
  await client.end();
  expect(rows).toEqual([{ n: 101, users: 1 }]);
  const all = [planned, noWayBack, started, refused, cut];
  expect(all.some(({ out }) => out.includes("secret-"))).toBe(false);
  const lines = [planned, started, verified, cut].flatMap(({ out }) => out.split("\n"));
  expect(lines.filter((line) => line.length > 80)).toEqual([]);
});
