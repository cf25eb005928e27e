import { expect, test } from "vitest";
import { failing, halfMade, lost, rateLimited, stalled } from "../../../../engine/servers/faults.ts";
import { coolify, image, place, samples, sshKey } from "./coolify.ts";

/** Which request makes each kind, and which one shows what there is. */
const creations = {
  Project: { by: "POST /projects", kind: "project", list: "GET /projects" },
  Environment: {
    by: "POST /projects/{uuid}/environments",
    kind: "environment",
    list: "GET /projects/{uuid}/environments",
  },
  PrivateKey: { by: "POST /security/keys", kind: "key", list: "GET /security/keys" },
  Server: { by: "POST /servers", kind: "server", list: "GET /servers" },
  Postgresql: { by: "POST /databases/postgresql", kind: "database", list: "GET /databases" },
  Redis: { by: "POST /databases/redis", kind: "database", list: "GET /databases" },
  Dragonfly: { by: "POST /databases/dragonfly", kind: "database", list: "GET /databases" },
  Application: { by: "POST /applications/dockerimage", kind: "application", list: "GET /applications" },
  ScheduledTask: {
    by: "POST /applications/{uuid}/scheduled-tasks",
    kind: "task",
    list: "GET /applications/{uuid}/scheduled-tasks",
  },
  S3Storage: { by: "POST /s3-storages", kind: "s3", list: "GET /s3-storages" },
  BackupSchedule: {
    by: "POST /databases/{uuid}/backups",
    kind: "backup",
    list: "GET /databases/{uuid}/backups",
  },
} as const;
type Type = keyof typeof creations;
const types = Object.keys(creations) as Type[];

async function fresh() {
  const on = await coolify();
  const { where, project } = await place(on);
  const key = await on.create(
    "PrivateKey",
    { name: "other", privateKey: sshKey.replace("real", "other") },
    "other",
  );
  const database = { ...where, image: "some:1", memoryMb: 512, cpus: 1, password: "hunter2hunter2" };
  const s3 = {
    name: "pulse-backups",
    endpoint: "https://s3.example.com",
    bucket: "pulse-backups",
    region: "auto",
    accessKeyId: "id",
    secretAccessKey: "secret-of-s3",
  };
  const app = {
    ...where,
    name: "pulse-app",
    image: image("a"),
    port: 3000,
    memoryMb: 256,
    cpus: 1,
    healthPath: "/api/health",
  };
  const base = await on.create("Postgresql", { ...database, name: "base", database: "pulse" }, "base");
  const bucket = await on.create("S3Storage", { ...s3, name: "base" }, "base");
  const application = await on.create("Application", { ...app, name: "base" }, "base");
  const inputs = {
    Project: { name: "second" },
    Environment: { projectUuid: project.id, name: "second" },
    PrivateKey: { name: "pulse", privateKey: sshKey },
    Server: { name: "pulse-app", ip: "10.0.1.4", privateKeyUuid: key.id },
    Postgresql: { ...database, name: "pulse-pg", database: "pulse", initSql: "create role app" },
    Redis: { ...database, name: "pulse-redis" },
    Dragonfly: { ...database, name: "pulse-fly" },
    Application: app,
    ScheduledTask: {
      applicationUuid: application.id,
      name: "cleanup",
      command: "true",
      schedule: "0 2 * * *",
    },
    S3Storage: s3,
    BackupSchedule: {
      databaseUuid: base.id,
      schedule: "30 1 * * *",
      databases: ["pulse"],
      s3StorageUuid: bucket.id,
    },
  } satisfies Record<Type, object>;
  const count = (type: Type) => on.server.state.all(creations[type].kind).length;
  return { on, inputs, count };
}

test.each(types)("%s: an answer that got lost is resolved by looking: made once, not twice", async (type) => {
  const { on, inputs, count } = await fresh();
  const before = count(type);
  on.server.fail(lost(creations[type].by));
  const made = await on.create(type, inputs[type], "second");
  expect(count(type)).toBe(before + 1);
  expect((await on.read(type, made))?.inputs).toEqual(made.inputs);
});

test.each(types)("%s: half-made when the server failed, and taken up by the next try", async (type) => {
  const { on, inputs, count } = await fresh();
  const before = count(type);
  on.server.fail(halfMade(creations[type].by));
  on.server.fail({ ...failing(creations[type].list, 500, 6), after: 1 });
  // Nobody heard of it, and looking fails, too.
  await expect(on.create(type, inputs[type], "second")).rejects.toThrow(/500/);
  expect(count(type)).toBe(before + 1);
  const made = await on.create(type, inputs[type], "second");
  // A second run of the same program, whose first was killed before it could write its state.
  const again = await on.create(type, inputs[type], "second");
  expect(again.id).toBe(made.id);
  expect(count(type)).toBe(before + 1);
});

test.each(types)("%s: turned away for its rate, it comes back when it is told to", async (type) => {
  const { on, inputs, count } = await fresh();
  const before = count(type);
  on.server.fail(rateLimited(creations[type].by, 0, 3));
  await on.create(type, inputs[type], "second");
  expect(count(type)).toBe(before + 1);
});

test("Retry-After is honoured: in seconds, and as a date", async () => {
  const on = await coolify();
  on.server.fail(rateLimited("POST /projects", 1));
  let began = performance.now();
  await on.create("Project", { name: "one" }, "one");
  expect(performance.now() - began).toBeGreaterThan(990);
  on.server.fail(rateLimited("POST /projects", new Date(Date.now() + 2000).toUTCString()));
  began = performance.now();
  await on.create("Project", { name: "two" }, "two");
  expect(performance.now() - began).toBeGreaterThan(500);
});

test("a rate limit without end is an error that says so", async () => {
  const on = await coolify();
  on.server.fail(rateLimited("POST /projects", 0, 100));
  await expect(on.create("Project", { name: "one" })).rejects.toThrow(
    "POST /projects: 429 Rate limit exceeded.",
  );
});

test("reading, changing and deleting go on through failures of the server", async () => {
  const on = await coolify();
  const { known, made } = await samples(on);
  for (const status of [500, 502, 503, 504]) {
    on.server.fail(failing("GET /applications/{uuid}", status, 2));
    expect((await on.read("Application", known.application))?.inputs).toEqual(known.application.inputs);
  }
  on.server.fail(failing("PATCH /s3-storages/{uuid}", 503, 2));
  await on.update("S3Storage", known.s3, { ...known.s3.inputs, region: "eu" });
  on.server.fail(lost("DELETE /applications/{uuid}/scheduled-tasks/{task_uuid}"));
  await on.delete("ScheduledTask", made.ScheduledTask[0]);
  expect(on.server.state.all("task")).toEqual([]);
});

test("a creation is never sent twice blindly: a server that stalls is asked what became of it", async () => {
  const on = await coolify();
  const { Http } = await import("../../../../components/providers/kit/http.ts");
  const http = new Http({
    baseUrl: `${on.server.url}/api/v1`,
    token: on.server.token,
    timeoutMs: 100,
    pauseMs: 1,
  });
  on.server.fail(stalled("POST /projects"));
  const body = { name: "one" };
  await expect(http.send({ method: "POST", path: "/projects", body, idempotent: false })).rejects.toThrow(
    "POST /projects: no answer in time",
  );
  expect(on.server.seen.filter((operation) => operation === "POST /projects")).toHaveLength(1);
  on.server.fail(stalled("GET /projects", 2));
  const { status } = await http.send({ method: "GET", path: "/projects", idempotent: true });
  expect(status).toBe(200);
  http.close();
});

test("a refused connection is tried again for every request: nothing can have been done", async () => {
  const { serveCoolify } = await import("../../../../engine/servers/coolify/index.ts");
  const { Http } = await import("../../../../components/providers/kit/http.ts");
  const gone = await serveCoolify();
  await gone.stop();
  const http = new Http({ baseUrl: `${gone.url}/api/v1`, token: gone.token, attempts: 3, pauseMs: 1 });
  const request = { method: "POST", path: "/projects", body: { name: "one" }, idempotent: false };
  await expect(http.send(request)).rejects.toThrow(/POST \/projects: .*ECONNREFUSED/);
});

test("a wrong token is refused, and no error tells it", async () => {
  const on = await coolify({ token: "wrong-token", bootSeconds: "0" });
  const error = await on.create("Project", { name: "pulse" }).catch((thrown: unknown) => String(thrown));
  expect(error).toMatch(/401 Unauthenticated/);
  expect(error).not.toMatch(/wrong-token/);
});

test("first boot is waited for: the API comes up, then takes the token", async () => {
  const on = await coolify();
  on.server.fail(failing("GET /version", 503, 3));
  on.server.fail({ on: "GET /version", times: 2, done: false, answer: { status: 401, body: {} } });
  await on.create("Project", { name: "pulse" });
  expect(on.server.seen.filter((operation) => operation === "GET /version").length).toBeGreaterThan(3);
});

test("an answer that is not as described is an error that names what it lacks", async () => {
  const on = await coolify();
  const { known } = await samples(on);
  const database = on.server.state.get("database", known.postgresql.id);
  if (database) database.fields.image = 17;
  await expect(on.read("Postgresql", known.postgresql)).rejects.toThrow(
    /GET \/databases\/\{uuid\}: Coolify answered otherwise than expected: image: /,
  );
});
