import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import type { TestStack } from "../support/stack.ts";
import { type TreeStack, treeStack } from "../support/treeStack.ts";
import { docker, theContainer } from "./docker.ts";

/** In a copy of the checkout: what is accepted would be written into its settings and spec. */
let living: TreeStack;
let own: TestStack;
const rung = (...args: string[]) => living.rung(...args);
beforeAll(async () => {
  living = await treeStack();
  own = living.own;
});
afterAll(() => living.remove());

interface Found {
  readonly verdict: string;
  readonly stacks: readonly {
    readonly findings: readonly { rank: string; rule: string; what: string; resource?: { name: string } }[];
  }[];
}

const drift = async (...args: string[]) => {
  const ran = await rung("drift", "--stack", own.stack, "--json", ...args);
  return { ...ran, found: JSON.parse(ran.out) as Found };
};

test("a stack that nobody touched is as its code says", async () => {
  const { code, found, err } = await drift();
  expect({ code, err }).toEqual({ code: 0, err: "" });
  expect(found).toMatchObject({ verdict: "SAFE", stacks: [], reason: "the world is as the code says" });
});

test("what was done by hand is found, each by what it puts at stake, and nothing is changed by looking", async () => {
  const { Id: cache } = await theContainer(own, "cache");
  const { Id: cdn } = await theContainer(own, "cdn");
  const { Id: jobs } = await theContainer(own, "jobs");
  const { Id: exporter } = await theContainer(own, "exporter");
  await docker("update", "--memory", "200m", "--memory-swap", "200m", "--restart", "no", cache);
  await docker("stop", cdn);
  await docker("rm", "--force", jobs);
  await docker("network", "disconnect", `pulse-${own.stack}-private`, exporter);
  const id = (await readFile(join(living.folder, ".rung", "id"), "utf8")).trim();
  const labels = [`dev.rung.app=pulse`, `dev.rung.stack=${own.stack}`, `dev.rung.clone=${id}`];
  const image = (await docker("inspect", "--format", "{{.Image}}", cache)).trim();
  await docker("create", "--name", `stray-${own.stack}`, ...labels.flatMap((one) => ["--label", one]), image);

  const { code, found } = await drift();
  expect(code).toBeGreaterThanOrEqual(2);
  const findings = found.stacks[0]?.findings ?? [];
  const by = (name: string) =>
    findings.filter(({ resource, what }) => resource?.name === name || what.includes(name));
  expect(by("cdn").map(({ rule, rank }) => `${rank}: ${rule}`)).toContain("downtime: stopped");
  expect(by("jobs").length).toBeGreaterThan(0);
  expect(by("jobs")[0]?.what).toContain("is gone");
  expect(by("cache").length).toBeGreaterThan(0);
  expect(by("exporter").length).toBeGreaterThan(0);
  expect(by(`stray-${own.stack}`).map(({ rule }) => rule)).toEqual(["not-in-state"]);
  const ranks = ["data loss", "downtime", "exposure", "cost", "rest"];
  const order = findings.map(({ rank }) => ranks.indexOf(rank));
  expect(order, "worst first").toEqual(order.toSorted((a, b) => a - b));
  expect((await docker("inspect", "--format", "{{.State.Running}}", cdn)).trim()).toBe("false");
});

test("no secret of the stack is told, on a terminal or in Markdown, and 80 columns do", async () => {
  const passwords = await Promise.all(
    (["database", "storage"] as const).map(async (part) => {
      const { Config } = await theContainer(own, part);
      return Config.Env.filter((one) => /PASSWORD|SECRET/.test(one)).map((one) =>
        one.slice(one.indexOf("=") + 1),
      );
    }),
  );
  const all = passwords.flat().filter((one) => one.length >= 8);
  for (const format of [[], ["--md"], ["--json"]]) {
    const { out } = await rung("drift", "--stack", own.stack, ...format);
    for (const one of all) expect(out).not.toContain(one);
    if (format.length === 0)
      for (const line of out.split("\n")) expect(line.length, line).toBeLessThanOrEqual(80);
  }
});

test("--accept says of each why nothing in the code can say it", async () => {
  const before = await readFile(join(living.folder, own.file), "utf8");
  const ran = await rung("drift", "--stack", own.stack, "--accept", "--json");
  expect(ran.code, ran.err).toBe(2);
  const { written, refused } = JSON.parse(ran.out) as {
    written: object[];
    refused: { name: string; why: string }[];
  };
  expect(written).toEqual([]);
  expect(refused.map(({ name }) => name).toSorted()).toEqual(["cache", "cdn", "exporter", "jobs"]);
  expect(refused.find(({ name }) => name === "cache")?.why).toMatch(/memory = 200.*restart = no/);
  expect(refused.find(({ name }) => name === "jobs")?.why).toContain("gone");
  expect(await readFile(join(living.folder, own.file), "utf8")).toBe(before);
});

test("--revert brings the world back", async () => {
  const ran = await rung("drift", "--stack", own.stack, "--revert", "--json");
  expect(ran.code, ran.out + ran.err).toBe(0);
  expect((await drift()).code).toBe(0);
  expect((await rung("status", "--stack", own.stack)).code).toBe(0);
  expect(await docker("ps", "--all", "--quiet", "--filter", `name=stray-${own.stack}`)).toBe("");
  const { Id } = await theContainer(own, "cache");
  expect(await docker("inspect", "--format", "{{.HostConfig.Memory}}", Id)).not.toBe(
    String(200 * 1024 * 1024),
  );
});
