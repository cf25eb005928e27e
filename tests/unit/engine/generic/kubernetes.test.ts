import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeEach, expect, test } from "vitest";
import { Library } from "../../../../engine/providers/generic/sdk/library.ts";
import { findSdk } from "../../../../engine/providers/generic/sdk/package.ts";
import { StandIn } from "../../../../engine/providers/generic/standIn.ts";
import { Store, type Values } from "../../../../engine/providers/generic/store.ts";
import { vendorOf } from "../../../../engine/providers/generic/vendors/index.ts";

const modules = join(import.meta.dirname, "..", "..", "..", "..", "node_modules");
const cache = mkdtempSync(join(tmpdir(), "rung-kubernetes-"));
afterAll(() => rmSync(cache, { recursive: true }));
const sdk = findSdk("kubernetes", modules);
if (!sdk) throw new Error("@pulumi/kubernetes is not installed");
const library = new Library(sdk, cache);
let cluster: StandIn;
beforeEach(() => {
  const store = new Store(mkdtempSync(join(cache, "store-")));
  cluster = new StandIn(library, vendorOf("kubernetes"), () => store);
});

function make(type: string, given: Values, name = "it") {
  const resource = { type, urn: `urn:pulumi:dev::pulse::${type}::${name}` };
  const { inputs, failures } = cluster.check(resource, undefined, given);
  expect(failures).toEqual([]);
  return cluster.create(resource, inputs);
}

const inApp = (name: string) => ({ name, namespace: "app" });
const restricted = { name: "app", labels: { "pod-security.kubernetes.io/enforce": "restricted" } };
const pod = (securityContext: Values, spec: Values = {}) => ({
  metadata: { labels: { app: "it" } },
  spec: {
    securityContext: { runAsNonRoot: true, seccompProfile: { type: "RuntimeDefault" } },
    containers: [{ name: "it", image: "it", securityContext }],
    ...spec,
  },
});
const hardened = { allowPrivilegeEscalation: false, capabilities: { drop: ["ALL"] } };
const deployment = (template: Values) => ({
  metadata: inApp("it"),
  spec: { selector: { matchLabels: { app: "it" } }, template },
});

test("a namespace that enforces the restricted standard takes no pod beyond it", () => {
  make("kubernetes:core/v1:Namespace", { metadata: restricted });
  expect(() => make("kubernetes:apps/v1:Deployment", deployment(pod({})))).toThrow(
    'violates PodSecurity "restricted": container it: drops no capabilities; container it: allowPrivilegeEscalation is not false',
  );
  expect(() =>
    make("kubernetes:apps/v1:Deployment", deployment(pod(hardened, { hostNetwork: true }))),
  ).toThrow("hostNetwork is true");
  expect(make("kubernetes:apps/v1:Deployment", deployment(pod(hardened))).id).toBe("app/it");
});

test("a CronJob's pod is looked at as well, and one in a namespace that asks nothing is not", () => {
  const jobOf = (template: Values) => ({
    metadata: inApp("it"),
    spec: { schedule: "0 2 * * *", jobTemplate: { spec: { template } } },
  });
  make("kubernetes:core/v1:Namespace", { metadata: restricted });
  expect(() => make("kubernetes:batch/v1:CronJob", jobOf(pod({ privileged: true })))).toThrow(
    "is privileged",
  );
  const anywhere = { ...jobOf(pod({})), metadata: { name: "it" } };
  expect(make("kubernetes:batch/v1:CronJob", anywhere).id).toBe("default/it");
});

test("a pod's service account must be there", () => {
  make("kubernetes:core/v1:Namespace", { metadata: { name: "app" } });
  const asked = deployment(pod(hardened, { serviceAccountName: "app" }));
  expect(() => make("kubernetes:apps/v1:Deployment", asked)).toThrow('serviceaccounts "app" not found');
  make("kubernetes:core/v1:ServiceAccount", { metadata: inApp("app") });
  expect(make("kubernetes:apps/v1:Deployment", asked).id).toBe("app/it");
});

test("a custom resource needs the chart that brings its kind; its kind and metadata are checked", () => {
  make("kubernetes:core/v1:Namespace", { metadata: { name: "app" } });
  const type = "kubernetes:external-secrets.io/v1:SecretStore";
  const store = {
    apiVersion: "external-secrets.io/v1",
    kind: "SecretStore",
    metadata: inApp("it"),
    spec: {},
  };
  expect(() => make(type, store)).toThrow('no matches for kind "SecretStore"');
  make("kubernetes:helm.sh/v3:Release", { name: "secrets", namespace: "default", chart: "external-secrets" });
  expect(make(type, store).id).toBe("app/it");
  const { failures } = cluster.check({ type, urn: `urn:pulumi:dev::pulse::${type}::it` }, undefined, {
    ...store,
    metadata: { ...store.metadata, lables: {} },
  });
  expect(failures.map(({ reason }) => reason)).toEqual([
    'there is no input "metadata.lables"; did you mean "labels"?',
  ]);
});

test("of two objects that bear one name the old one goes first", () => {
  const type = "kubernetes:batch/v1:Job";
  const named = (name: string) => ({ metadata: inApp(name) });
  expect(cluster.deletesFirst(type, named("migrate-1"), named("migrate-1"))).toBe(true);
  expect(cluster.deletesFirst(type, named("migrate-1"), named("migrate-2"))).toBe(false);
});
