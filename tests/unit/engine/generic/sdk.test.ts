import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { factsOf } from "../../../../engine/providers/generic/sdk/docs.ts";
import { Library } from "../../../../engine/providers/generic/sdk/library.ts";
import { findSdk } from "../../../../engine/providers/generic/sdk/package.ts";
import type { Schema } from "../../../../engine/providers/generic/sdk/shape.ts";
import { defaultNames, readShape } from "../../../../engine/providers/generic/sdk/typeReader.ts";

const modules = join(import.meta.dirname, "..", "..", "..", "..", "node_modules");
const cache = mkdtempSync(join(tmpdir(), "rung-sdk-"));
afterAll(() => rmSync(cache, { recursive: true }));

const libraries = new Map<string, Library>();
function library(name: string): Library {
  const known = libraries.get(name);
  if (known) return known;
  const sdk = findSdk(name, modules);
  if (!sdk) throw new Error(`${name} is not installed`);
  const made = new Library(sdk, cache);
  libraries.set(name, made);
  return made;
}
function schema(token: string): Schema {
  const found = library(token.split(":")[0] ?? "").schema(token);
  if (!found) throw new Error(`no ${token}`);
  return found;
}
const required = ({ inputs }: Schema) =>
  Object.entries(inputs)
    .filter(([, property]) => property.required)
    .map(([name]) => name);

test("type expressions are read as the SDKs write them", () => {
  const read = (text: string) => readShape(text, defaultNames);
  expect(read("pulumi.Input<string | undefined>")).toEqual({
    is: "union",
    of: [{ is: "string" }, { is: "undefined" }],
  });
  expect(read("pulumi.Input<pulumi.Input<inputs.rds.InstanceS3Import>[]>")).toEqual({
    is: "array",
    of: { is: "object", ref: "input:rds.InstanceS3Import" },
  });
  expect(read("pulumi.Input<{\n  [key: string]: pulumi.Input<string>;\n}>")).toEqual({
    is: "map",
    of: { is: "string" },
  });
  expect(read('pulumi.Input<"apps/v1" | 3>')).toEqual({
    is: "union",
    of: [
      { is: "literal", value: "apps/v1" },
      { is: "literal", value: 3 },
    ],
  });
  expect(() => read("pulumi.Input<string")).toThrow("expected >");
});

test.each([
  ["aws:rds/instance:Instance", ["instanceClass"], ["password", "passwordWo"]],
  ["aws:elasticache/replicationGroup:ReplicationGroup", ["description"], ["authToken", "authTokenWo"]],
  ["aws:ec2/subnet:Subnet", ["vpcId"], []],
  ["aws:iam/role:Role", ["assumeRolePolicy"], []],
  [
    "aws:secretsmanager/secretVersion:SecretVersion",
    ["secretId"],
    ["secretBinary", "secretString", "secretStringWo"],
  ],
  ["hcloud:index/server:Server", ["serverType"], []],
  ["hcloud:index/volume:Volume", ["size"], []],
  ["cloudflare:index/d1Database:D1Database", ["accountId", "name"], []],
  ["cloudflare:index/dnsRecord:DnsRecord", ["name", "ttl", "type", "zoneId"], []],
  [
    "vercel:index/projectEnvironmentVariable:ProjectEnvironmentVariable",
    ["key", "projectId", "sensitive"],
    ["value", "valueWo"],
  ],
  [
    "upstash:index/redisDatabase:RedisDatabase",
    ["databaseName", "region"],
    ["password", "readOnlyRestToken", "restToken"],
  ],
  ["kubernetes:core/v1:Secret", [], ["data", "stringData"]],
  ["kubernetes:apps/v1:Deployment", ["spec"], []],
  ["kubernetes:rbac.authorization.k8s.io/v1:RoleBinding", ["roleRef"], []],
])("%s has the required inputs and the secrets of its declarations", (token, needs, secrets) => {
  const found = schema(token);
  expect(required(found).toSorted()).toEqual(needs);
  expect(found.secrets.toSorted()).toEqual(secrets);
});

test("what the vendor computes is told from what is asked for", () => {
  const { inputs, outputs } = schema("aws:rds/instance:Instance");
  expect(inputs).not.toHaveProperty("endpoint");
  expect(outputs.endpoint).toMatchObject({ required: true, shape: { is: "string" } });
  expect(inputs.allocatedStorage?.shape).toEqual({ is: "number" });
});

test("a file that is spelled otherwise than its token is found", () => {
  expect(required(schema("upstash:index/qStashSchedule:QStashSchedule"))).toEqual(["cron", "destination"]);
  expect(schema("cloudflare:index/r2BucketCors:R2BucketCors").inputs).toHaveProperty("bucketName");
});

test("nested objects and enums are read when asked for", () => {
  const aws = library("aws");
  expect(aws.object("input:s3.BucketVersioning").enabled?.shape).toEqual({ is: "boolean" });
  expect(aws.object("input:efs.FileSystemLifecyclePolicy")).toHaveProperty("transitionToIa");
  expect(aws.enumeration("rds.EngineMode")).toContain("provisioned");
  const kubernetes = library("kubernetes");
  expect(kubernetes.object("input:meta.v1.ObjectMeta").labels?.shape).toEqual({
    is: "map",
    of: { is: "string" },
  });
});

test("functions have arguments and a result", () => {
  const found = schema("aws:index/getAvailabilityZones:getAvailabilityZones");
  expect(found.inputs).toHaveProperty("allAvailabilityZones");
  expect(found.outputs.zoneIds?.shape).toEqual({ is: "array", of: { is: "string" } });
});

test("a type that the installed version does not have is unknown", () => {
  expect(library("aws").schema("aws:rds/instance:Instnace")).toBeUndefined();
});

test("documentation gives what a program can check", () => {
  const names = new Set(["name", "namePrefix"]);
  expect(
    factsOf(
      "/** Name. Conflicts with `namePrefix`. Changing this forces a new resource to be created. */",
      names,
    ),
  ).toEqual({ conflictsWith: ["namePrefix"], replaces: true });
  expect(
    factsOf("/** Valid values: `bursting`, `provisioned`, or `elastic`. Defaults to `bursting`. */", names),
  ).toEqual({
    values: ["bursting", "provisioned", "elastic"],
    byDefault: "bursting",
  });
  // One case alone, or an open list, is no rule.
  expect(factsOf("/** When decreased, this will force a recreation of the resource. */", names)).toEqual({});
  expect(factsOf("/** Valid values are `a`, `b` and any prefix of yours. */", names)).toEqual({});
});

test("sixty types are read in well under 1.5 s, and from the cache in under 50 ms", () => {
  const folder = mkdtempSync(join(tmpdir(), "rung-sdk-"));
  const sdk = findSdk("aws", modules);
  if (!sdk) throw new Error("aws is not installed");
  const tokens = new Library(sdk, folder).tokens().slice(0, 60);
  const timed = (): number => {
    const fresh = new Library(sdk, folder);
    const began = performance.now();
    for (const token of tokens) {
      const inputs = fresh.schema(token)?.inputs ?? {};
      for (const { shape } of Object.values(inputs)) if (shape.is === "object") fresh.object(shape.ref);
    }
    fresh.save();
    return performance.now() - began;
  };
  expect(timed()).toBeLessThan(1500);
  expect(timed()).toBeLessThan(50);
  rmSync(folder, { recursive: true });
});
