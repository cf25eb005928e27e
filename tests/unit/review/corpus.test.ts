import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { root } from "../../../engine/paths.ts";
import { groups } from "../../review/judge.ts";

/** A case whose words were moved says so at once, and not after minutes. */
const cases = Object.entries(groups).flatMap(([group, { cases: all }]) =>
  all.map((one) => [`${group}: ${one.name}`, one] as const),
);

test.each(cases)("%s is written against what stands there", (_, { edits = [] }) => {
  const texts = new Map<string, string>();
  for (const { file, find, put } of edits) {
    if (find === undefined) {
      expect(existsSync(join(root, file)), `${file} is there already`).toBe(false);
      continue;
    }
    const text = texts.get(file) ?? readFileSync(join(root, file), "utf8");
    expect(text.split(find).length - 1, `${find} in ${file}`).toBe(1);
    texts.set(
      file,
      text.replace(find, () => put),
    );
  }
});

test("there are cases enough, each with a name of its own", () => {
  expect(cases.length).toBeGreaterThanOrEqual(40);
  expect(new Set(cases.map(([name]) => name)).size).toBe(cases.length);
});
