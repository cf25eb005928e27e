import { expect, test } from "vitest";
import type { Verdict } from "../../../review/model.ts";
import type { Case } from "../../review/case.ts";
import { standGroup } from "../../review/corpus.ts";
import { expectReview, groups } from "../../review/judge.ts";

/** The whole corpus, and what a team that trusts the verdict would live through. */
const verdicts: { one: Case; got: Verdict }[] = [];

test.each(Object.entries(groups))("%s", async (_, group) => {
  const stood = await standGroup(group);
  const problems: string[] = [];
  try {
    for (const one of group.cases) {
      const review = await stood.review(one);
      verdicts.push({ one, got: review.verdict });
      try {
        expectReview(review, one);
      } catch (error) {
        problems.push(`${one.name}\n${error instanceof Error ? error.message : String(error)}`);
      }
    }
  } finally {
    await stood.end();
  }
  expect(problems).toEqual([]);
});

test("no false SAFE, and at most one needless BLOCK in twenty", () => {
  const falseSafe = verdicts.filter(({ one, got }) => got === "SAFE" && one.verdict !== "SAFE");
  const needless = verdicts.filter(({ one, got }) => got === "BLOCK" && one.verdict !== "BLOCK");
  expect(falseSafe.map(({ one }) => one.name)).toEqual([]);
  expect(needless.length / verdicts.length).toBeLessThanOrEqual(1 / 20);
});
