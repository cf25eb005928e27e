import { expect, test } from "vitest";
import { optionsOf } from "../../../cli/promote.ts";

test("what is said in gigabytes and seconds is kept to in bytes and milliseconds", () => {
  const of = { from: "prod", to: "next" };
  expect(optionsOf(of).limits).toEqual({});
  expect(optionsOf({ ...of, kept: 3, pause: 2, jobs: 8, knownRole: ["monitor"] }).limits).toEqual({
    keptBytes: 3e9,
    pauseMs: 2000,
    jobs: 8,
    knownRoles: ["monitor"],
  });
});
