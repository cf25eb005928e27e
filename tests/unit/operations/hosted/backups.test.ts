import { setTimeout as sleep } from "node:timers/promises";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { type RdsServer, type RdsWorld, serveRds } from "../../../../engine/servers/aws/rds/index.ts";
import { type D1Server, serveD1 } from "../../../../engine/servers/d1/index.ts";
import { type SupabaseServer, serveSupabase } from "../../../../engine/servers/supabase/index.ts";
import { d1Backups } from "../../../../operations/hosted/backups/d1.ts";
import type { ProviderBackups } from "../../../../operations/hosted/backups/provider.ts";
import { auroraBackups } from "../../../../operations/hosted/backups/rds/cluster.ts";
import { rdsBackups } from "../../../../operations/hosted/backups/rds/instance.ts";
import { supabaseBackups } from "../../../../operations/hosted/backups/supabase.ts";

const patience = { withinSeconds: 30, everyMs: 1 };
const report = () => {};
let d1: D1Server;
let supabase: SupabaseServer;
let rds: RdsServer;
let world: RdsWorld;
beforeEach(async () => {
  const prod = {
    name: "pulse-prod-database",
    retentionDays: 7,
    protected: true,
    subnetGroup: "pulse-prod-data",
    securityGroups: ["sg-0123", "sg-4567"],
    looks: 0,
  };
  const cluster = {
    ...prod,
    name: "pulse-prod-database-eu-central-1",
    parameterGroup: "pulse-prod-aurora-postgres17",
    key: "arn:aws:kms:eu-central-1:111122223333:key/0123",
    engineVersion: "17.5",
    writer: "pulse-prod-database-eu-central-1-2",
  };
  const inCluster = (number: number) => ({
    ...prod,
    name: `${cluster.name}-${number}`,
    cluster: cluster.name,
    class: number === 2 ? "db.r7g.large" : "db.r7g.xlarge",
    protected: false,
  });
  const instances = [prod, inCluster(1), inCluster(2)];
  world = {
    instances: new Map(instances.map((one) => [one.name, one])),
    snapshots: new Map(),
    clusters: new Map([[cluster.name, cluster]]),
    clusterSnapshots: new Map(),
    looks: 3,
  };
  rds = await serveRds(world);
  d1 = await serveD1();
  supabase = await serveSupabase();
  for (const [name, value] of Object.entries({
    ...rds.env,
    CLOUDFLARE_BASE_URL: d1.url,
    CLOUDFLARE_API_TOKEN: d1.token,
    SUPABASE_API_URL: supabase.url,
    SUPABASE_PROJECT_URL: supabase.projectUrl,
    SUPABASE_ACCESS_TOKEN: supabase.token,
  }))
    vi.stubEnv(name, value);
});
afterEach(async () => {
  vi.unstubAllEnvs();
  await Promise.all([d1.stop(), supabase.stop(), rds.stop()]);
});

const database = "0b1c2d3e-0000-4000-8000-000000000001";
const onD1 = () =>
  d1Backups(
    { vendor: "d1", account: "0123456789abcdef0123456789abcdef", database, exports: "exports" },
    "none",
  );
const tables = `CREATE TABLE ops_backups (id INTEGER PRIMARY KEY, kind TEXT NOT NULL, label TEXT, started_at INTEGER NOT NULL,
  finished_at INTEGER NOT NULL, bytes INTEGER NOT NULL DEFAULT 0, ok INTEGER NOT NULL) STRICT;
  CREATE TABLE notes (id INTEGER PRIMARY KEY) STRICT`;
const notes = async () => (await d1.query(database)("SELECT id FROM notes ORDER BY id")).map(({ id }) => id);

test("D1 goes back to a bookmark, and forward again to what was there before", async () => {
  const run = d1.query(database);
  await run(tables);
  await run("INSERT INTO notes VALUES (1)");
  const name = await onD1().now(report);
  expect(await onD1().list()).toMatchObject([{ name, kind: "bookmark", ok: true, bytes: null }]);
  await d1.query(database)("DELETE FROM notes");
  const { next } = await onD1().restore({ backup: name }, undefined, report);
  expect(await notes()).toEqual([1]);
  const [, undo = ""] = /--backup (\S+) --in-place/.exec(next.join("\n")) ?? [];
  await onD1().restore({ backup: undo }, undefined, report);
  expect(await notes()).toEqual([]);
});

test("D1 goes back to a time; exports are listed, and not taken for bookmarks", async () => {
  const run = d1.query(database);
  await run(tables);
  await run(
    "INSERT INTO ops_backups (kind, label, started_at, finished_at, bytes, ok) VALUES ('export', 'a/b.sql', 1, 2, 300, 1)",
  );
  await run("INSERT INTO notes VALUES (1)");
  await sleep(5);
  const to = new Date().toISOString();
  await sleep(5);
  await run("INSERT INTO notes VALUES (2)");
  await onD1().restore({ to }, undefined, report);
  expect(await notes()).toEqual([1]);
  expect(await onD1().list()).toEqual([
    { name: "a/b.sql", kind: "export", finished: "1970-01-01T00:00:00.002Z", ok: true, bytes: 300 },
  ]);
  await expect(onD1().restore({ backup: "a/b.sql" }, undefined, report)).rejects.toThrow(/is an export/);
  await expect(onD1().restore({ to }, "copy", report)).rejects.toThrow(/in place alone/);
  const nowhere = "00000009-00000000-00004e00-00000000000000000000000000000000";
  await expect(onD1().restore({ backup: nowhere }, undefined, report)).rejects.toThrow(/invalid bookmark/);
  vi.stubEnv("CLOUDFLARE_API_TOKEN", "another");
  await expect(onD1().list()).rejects.toThrow(/D1 cannot be asked: .*401/);
});

/** A project as the provider makes it, healthy. */
async function project(addons: Readonly<Record<string, string>> = {}): Promise<string> {
  const call = async (method: string, path: string, body?: object) => {
    const answer = await fetch(`${supabase.url}${path}`, {
      method,
      headers: { authorization: `Bearer ${supabase.token}`, "content-type": "application/json" },
      ...(body && { body: JSON.stringify(body) }),
    });
    return answer.json();
  };
  const { ref } = await call("POST", "/v1/projects", {
    name: "pulse",
    organization_slug: "rehearsal",
    db_pass: "a-long-password-of-nobody",
    region: "eu-central-1",
  });
  for (let look = 0; look < 5; look += 1) await call("GET", `/v1/projects/${ref}`);
  Object.assign(supabase.state.projects[ref]?.addons ?? {}, addons);
  return ref;
}
const onSupabase = (ref: string) => supabaseBackups({ vendor: "supabase", project: ref }, "none", patience);

test("Supabase's daily backups are listed and restored in place, and the project is waited for", async () => {
  const ref = await project();
  const backups = onSupabase(ref);
  const [daily] = await backups.list();
  expect(daily).toMatchObject({ kind: "physical", ok: true });
  expect(await backups.window()).toBeUndefined();
  supabase.behaviour.looks = 3;
  const done = await backups.restore({ backup: daily?.name ?? "" }, undefined, report);
  expect(done.into).toBe(`project ${ref}`);
  expect(supabase.state.projects[ref]?.status).toBe("ACTIVE_HEALTHY");
  expect(supabase.seen).toContain("POST /v1/projects/{ref}/database/backups/restore");
  await expect(backups.restore({ backup: "7" }, undefined, report)).rejects.toThrow(/404 Backup not found/);
  await expect(backups.restore({}, undefined, report)).rejects.toThrow(/which time, or which backup/);
  await expect(backups.restore({ backup: "1" }, "copy", report)).rejects.toThrow(/in place alone/);
  await expect(backups.now(report)).rejects.toThrow(/on its own schedule/);
});

test("with the add-on Supabase goes back to any second that it keeps; without it the vendor says no", async () => {
  const ref = await project({ pitr: "pitr_7" });
  const backups = onSupabase(ref);
  const window = await backups.window();
  expect(Date.parse(window?.latest ?? "")).toBeGreaterThanOrEqual(Date.parse(window?.earliest ?? "x"));
  const to = window?.latest ?? "";
  expect((await backups.restore({ to }, undefined, report)).next.join()).toMatch(/--to \S+ --in-place/);
  expect(supabase.seen).toContain("POST /v1/projects/{ref}/database/backups/restore-pitr");
  const early = "2020-01-01T00:00:00.000Z";
  await expect(backups.restore({ to: early }, undefined, report)).rejects.toThrow(/outside of what can be/);
  const without = supabase.state.projects[ref];
  if (without) without.addons = {};
  await expect(backups.restore({ to }, undefined, report)).rejects.toThrow(/PITR is not enabled/);
});

/** What RDS restores beside: how it is asked, and what the stand-in then holds. */
interface Beside {
  readonly backups: () => ProviderBackups;
  readonly living: string;
  readonly kind: "instance" | "cluster";
  readonly host: string;
  readonly made: (name: string) => object | undefined;
  readonly noSnapshot: RegExp;
  readonly gone: RegExp;
}
const beside = [
  [
    "RDS",
    {
      backups: () =>
        rdsBackups(
          { vendor: "rds", region: "eu-central-1", instance: "pulse-prod-database" },
          "none",
          patience,
        ),
      living: "pulse-prod-database",
      kind: "instance",
      host: "pulse-prod-database-copy.rehearsal.eu-central-1.rds.amazonaws.com",
      made: (name) => world.instances.get(name),
      noSnapshot: /DBSnapshotNotFound/,
      gone: /RDS cannot be asked: DBInstanceNotFound/,
    },
  ],
  [
    "Aurora",
    {
      backups: () =>
        auroraBackups(
          { vendor: "aurora", region: "eu-central-1", cluster: "pulse-prod-database-eu-central-1" },
          "none",
          patience,
        ),
      living: "pulse-prod-database-eu-central-1",
      kind: "cluster",
      host: "pulse-prod-database-eu-central-1-copy.cluster-rehearsal.eu-central-1.rds.amazonaws.com",
      made: (name) => world.clusters.get(name),
      noSnapshot: /DBClusterSnapshotNotFoundFault/,
      gone: /RDS cannot be asked: DBClusterNotFoundFault/,
    },
  ],
] as const satisfies readonly (readonly [string, Beside])[];

test.each(beside)(
  "%s makes a snapshot, which is waited for, and restores it beside the living one",
  async (_, { backups, living, kind, host, made }) => {
    const name = await backups().now(report);
    expect(await backups().list()).toMatchObject([{ name, kind: "manual", ok: true }]);
    const done = await backups().restore({ backup: name }, "copy", report);
    expect(done.into).toBe(`${living}-copy`);
    expect(done.next.join("\n")).toContain(host);
    expect(done.next.join("\n")).toContain(`delete-db-${kind} --region eu-central-1`);
    // As closed as the living one, and as well protected.
    expect(made(`${living}-copy`)).toMatchObject({
      from: name,
      looks: 0,
      protected: true,
      subnetGroup: "pulse-prod-data",
      securityGroups: ["sg-0123", "sg-4567"],
    });
    await expect(backups().restore({ backup: name }, "copy", report)).rejects.toThrow(
      kind === "instance" ? /there is an instance/ : /there is a cluster/,
    );
    const asked = rds.seen.length;
    await expect(backups().restore({}, "x".repeat(60), report)).rejects.toThrow(/letters, and RDS takes/);
    expect(rds.seen.length).toBe(asked);
  },
);

test.each(beside)(
  "%s goes back to a time, or to the newest there is; never in place",
  async (_, { backups, living, made, noSnapshot }) => {
    const window = await backups().window();
    const days = (Date.parse(window?.latest ?? "") - Date.parse(window?.earliest ?? "")) / 86_400_000;
    expect(days).toBeCloseTo(7, 5);
    const to = "2026-11-20T11:59:00.000Z";
    await backups().restore({ to }, "then", report);
    expect(made(`${living}-then`)).toMatchObject({
      from: expect.stringMatching(`${living} at 2026-11-20T11:59:00`),
    });
    await backups().restore({}, "now", report);
    expect(made(`${living}-now`)).toMatchObject({ from: `${living} at latest` });
    const soon = new Date(Date.now() + 60_000).toISOString();
    await expect(backups().restore({ to: soon }, "soon", report)).rejects.toThrow(/InvalidParameterValue/);
    const asked = rds.seen.length;
    await expect(backups().restore({ to }, undefined, report)).rejects.toThrow(/never over the living one/);
    expect(rds.seen.length).toBe(asked);
    await expect(backups().restore({ backup: "none" }, "x", report)).rejects.toThrow(noSnapshot);
  },
);

test.each(beside)("%s that is gone, or a wrong key, is said", async (_, { backups, gone }) => {
  world.instances.clear();
  world.clusters.clear();
  await expect(backups().list()).rejects.toThrow(gone);
  vi.stubEnv("AWS_ACCESS_KEY_ID", "AKIAWRONG");
  await expect(backups().list()).rejects.toThrow(/RDS cannot be asked: InvalidClientTokenId/);
});

test("a cluster that is restored is Aurora's like the living one, with an instance as large as its writer", async () => {
  const [, [, aurora]] = beside;
  const name = await aurora.backups().now(report);
  const living = world.clusters.get(aurora.living);
  if (!living) throw new Error("no cluster");
  world.clusters.set(aurora.living, { ...living, engineVersion: "17.7" }); // raised since
  await aurora.backups().restore({ backup: name }, "copy", report);
  const { parameterGroup, key, engineVersion } = living;
  expect(world.clusters.get(`${aurora.living}-copy`)).toMatchObject({ parameterGroup, key, engineVersion });
  expect(world.instances.get(`${aurora.living}-copy-1`)).toMatchObject({
    cluster: `${aurora.living}-copy`,
    class: "db.r7g.large",
    looks: 0,
  });
  // Where another region leads, nothing is made.
  world.clusters.set(aurora.living, { ...living, writer: "" });
  await expect(aurora.backups().restore({}, "other", report)).rejects.toThrow(/another region leads/);
  expect([...world.clusters.keys()]).toEqual([aurora.living, `${aurora.living}-copy`]);
});
