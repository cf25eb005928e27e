import { afterAll, beforeAll, describe, test } from "vitest";
import { type Stood, standGroup } from "../../review/corpus.ts";
import { expectReview, groups } from "../../review/judge.ts";

/** A few of each group are enough here: `rung test --slow` reviews every one. */
const every = 10;

describe.each(Object.entries(groups))("%s", (_, group) => {
  let stood: Stood;
  beforeAll(async () => {
    stood = await standGroup(group);
  });
  afterAll(() => stood?.end());

  const cases = group.cases.filter((_, index) => index % every === 0);
  test.each(cases)("$name: $verdict", async (one) => expectReview(await stood.review(one), one));
});
