import fc from "fast-check";
import { expect, test } from "vitest";
import { escapeMarkdown, fenced, mostCharacters, renderMarkdown } from "../../../review/render/markdown.ts";
import { aChange, aFinding, aReview, aStack } from "./review.ts";

test("the verdict and its reason come first, then the findings, then the table", () => {
  const text = renderMarkdown(aReview());
  const places = ["🔴 BLOCK", "data loss: database is replaced", "#### data loss", "| stack |"].map((part) =>
    text.indexOf(part),
  );
  expect(places).toEqual(places.toSorted((a, b) => a - b));
  expect(places).not.toContain(-1);
  expect(text).toContain("components/aws-ecs/database.ts:85");
  expect(text).toContain("1 stack without a change: dev");
});

test("a finding is never inside of what is collapsed", () => {
  const text = renderMarkdown(aReview());
  const shown = text.replaceAll(/<details>[\s\S]*?<\/details>/g, "");
  expect(shown).toContain("database is replaced by an empty one: what it holds is gone");
});

const many = (count: number, long: number) =>
  aReview({
    stacks: [
      aStack({
        findings: Array.from({ length: 40 }, (_, index) =>
          aFinding({ what: `finding number ${index} of many` }),
        ),
        changes: Array.from({ length: count }, (_, index) =>
          aChange({
            name: `resource-${index}`,
            properties: [
              { path: "value", from: "x".repeat(long), to: "`".repeat(long), replaces: false, secret: false },
            ],
          }),
        ),
      }),
    ],
  });

test("it stays under the limit by leaving diffs out first, and says so", () => {
  const text = renderMarkdown(many(2000, 160));
  expect(text.length).toBeLessThanOrEqual(mostCharacters);
  expect(text).toMatch(/Left out, to fit: .*the diff of prod/);
  for (let index = 0; index < 40; index += 1) expect(text).toContain(`finding number ${index} of many`);
});

test("whatever is left out, every fence and every fold is closed", () => {
  for (const limit of [60_000, 20_000, 9_000, 4_000, 1_000]) {
    const text = renderMarkdown(many(200, 150), limit);
    expect(text.length).toBeLessThanOrEqual(limit);
    expect(text.match(/<details>/g)?.length ?? 0).toBe(text.match(/<\/details>/g)?.length ?? 0);
    const fences = text.split("\n").filter((line) => /^`{3,}(diff)?$/.test(line));
    expect(fences.length % 2, text).toBe(0);
  }
});

test("no value opens or closes anything, or calls anybody", () => {
  fc.assert(
    fc.property(fc.string({ unit: "binary", maxLength: 60 }), (value) => {
      const text = escapeMarkdown(
        `${value}| <img src=x> @somebody \`code\` [a](b) https://example.com\n# title`,
      );
      expect(text).not.toMatch(/[<>`|[\]*_~]/);
      expect(text).not.toMatch(/[\r\n]/);
      expect(text).not.toMatch(/@\w/);
      expect(text).not.toContain("://");
    }),
    { numRuns: 50 },
  );
});

test("a fence is longer than any in what it holds", () => {
  expect(fenced("a ```` b")).toMatch(/^`{5}diff\na ```` b\n`{5}$/);
});
