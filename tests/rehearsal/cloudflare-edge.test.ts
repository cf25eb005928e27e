import { readFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import type { Size } from "../../components/model/words.ts";
import type { StateResource } from "../../engine/backend.ts";
import { hosted, inTheClear } from "../support/hosted.ts";

/** One stack, protected as production is, through all of its sizes and back to its end. */
let on: Awaited<ReturnType<typeof hosted>>;
beforeAll(async () => {
  on = await hosted("cloudflare-edge", { "rung:expires": "2030-01-01T00:00:00Z", "rung:region": "weur" });
});
afterAll(() => on.end());

const token = "cloudflare-token-of-nobody-0123456789abc";
const settle = (size: Size, more: Record<string, string> = {}) =>
  on.settle(size, { "rung:protect": "true", ...more }, { "cloudflare:apiToken": token });
const stores = /d1Database|r2Bucket:R2Bucket$|workersKvNamespace|random/;

type State = Readonly<Record<string, StateResource>>;
const dependsOn = (state: State, one: string, other: string): boolean =>
  (state[one]?.dependencies ?? []).includes(state[other]?.urn ?? "");
interface Bound {
  readonly name: string;
  readonly type: string;
  readonly [rest: string]: unknown;
}
/** Bindings are secret as a whole, for some of them hold secrets: read where the vendor's stand-in keeps them. */
async function bound(part: string): Promise<readonly Bound[]> {
  const held = (await heldOf("workerVersion:WorkerVersion")).filter(({ urn }) => urn.endsWith(`::${part}`));
  return held.at(-1)?.inputs.bindings as readonly Bound[]; // a version has them
}
interface Kept {
  readonly type: string;
  readonly id: string;
  readonly urn: string;
  readonly inputs: Readonly<Record<string, unknown>>;
  readonly outputs: Readonly<Record<string, unknown>>;
}
async function heldOf(type: string): Promise<Kept[]> {
  const files = (await on.held()).filter((file) => file.endsWith(".json"));
  // the stand-in writes one file a thing
  const all = files.map((file) => JSON.parse(readFileSync(file, "utf8")) as Kept);
  return all.filter((one) => one.type.endsWith(type));
}

let first = "";
test("small comes up, protected; a second preview is empty", async () => {
  await settle("small");
  await on.run("up");
  expect(await on.run("preview")).toEqual([]);
  first = (await on.outputs()).image;
  expect(first).toMatch(/^pulse-rehearsal-app\/[0-9a-f-]{36}@sha256:[0-9a-f]{64}$/);
  const state = await on.state();
  const kept = Object.entries(state).filter(([, { protect }]) => protect);
  expect(kept.map(([name]) => name).toSorted()).toEqual(
    [
      "D1Database database",
      "R2Bucket export",
      "R2Bucket storage-uploads",
      "R2BucketLock export",
      "RandomPassword secret-auth",
      "RandomPassword secret-cron",
    ].toSorted(),
  );
  // The free plan: nothing that costs, and no limit that it does not take.
  expect(Object.keys(state).filter((name) => /^(Queue|QueueConsumer|Ruleset managed)/.test(name))).toEqual(
    [],
  );
  expect(state["WorkerVersion app"]?.inputs).not.toHaveProperty("limits");
});

test("no way leads past the firewall, and exports are locked for as long as they are kept", async () => {
  const state = await on.state();
  for (const worker of ["app", "export"]) {
    expect(state[`Worker ${worker}`]?.inputs).toMatchObject({
      subdomain: { enabled: false, previewsEnabled: false },
      tags: expect.arrayContaining(["app:pulse", "expires:2030-01-01T00:00:00Z", "stack:rehearsal"]),
    });
  }
  const week = 7 * 24 * 60 * 60;
  expect(state["R2BucketLock export"]?.inputs?.rules).toMatchObject([
    { enabled: true, condition: { type: "Age", maxAgeSeconds: week } },
  ]);
  expect(state["D1Database database"]?.inputs).toMatchObject({ primaryLocationHint: "weur" });
});

test("the schema is there before a version serves, and a version before anybody is sent to it", async () => {
  const state = await on.state();
  expect(dependsOn(state, "Schema schema", "D1Database database")).toBe(true);
  for (const part of ["app", "export"]) {
    expect(dependsOn(state, `WorkerVersion ${part}`, "Schema schema")).toBe(true);
    expect(dependsOn(state, `WorkersDeployment ${part}`, `WorkerVersion ${part}`)).toBe(true);
  }
  for (const one of ["WorkersCustomDomain public", "WorkersCronTrigger jobs"]) {
    expect(dependsOn(state, one, "WorkersDeployment app")).toBe(true);
  }
});

test("the app is bound to what it stands on; the export's token and bucket are the exporter's alone", async () => {
  const app = await bound("app");
  expect(app.map(({ name }) => name)).toEqual(app.map(({ name }) => name).toSorted());
  const types = Object.fromEntries(app.map(({ name, type }) => [name, type]));
  expect(types).toMatchObject({
    DATABASE: "d1",
    CACHE: "kv_namespace",
    UPLOADS: "r2_bucket",
    LIVE: "durable_object_namespace",
    COUNTERS: "durable_object_namespace",
    AUTH_SECRET: "secret_text",
    CRON_SECRET: "secret_text",
    APP_SIZE: "plain_text",
  });
  expect(JSON.stringify(app)).not.toContain("pulse-rehearsal-export");
  const exporter = Object.fromEntries((await bound("export")).map(({ name, type }) => [name, type]));
  expect(exporter).toEqual({
    ACCOUNT_ID: "plain_text",
    API_TOKEN: "secret_text",
    DATABASE: "d1",
    DATABASE_ID: "plain_text",
    EXPORTS: "r2_bucket",
  });
});

const path: [Size, Size][] = [
  ["small", "medium"],
  ["medium", "large"],
  ["large", "xlarge"],
  ["xlarge", "small"],
];
/** What each step makes, besides changes in place and new versions. */
const made: Readonly<Record<string, readonly string[]>> = {
  medium: ["Queue jobs", "Queue jobs-failed", "QueueConsumer jobs"],
  large: ["Ruleset managed"],
  xlarge: [],
};

test.each(path)("from %s to %s no store is replaced, and a second preview is empty", async (from, to) => {
  await settle(to);
  const changes = await on.run("up");
  const of = (operation: string) =>
    changes
      .filter((change) => change.operation === operation)
      .map(({ type, name }) => `${type.split(":").at(-1)} ${name}`)
      .toSorted();
  const shrinks = from === "xlarge";
  const moved = shrinks ? Object.values(made).flat() : (made[to] ?? []);
  expect(of(shrinks ? "delete" : "create")).toEqual(moved.toSorted());
  expect(of(shrinks ? "create" : "delete")).toEqual([]);
  expect(of("replace")).toEqual(["WorkerVersion app", "WorkersDeployment app"]);
  expect(changes.filter(({ type, operation }) => stores.test(type) && operation !== "update")).toEqual([]);
  expect(await on.run("preview")).toEqual([]);
});

test("another region does not move what is there", async () => {
  await settle("small", { "rung:region": "enam" });
  const changed = (await on.run("preview")).map(({ type }) => type);
  // What the stack says of itself, and nothing that is made.
  expect(changed).toEqual(["rung:cloudflare-edge:Stage"]);
  await settle("small");
});

test("a rollback sends all requests to the version of before, and going on to a new one", async () => {
  const serving = async () => {
    const { inputs } = (await on.state())["WorkersDeployment app"] ?? {};
    return (inputs?.versions as { versionId: string; percentage: number }[] | undefined)?.[0];
  };
  const now = (await on.outputs()).image;
  expect(now).not.toBe(first);
  const changes = await on.run("up", { RUNG_APP_IMAGE: first });
  const back = await on.outputs();
  expect(back.image).toBe(first);
  expect(back.releases.map(({ image }) => image).slice(0, 2)).toEqual([first, now]);
  const [, version = ""] = /\/([0-9a-f-]{36})@/.exec(first) ?? [];
  expect(await serving()).toEqual({ versionId: version, percentage: 100 });
  // Nothing else of the stack moves.
  expect(
    changes.map(({ operation, type, name }) => `${operation} ${type.split(":").at(-1)} ${name}`).toSorted(),
  ).toEqual(["delete WorkerVersion app", "replace WorkersDeployment app"]);
  expect(await on.run("preview", { RUNG_APP_IMAGE: first })).toEqual([]);
  // The new version is made, and its deployment fails: the one before still serves, and is named.
  await expect(on.run("up", { RUNG_FAULT: "before:create:2:error" })).rejects.toThrow();
  expect((await on.state())["WorkerVersion app"]).toBeDefined();
  expect(await serving()).toEqual({ versionId: version, percentage: 100 });
  expect((await on.outputs()).image).toBe(first);
  await on.run("up");
  expect((await serving())?.versionId).not.toBe(version);
  expect(await on.run("preview")).toEqual([]);
});

test("no secret stands in the clear in the state, its history, the settings, the events or the logs", async () => {
  const { bindings } = await on.outputs();
  const [made] = await heldOf("accountToken:AccountToken");
  const seen = [token, bindings.AUTH_SECRET, bindings.CRON_SECRET, made?.outputs.value].map(String);
  expect(seen.every((secret) => secret.length >= 40)).toBe(true);
  const written = on.written();
  // What is no secret stands there: it is the right files that are looked at.
  expect(written.filter(({ text }) => text.includes("pulse-rehearsal-database")).length).toBeGreaterThan(3);
  expect(inTheClear(written, seen)).toEqual([]);
});

test("refreshed without a change; its protection lifted, destroyed; nothing is left", async () => {
  expect(await on.run("refresh")).toEqual([]);
  await settle("small", { "rung:protect": "false" });
  await on.run("up");
  await on.run("destroy");
  expect(await on.held()).toEqual([]);
  expect(Object.keys(await on.state())).toEqual([]);
});

test("data of the EU is made there, whatever holds it; who is to be told is; old files go", async () => {
  const program = join(import.meta.dirname, "programs", "edge.ts");
  const eu = await hosted("cloudflare-edge", { "rung:region": "enam" }, program);
  try {
    await eu.settle("large");
    await eu.run("up");
    const state = await eu.state();
    for (const store of [
      "D1Database database",
      "R2Bucket storage-uploads",
      "R2Bucket export",
      "WorkersKvNamespace cache",
      "Queue jobs",
      "Queue jobs-failed",
    ]) {
      expect(state[store]?.inputs, store).toMatchObject({ jurisdiction: "eu" });
    }
    expect(JSON.stringify(Object.values(state).map(({ inputs }) => inputs))).not.toContain("enam");
    const policies = Object.entries(state).filter(([name]) => name.startsWith("NotificationPolicy alert-"));
    expect(policies.map(([, { inputs }]) => inputs?.alertType).toSorted()).toEqual([
      "dos_attack_l7",
      "incident_alert",
      "universal_ssl_event_type",
    ]);
    const [[, policy] = []] = policies;
    expect(policy?.inputs?.mechanisms).toEqual({
      emails: [{ id: "ops@example.com" }],
      webhooks: [{ id: state["NotificationPolicyWebhooks alerts-1"]?.id }],
    });
    const month = 30 * 24 * 60 * 60;
    expect(state["R2BucketLifecycle storage-uploads"]?.inputs?.rules).toContainEqual(
      expect.objectContaining({
        id: "expired",
        deleteObjectsTransition: { condition: { type: "Age", maxAge: month } },
      }),
    );
    expect(await eu.run("preview")).toEqual([]);
  } finally {
    await eu.end();
  }
});
