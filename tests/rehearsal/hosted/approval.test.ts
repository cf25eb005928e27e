import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { awsAccount } from "../../support/awsWorld.ts";
import { type HostedStack, hostedStack } from "../../support/hostedRung.ts";

/** Approved is applied: the command itself, with stand-ins for AWS. */
const image = `ghcr.io/example/pulse@sha256:${"1".repeat(64)}`;

let own: HostedStack;
let file: string;

beforeAll(async () => {
  own = await hostedStack("aws-ecs", {
    settings: { "rung:image": image },
    servers: async (store) => [await awsAccount(store)],
  });
  file = join(own.folder, "plan.json");
});
afterAll(() => own.remove());

test("preview --out writes what would be done, by name, and what that is bound to", async () => {
  const { code, err, out } = await own.rung("preview", "--out", file);
  expect({ code, err }).toEqual({ code: 0, err: "" });
  expect(out).toContain(`--plan ${file}`);
  const plan = JSON.parse(await readFile(file, "utf8"));
  expect(plan.stack).toBe(own.stack);
  expect(plan.bound.commit).toMatch(/^[0-9a-f]{40}$/);
  expect(
    plan.changes.some(
      ({ name, operation }: { name: string; operation: string }) =>
        name === "database" && operation === "create",
    ),
  ).toBe(true);
});

test("settings that moved are refused, by name, before anything is touched", async () => {
  await own.set({ "rung:owner": "somebody-else" });
  const { code, err } = await own.rung("up", "--plan", file);
  expect(code).toBe(3);
  expect(err).toContain("bound.settings");
  expect(err).not.toContain("bound.state");
  expect(await own.held()).toEqual([]);
  await own.set({});
});

test("another commit, or another program, is refused by name", async () => {
  const plan = JSON.parse(await readFile(file, "utf8"));
  const other = join(own.folder, "other.json");
  await writeFile(
    other,
    JSON.stringify({ ...plan, bound: { ...plan.bound, commit: "0".repeat(40), sources: "0".repeat(64) } }),
  );
  const { code, err } = await own.rung("up", "--plan", other);
  expect(code).toBe(3);
  expect(err).toContain("bound.commit");
  expect(err).toContain("bound.sources");
});

test("what the command line says besides is refused as wrong usage", async () => {
  const { code, err } = await own.rung("up", "--plan", file, "--size", "large");
  expect(code).toBe(64);
  expect(err).toContain("--size");
});

test("what did not move is applied; and the same plan a second time is refused: the state moved", async () => {
  const first = await own.rung("up", "--plan", file);
  expect({ code: first.code, err: first.err }).toEqual({ code: 0, err: "" });
  const second = await own.rung("up", "--plan", file);
  expect(second.code).toBe(3);
  expect(second.err).toContain("bound.state");
  expect(second.err).not.toContain("bound.settings");
});
