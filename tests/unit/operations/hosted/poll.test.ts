import { expect, test } from "vitest";
import { added } from "../../../../operations/hosted/poll.ts";

const line = (time: number, text: string) => ({ part: "app", time: String(time), text });

test("of the newest lines those are shown that came after the last one known", () => {
  const [a, b, c] = [line(1, "a"), line(2, "b"), line(2, "c")];
  expect(added([], [a])).toEqual([a]);
  expect(added([a, b], [a, b, c])).toEqual([c]);
  expect(added([a, b], [a, b])).toEqual([]);
  expect(added([a], [b, c]), "so much was said that the last is gone").toEqual([b, c]);
});
