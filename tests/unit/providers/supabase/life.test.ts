import { expect, test } from "vitest";
import { scramOf } from "../../../../components/providers/kit/scram.ts";
import { migration, projectArgs, samples, schemaArgs, second, startsPostgres, supabase } from "./supabase.ts";

test(
  "every type: made, read back without drift, changed in place, read back again, imported",
  startsPostgres,
  async () => {
    const on = await supabase();
    const { made, projectRef } = await samples(on);
    const schema = await on.create("Schema", { projectRef, ...schemaArgs });
    const further = { projectRef, ...schemaArgs, migrations: [migration, second] };
    for (const [type, [known, change]] of Object.entries({ ...made, Schema: [schema, further] as const })) {
      const read = await on.read(type, known);
      expect(read?.inputs, `${type} right after it was made`).toEqual(known.inputs);
      expect(await on.diff(type, known, known.inputs), type).toMatchObject({ changes: [] });

      const difference = await on.diff(type, known, change);
      expect(difference.changes.length, type).toBeGreaterThan(0);
      expect(difference.changes.filter(({ replaces }) => replaces)).toEqual([]);
      const changed = await on.update(type, known, change);
      const again = await on.read(type, changed);
      expect(again?.inputs, `${type} after its change`).toEqual(changed.inputs);

      const imported = await on.importing(type, known.id);
      expect(imported?.id, type).toBe(known.id);
    }
  },
);

test("every type is deleted, twice without complaint, and nothing is left", async () => {
  const on = await supabase();
  const { made } = await samples(on);
  const order = [
    "ReadReplica",
    "Pitr",
    "Bucket",
    "NetworkRestrictions",
    "SslEnforcement",
    "Compute",
  ] as const;
  for (const type of order) {
    const [one] = made[type];
    await on.delete(type, one);
    await on.delete(type, one);
    if (type === "ReadReplica" || type === "Pitr" || type === "Bucket")
      expect(await on.read(type, one), type).toBeUndefined();
  }
  for (let time = 0; time < 2; time++) await on.delete("Project", made.Project[0]);
  expect(await on.read("Project", made.Project[0])).toBeUndefined();
  expect(on.server.holds()).toEqual([]);
  // What hung on the project is gone with it, and is said to be.
  for (const [type, [one]] of Object.entries(made)) {
    expect(await on.read(type, one), type).toBeUndefined();
    await on.delete(type, one);
  }
});

test("a project comes up in its own time, and is known by its reference", async () => {
  const on = await supabase();
  on.server.behaviour.looks = 5;
  const { id, state } = await on.create("Project", projectArgs);
  expect(on.server.state.projects[id]?.status).toBe("ACTIVE_HEALTHY");
  expect(on.server.seen.filter((one) => one === "GET /v1/projects/{ref}").length).toBeGreaterThan(5);
  expect(state).toMatchObject({
    ref: id,
    databaseHost: `db.${id}.supabase.co`,
    poolerHost: "aws-1-eu-central-1.pooler.supabase.com",
  });
  expect((await on.read("Project", { id, inputs: projectArgs, state }))?.inputs).toMatchObject({
    name: "pulse-dev",
  });
});

test("a project that fails to come up is an error that says so, and so is one that takes too long", async () => {
  const on = await supabase();
  on.server.behaviour.sick.add("pulse-dev");
  await expect(on.create("Project", projectArgs)).rejects.toThrow(/is INIT_FAILED/);
  on.server.behaviour.looks = 1000;
  await expect(
    on.create("Project", { ...projectArgs, name: "slow", readyWithinSeconds: 1 }, "slow"),
  ).rejects.toThrow(/waited 1 s for the project \w+ to be healthy/);
});

test("a paused project says so when it is read, and is brought back by the next change", async () => {
  const on = await supabase();
  const project = await on.create("Project", { ...projectArgs, organization: "hobby" });
  const paused = on.server.state.projects[project.id];
  if (paused) paused.status = "INACTIVE";
  await expect(on.read("Project", project)).rejects.toThrow(/paused/);
  await on.update("Project", project, { ...project.inputs, name: "pulse-two" });
  expect(on.server.state.projects[project.id]).toMatchObject({ status: "ACTIVE_HEALTHY" });
});

test("what cannot be changed on a living thing replaces it", async () => {
  const on = await supabase();
  const { made } = await samples(on);
  const other = "abcdefghijklmnopqrst";
  const cases: [keyof typeof made, string, unknown][] = [
    ["Project", "organization", "hobby"],
    ["Project", "region", "us-east-1"],
    ["Bucket", "name", "other"],
    ["ReadReplica", "region", "eu-west-2"],
    ["Compute", "projectRef", other],
  ];
  for (const [type, key, value] of cases) {
    const [one] = made[type];
    expect(await on.diff(type, one, { ...one.inputs, [key]: value }), `${type}.${key}`).toMatchObject({
      changes: [{ path: key, replaces: true }],
    });
  }
});

test("drift is seen: whatever was changed or removed by hand", async () => {
  const on = await supabase();
  const { made, projectRef } = await samples(on);
  const project = on.server.state.projects[projectRef];
  if (!project) throw new Error("it was just made");
  project.addons.compute_instance = "ci_2xlarge";
  delete project.addons.pitr;
  project.restrictions = { ...project.restrictions, v4: ["0.0.0.0/0"] };
  project.ssl = false;
  project.auth.disable_signup = false;
  project.storage.s3 = false;
  project.poolSize = 3;
  project.replicas = [];
  if (project.buckets.uploads) project.buckets.uploads.public = true;

  expect((await on.read("Compute", made.Compute[0]))?.inputs).toMatchObject({ size: "2xlarge" });
  expect(await on.read("Pitr", made.Pitr[0])).toBeUndefined();
  expect((await on.read("NetworkRestrictions", made.NetworkRestrictions[0]))?.inputs).toMatchObject({
    cidrs: ["0.0.0.0/0"],
  });
  expect((await on.read("SslEnforcement", made.SslEnforcement[0]))?.inputs).toMatchObject({
    enforced: false,
  });
  expect((await on.read("AuthSettings", made.AuthSettings[0]))?.inputs).toMatchObject({
    signupDisabled: false,
  });
  expect((await on.read("StorageSettings", made.StorageSettings[0]))?.inputs).toMatchObject({ s3: false });
  expect((await on.read("PoolerSettings", made.PoolerSettings[0]))?.inputs).toMatchObject({ poolSize: 3 });
  expect((await on.read("Bucket", made.Bucket[0]))?.inputs).toMatchObject({ public: true });
  expect(await on.read("ReadReplica", made.ReadReplica[0])).toBeUndefined();
});

test("a bucket that holds something is deleted only when that was asked for", async () => {
  const on = await supabase();
  const { made, projectRef } = await samples(on);
  const [bucket] = made.Bucket;
  const uploads = on.server.state.projects[projectRef]?.buckets.uploads;
  if (uploads) uploads.objects = 3;
  await expect(on.delete("Bucket", bucket)).rejects.toThrow(/not empty/);
  await on.delete("Bucket", { ...bucket, inputs: { ...bucket.inputs, emptyOnDelete: true } });
  expect(await on.read("Bucket", bucket)).toBeUndefined();
});

test(
  "the schema: roles and migrations on a real PostgreSQL, each once, and Supabase's own API shut out",
  startsPostgres,
  async () => {
    const on = await supabase();
    const { id: projectRef } = await on.create("Project", projectArgs);
    const schema = await on.create("Schema", { projectRef, ...schemaArgs });
    const database = await on.server.databases.of(projectRef);
    const { rows } = await database.query<{ role: string; may: boolean }>(
      `SELECT role, has_table_privilege(role, 'public.notes', 'SELECT') AND has_schema_privilege(role, 'public', 'USAGE')
     AS may FROM unnest(ARRAY['app', 'anon', 'authenticated']) AS role`,
    );
    expect(rows).toEqual([
      { role: "app", may: true },
      { role: "anon", may: false },
      { role: "authenticated", may: false },
    ]);
    // Run again, as after a killed update: nothing runs twice.
    await on.create("Schema", schema.inputs);
    const broken = {
      version: "20260103000000",
      sql: "CREATE TABLE public.half (id int); SELECT no_such_thing();",
    };
    await expect(
      on.update("Schema", schema, { ...schema.inputs, migrations: [migration, broken] }),
    ).rejects.toThrow(/no_such_thing/);
    const left = await database.query(
      "SELECT to_regclass('public.half') AS half, current_setting('role') AS role",
    );
    expect(left.rows).toMatchObject([{ half: null }]);
  },
);

test("the database is told no password: what PostgreSQL keeps of it, salted", startsPostgres, async () => {
  const on = await supabase();
  const { id: projectRef } = await on.create("Project", projectArgs);
  await on.create("Schema", { projectRef, ...schemaArgs });
  const { rows } = await (await on.server.databases.of(projectRef)).query<{ kept: string }>(
    "SELECT rolcanlogin AND NOT rolinherit AS kept FROM pg_roles WHERE rolname = 'app'",
  );
  expect(rows).toEqual([{ kept: true }]);
  const [one, other] = [scramOf("a-password-of-the-app"), scramOf("a-password-of-the-app")];
  expect(one).toMatch(/^SCRAM-SHA-256\$4096:[\w+/=]+\$[\w+/=]+:[\w+/=]+$/);
  expect(one).not.toBe(other);
});
