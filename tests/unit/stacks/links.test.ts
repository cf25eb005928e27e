import { expect, test } from "vitest";
import { bindings } from "../../../components/model/bindings.ts";
import { linksOf } from "../../../stacks/links.ts";

test("a link tells what its stage tells, under SST's names, and nothing else", () => {
  const links = linksOf({ DATABASE_URL: "postgresql://app@db", DATABASE_POOL_MAX: "10", PORT: "3000" });
  expect(links).toEqual([{ name: "Database", properties: { url: "postgresql://app@db", poolMax: "10" } }]);
});

test("every secret binding reaches the app's code by some link", () => {
  const all = Object.fromEntries(Object.keys(bindings).map((name) => [name, name]));
  const told = linksOf(all).flatMap(({ properties }) => Object.values(properties));
  const secret = Object.entries(bindings).flatMap(([name, about]) => (about.secret ? [name] : []));
  expect(told).toEqual(expect.arrayContaining(secret));
  expect(new Set(told).size).toBe(told.length);
});
