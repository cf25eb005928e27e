import { expect, test } from "vitest";
import { coolify, image, place, samples, sshKey } from "./coolify.ts";

test("every type: made, read back without drift, changed in place, read back again, imported", async () => {
  const on = await coolify();
  const { made } = await samples(on);
  for (const [type, [known, change]] of Object.entries(made)) {
    const read = await on.read(type, known);
    expect(read?.inputs, `${type} right after it was made`).toEqual(known.inputs);
    expect(await on.diff(type, known, known.inputs), type).toMatchObject({ changes: [] });

    const difference = await on.diff(type, known, change);
    expect(difference.changes.length, type).toBeGreaterThan(0);
    expect(
      difference.changes.filter(({ replaces }) => replaces),
      `${type} in place`,
    ).toEqual([]);
    const changed = await on.update(type, known, change);
    const again = await on.read(type, changed);
    expect(again?.inputs, `${type} after its change`).toEqual(changed.inputs);

    const imported = await on.importing(type, known.id);
    expect(imported?.id, type).toBe(known.id);
  }
});

test("every type is deleted, twice without complaint, and nothing is left", async () => {
  const on = await coolify();
  const { made, known } = await samples(on);
  const order = [
    "BackupSchedule",
    "ScheduledTask",
    "Variables",
    "Application",
    "Postgresql",
    "Redis",
    "Dragonfly",
  ];
  const rest = ["S3Storage", "Server", "Environment", "Project", "LocalServer"];
  for (const type of [...order, ...rest] as (keyof typeof made)[]) {
    const [one] = made[type];
    await on.delete(type, one);
    await on.delete(type, one);
    if (type !== "LocalServer" && type !== "Variables")
      expect(await on.read(type, one), type).toBeUndefined();
  }
  await on.delete("PrivateKey", known.key);
  expect(on.server.holds()).toEqual([]);
});

test("what holds a thing can be deleted right after it: deletion waits until it is really gone", async () => {
  const on = await coolify();
  on.server.behaviour.looks = 4;
  const { made, at } = await samples(on);
  const [application] = made.Application;
  await on.delete("Application", application);
  for (const type of ["Postgresql", "Redis", "Dragonfly"] as const) await on.delete(type, made[type][0]);
  await on.delete("Environment", at.environment);
  expect(on.server.state.get("environment", String(at.environment.state.uuid))).toBeUndefined();
});

test("what cannot be changed on a living thing replaces it, and the old one goes first", async () => {
  const on = await coolify();
  const { made, known } = await samples(on);
  const cases: [keyof typeof made, string, unknown][] = [
    ["Environment", "projectUuid", "another"],
    ["Postgresql", "database", "other"],
    ["Postgresql", "password", "anotherpassword"],
    ["Redis", "serverUuid", "another"],
    ["Application", "environmentUuid", "another"],
    ["Variables", "applicationUuid", "another"],
    ["BackupSchedule", "databaseUuid", "another"],
    ["ScheduledTask", "applicationUuid", "another"],
  ];
  for (const [type, key, value] of cases) {
    const [one] = made[type];
    const difference = await on.diff(type, one, { ...one.inputs, [key]: value });
    expect(difference, `${type}.${key}`).toMatchObject({
      changes: [{ path: key, replaces: true }],
      deleteBeforeReplace: true,
    });
  }
  const rotated = await on.diff("PrivateKey", known.key, {
    name: "pulse-key",
    privateKey: sshKey.replace("a", "b"),
  });
  expect(rotated.changes).toEqual([{ path: "privateKey", kind: "update", replaces: true }]);
});

test("drift is seen: whatever was changed or removed by hand in Coolify", async () => {
  const on = await coolify();
  const { made, known } = await samples(on);
  const by = (kind: "application" | "database", uuid: string) =>
    on.server.state.get(kind, uuid)?.fields ?? {};
  by("application", known.application.id).limits_memory = "1g";
  by("application", known.application.id).docker_registry_image_tag = "f".repeat(64);
  by("database", known.postgresql.id).is_public = true;
  by("database", known.postgresql.id).public_port = 5433;
  const [variables] = made.Variables;
  for (const one of on.server.state.all("variable")) if (one.fields.key === "A") one.fields.value = "9";
  on.server.state.add("variable", { key: "EXTRA", value: "by hand" }, { application: known.application.id });
  on.server.state.remove("task", made.ScheduledTask[0].id.split("/")[1] ?? "");

  expect((await on.read("Application", known.application))?.inputs).toMatchObject({
    memoryMb: 1024,
    image: image("f"),
  });
  expect((await on.read("Postgresql", known.postgresql))?.inputs).toMatchObject({ publicPort: 5433 });
  expect((await on.read("Variables", variables))?.inputs).toMatchObject({
    values: { A: "9", B: "$x", EXTRA: "by hand" },
  });
  expect(await on.read("ScheduledTask", made.ScheduledTask[0])).toBeUndefined();
  // The next update puts it right, and what was added by hand is gone.
  const mended = await on.update("Variables", variables, variables.inputs);
  expect((await on.read("Variables", mended))?.inputs).toEqual(variables.inputs);
});

test("a token that may not read secrets: what we know of them stands, and nothing drifts", async () => {
  const on = await coolify();
  const { made, known } = await samples(on);
  on.server.behaviour.readsSecrets = false;
  for (const one of [made.Variables[0]]) {
    expect((await on.read("Variables", one))?.inputs).toEqual(one.inputs);
  }
  expect((await on.read("Postgresql", known.postgresql))?.inputs).toEqual(known.postgresql.inputs);
  expect((await on.read("PrivateKey", known.key))?.inputs).toEqual(known.key.inputs);
});

test("an application runs on further servers, and leaves them again", async () => {
  const on = await coolify();
  const { known, made } = await samples(on);
  const further = String(made.Server[0].state.destinationUuid);
  const spread = await on.update("Application", known.application, {
    ...known.application.inputs,
    furtherDestinationUuids: [further],
  });
  expect((await on.read("Application", spread))?.inputs).toMatchObject({
    furtherDestinationUuids: [further],
  });
  await on.update("Application", spread, { ...spread.inputs, furtherDestinationUuids: [] });
  expect((await on.read("Application", known.application))?.inputs).toMatchObject({
    furtherDestinationUuids: [],
  });
});

test("a deployment ends when the containers are healthy; one that never is fails with its last lines", async () => {
  const on = await coolify();
  const { known } = await samples(on);
  const applicationUuid = known.application.id;
  const first = await on.create("Deployment", { applicationUuid, triggers: [image("a")] });
  expect(on.server.state.get("deployment", first.id)?.fields.status).toBe("finished");
  expect(on.server.state.get("application", applicationUuid)?.fields.serving).toBe(image("a"));
  expect((await on.diff("Deployment", first, { applicationUuid, triggers: [image("b")] })).changes).toEqual([
    { path: "triggers", kind: "update", replaces: true },
  ]);

  on.server.behaviour.sickImages.add(image("b"));
  await on.update("Application", known.application, { ...known.application.inputs, image: image("b") });
  await expect(on.create("Deployment", { applicationUuid, triggers: [image("b")] })).rejects.toThrow(
    /the deployment failed; what served before serves on[\s\S]*not healthy[\s\S]*cannot read DATABASE_URL/,
  );
  expect(on.server.state.get("application", applicationUuid)?.fields.serving).toBe(image("a"));
});

test("PostgreSQL gets its roles before its first start, and is waited for", async () => {
  const on = await coolify();
  const { where } = await place(on);
  const made = await on.create("Postgresql", {
    ...where,
    name: "pulse-database",
    image: "postgres:17",
    memoryMb: 512,
    cpus: 1,
    password: "hunter2hunter2",
    database: "pulse",
    initSql: "create role app",
  });
  const asked = on.server.seen.filter((operation) => operation.startsWith("POST /databases"));
  expect(asked).toEqual([
    "POST /databases/postgresql",
    "POST /databases/{uuid}/storages",
    "POST /databases/{uuid}/start",
  ]);
  expect(on.server.state.get("database", made.id)?.fields.status).toBe("running:healthy");
});
