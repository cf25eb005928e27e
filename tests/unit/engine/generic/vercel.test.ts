import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { root } from "../../../../engine/paths.ts";
import facts from "../../../../engine/providers/generic/facts/vercel.json" with { type: "json" };
import { Library } from "../../../../engine/providers/generic/sdk/library.ts";
import { findSdk } from "../../../../engine/providers/generic/sdk/package.ts";
import type { Properties, Shape } from "../../../../engine/providers/generic/sdk/shape.ts";
import { StandIn } from "../../../../engine/providers/generic/standIn.ts";
import { Store, type Values } from "../../../../engine/providers/generic/store.ts";
import { vendorOf } from "../../../../engine/providers/generic/vendors/index.ts";

const cache = mkdtempSync(join(tmpdir(), "rung-vercel-"));
afterAll(() => rmSync(cache, { recursive: true }));
const sdk = findSdk("vercel", join(root, "node_modules"));
if (!sdk) throw new Error("@pulumiverse/vercel is not installed");
const library = new Library(sdk, cache);
const store = new Store(cache);
const standIn = new StandIn(library, vendorOf("vercel"), () => store);
const reasons = (type: string, inputs: Values) =>
  standIn.check({ type, urn: `urn:pulumi:dev::pulse::${type}::it` }, undefined, inputs).failures;

/** The input that a path leads to; undefined when the SDK declares none. */
function shapeAt(properties: Properties, [name = "", ...rest]: readonly string[]): Shape | undefined {
  const shape = properties[name]?.shape;
  if (rest.length === 0 || !shape) return shape;
  const inner = objectIn(shape);
  return inner === undefined ? undefined : shapeAt(library.object(inner), rest);
}
function objectIn(shape: Shape): string | undefined {
  if (shape.is === "object") return shape.ref;
  if (shape.is === "array" || shape.is === "map") return objectIn(shape.of);
  return shape.is === "union" ? shape.of.map(objectIn).find((ref) => ref !== undefined) : undefined;
}

test.each([
  ["replaces", facts.replaces],
  ["values", Object.fromEntries(Object.entries(facts.values).map(([type, one]) => [type, Object.keys(one)]))],
])("every input that the table of %s names is one that the installed SDK has", (_, table) => {
  const unknown = Object.entries(table).flatMap(([type, paths]) => {
    const schema = library.schema(type);
    if (!schema) return []; // of a newer or older SDK
    return paths.filter((path) => !shapeAt(schema.inputs, path.split("."))).map((path) => `${type} ${path}`);
  });
  expect(unknown).toEqual([]);
});

test("a value that the SDK's documentation writes in camel case, and the provider does not take, is refused", () => {
  const project = (deploymentType: string) =>
    reasons("vercel:index/project:Project", { name: "pulse", vercelAuthentication: { deploymentType } });
  expect(project("standard_protection_new")).toEqual([]);
  expect(project("standardProtectionNew")).toEqual([
    {
      property: "vercelAuthentication.deploymentType",
      reason: expect.stringMatching(/the provider takes standard_protection_new, /),
    },
  ]);
});

test("values inside lists are held against theirs, each told by its place", () => {
  const rule = (action: string) => ({
    name: "rule",
    conditionGroups: [{ conditions: [{ type: "path", op: "pre", value: "/api/" }] }],
    action: { action },
  });
  const failures = reasons("vercel:index/firewallConfig:FirewallConfig", {
    projectId: "prj_1",
    rules: { rules: [rule("bypass"), rule("let")] },
  });
  expect(failures.map(({ property }) => property)).toEqual(["rules.rules[1].action.action"]);
});

test("a variable without a value, or with two, is refused", () => {
  const type = "vercel:index/projectEnvironmentVariable:ProjectEnvironmentVariable";
  const variable = { projectId: "prj_1", key: "A", sensitive: true, targets: ["production"] };
  const make = (given: Values) => () =>
    standIn.create({ type, urn: `urn:pulumi:dev::pulse::${type}::it` }, { ...variable, ...given });
  expect(make({})).toThrow(/exactly one of value and valueWo/);
  expect(make({ value: "a", valueWo: "b" })).toThrow(/exactly one of value and valueWo/);
});

interface Fact {
  readonly replaceOnChanges: readonly string[];
  readonly secretOutputs: readonly string[];
}
const reference = join(
  process.env.RUNG_FACTS ?? join(root, "..", "shared", "reference"),
  "vercel-facts.json",
);
// Facts of the bridged schema, kept outside the repository: RUNG_FACTS names their folder.
test.skipIf(!existsSync(reference))(
  "the stand-in knows at least what the provider's schema says: replacements and secrets",
  () => {
    const known = JSON.parse(readFileSync(reference, "utf8")) as Record<string, Fact>;
    const replaces: Readonly<Record<string, readonly string[]>> = facts.replaces;
    const missing = Object.entries(known).flatMap(([type, fact]) => {
      const schema = library.schema(type);
      if (!schema) return [];
      return [
        ...fact.replaceOnChanges
          .filter((name) => !replaces[type]?.includes(name))
          .map((n) => `replaces ${n}`),
        ...fact.secretOutputs
          .filter((name) => name in schema.inputs && !schema.secrets.includes(name))
          .map((name) => `secret ${name}`),
      ].map((what) => `${type} ${what}`);
    });
    expect(missing).toEqual([]);
  },
);
