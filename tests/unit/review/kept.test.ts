import { execFileSync } from "node:child_process";
import { readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { paths, root } from "../../../engine/paths.ts";
import { keepDescription, keptDescription } from "../../../review/bases.ts";
import { checkedOut } from "../../../review/checkout.ts";
import { describe } from "../../../review/read/describe.ts";

const commit = execFileSync("git", ["rev-parse", "HEAD"], { cwd: root, encoding: "utf8" }).trim();
const committed = execFileSync("git", ["show", "HEAD:package.json"], { cwd: root, encoding: "utf8" });

test("a commit is checked out once, and anew where somebody touched what is kept", async () => {
  const [folder, again] = await Promise.all([checkedOut(commit), checkedOut(commit)]);
  expect(again).toBe(folder);
  const file = join(folder, "package.json");
  expect(readFileSync(file, "utf8")).toBe(committed);
  writeFileSync(file, "{}");
  expect(await checkedOut(commit)).toBe(folder);
  expect(readFileSync(file, "utf8")).toBe(committed);
  rmSync(join(folder, "app", "spec.ts"));
  await checkedOut(commit);
  expect(readFileSync(join(folder, "app", "spec.ts"), "utf8")).toContain("defineSpec");
  // A checkout that was broken off has no index, or half of one.
  for (const index of ["", "DIRC"]) {
    writeFileSync(join(folder, "..", "index"), index);
    writeFileSync(file, "{}");
    await checkedOut(commit);
    expect(readFileSync(file, "utf8")).toBe(committed);
  }
  const status = execFileSync("git", ["worktree", "list"], { cwd: root, encoding: "utf8" });
  expect(status).not.toContain(folder);
}, 120_000);

test("what a commit says of itself is kept by all that decides it; a torn file is asked anew", async () => {
  const tree = { folder: await checkedOut(commit), label: "HEAD", commit };
  const config = { "rung:stage": "aws-ecs", "rung:size": "small", "rung:domain": "kept.example.com" };
  const sized = async (size: string) => {
    const described = await describe(tree, "prod", { ...config, "rung:size": size });
    if ("problems" in described) throw new Error(JSON.stringify(described.problems));
    return described.size;
  };
  expect(await sized("small")).toBe("small");
  expect(await sized("medium")).toBe("medium");
  const folder = join(paths.own, "described");
  for (const name of readdirSync(folder)) writeFileSync(join(folder, name), '{"size":');
  expect(await sized("small")).toBe("small");
  expect(await sized("small")).toBe("small");
  await keepDescription("a-test", { one: 1 });
  expect(await keptDescription("a-test")).toEqual({ one: 1 });
  rmSync(join(folder, "a-test.json"));
  expect(await keptDescription("a-test")).toBeUndefined();
}, 120_000);
