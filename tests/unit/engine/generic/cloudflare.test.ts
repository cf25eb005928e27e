import { mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { paths } from "../../../../engine/paths.ts";
import { Library } from "../../../../engine/providers/generic/sdk/library.ts";
import { findSdk } from "../../../../engine/providers/generic/sdk/package.ts";
import { StandIn } from "../../../../engine/providers/generic/standIn.ts";
import { Store, type Values } from "../../../../engine/providers/generic/store.ts";
import { vendorOf } from "../../../../engine/providers/generic/vendors/index.ts";

let folder = "";
let on: StandIn;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "rung-cloudflare-"));
  const sdk = findSdk("cloudflare", paths.modules);
  if (!sdk) throw new Error("cloudflare is not installed");
  const store = new Store(join(folder, "store"));
  on = new StandIn(new Library(sdk, join(folder, "sdk")), vendorOf("cloudflare"), () => store);
});
afterAll(() => rmSync(folder, { recursive: true }));

const account = { accountId: "0123456789abcdef0123456789abcdef" };
const types = {
  worker: "cloudflare:index/worker:Worker",
  version: "cloudflare:index/workerVersion:WorkerVersion",
  deployment: "cloudflare:index/workersDeployment:WorkersDeployment",
} as const;
const resource = (type: string) => ({ type, urn: `urn:pulumi:dev::pulse::${type}::app` });
const make = (type: string, inputs: Values) => on.create(resource(type), inputs).id;
const held = () => readdirSync(join(folder, "store")).length;

const code = (text: string) => ({
  mainModule: "worker.js",
  modules: [
    {
      name: "worker.js",
      contentType: "application/javascript+module",
      contentBase64: Buffer.from(text).toString("base64"),
    },
  ],
});
const deployment = (versionId: string) => ({
  ...account,
  scriptName: "pulse",
  strategy: "percentage",
  versions: [{ versionId, percentage: 100 }],
});

test("a version that is let go of is there to go back to, until its Worker is deleted", () => {
  const worker = { ...account, name: "pulse" };
  const workerId = make(types.worker, worker);
  const version = { ...account, workerId, ...code("one") };
  const first = make(types.version, version);
  on.delete(resource(types.version), first, version);
  const second = make(types.version, { ...version, ...code("two") });
  expect(second).not.toBe(first);
  const back = deployment(first);
  const deployed = make(types.deployment, back);
  on.delete(resource(types.deployment), deployed, back);
  expect(held()).toBe(4);
  on.delete(resource(types.worker), workerId, worker);
  expect(held()).toBe(0);
  expect(() => make(types.deployment, back)).toThrow(/does not exist/);
});

test("other code, or other classes, are another version", () => {
  const inputs = { ...account, workerId: "0123456789abcdef0123456789abcd00", ...code("one") };
  const before = { id: "1", inputs, outputs: inputs };
  const replacing = (now: Values) =>
    on.diff(types.version, before, now, []).map(({ path, replaces }) => [path, replaces]);
  expect(replacing({ ...inputs, ...code("two") })).toEqual([["modules[0].contentBase64", true]]);
  const exports = { Live: { type: "durable-object", storage: "sqlite" } };
  expect(replacing({ ...inputs, exports })).toEqual([["exports", true]]);
});

test("a Durable Object is bound only to a class that Cloudflare was told of", () => {
  const workerId = make(types.worker, { ...account, name: "objects" });
  const bindings = [{ name: "LIVE", type: "durable_object_namespace", className: "Live" }];
  const version = { ...account, workerId, ...code("one"), bindings };
  expect(() => make(types.version, version)).toThrow(/class 'Live'.*not currently configured/);
  const exports = { Live: { type: "durable-object", storage: "sqlite" } };
  expect(() => make(types.version, { ...version, exports })).not.toThrow();
});
