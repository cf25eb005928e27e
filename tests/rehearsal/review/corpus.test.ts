import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type Stood, standGroup } from "../../review/corpus.ts";
import { expectReview, groups } from "../../review/judge.ts";

/** Stages are brought up whole, so a part of their cases is enough here: `rung test --slow` reviews every one. */
const every = 6;

describe.each(Object.entries(groups))("%s", (_, group) => {
  let stood: Stood;
  beforeAll(async () => {
    stood = await standGroup(group);
  });
  afterAll(() => stood?.end());

  const cases = "program" in group.base ? group.cases : group.cases.filter((_, index) => index % every === 0);
  test.each(cases)("$name: $verdict", async (one) => expectReview(await stood.review(one), one));
});

test("the corpus is as wide as it must be", () => {
  const all = Object.values(groups).flatMap(({ cases }) => cases);
  expect(all.length).toBeGreaterThanOrEqual(40);
  expect(new Set(all.map(({ name }) => name)).size).toBe(all.length);
});
