import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import type { Preview } from "../../../../operations/previews/list.ts";
import { openFrom, reasonToGo } from "../../../../operations/previews/sweep.ts";
import { loadTemplate } from "../../../../operations/previews/template.ts";

const template = await loadTemplate();
const now = new Date("2026-11-21T12:00:00Z");
const preview = (more: Partial<Preview> = {}): Preview => ({
  pr: 7,
  stack: "pr-7",
  state: "up",
  stage: "local",
  url: "https://localhost:30001",
  activity: "2026-11-20T12:00:00.000Z",
  expires: "2026-11-23T12:00:00.000Z",
  monthly: {},
  unpriced: [],
  things: 20,
  ...more,
});

test.each<[string, Partial<Preview>, readonly number[] | undefined, string | undefined]>([
  ["one that is in use stays", {}, [7], undefined],
  ["nobody said which are open: none counts as closed", {}, undefined, undefined],
  ["its pull request is closed", {}, [8], "closed"],
  ["no pull request is open", {}, [], "closed"],
  ["nobody wanted it for too long", { expires: "2026-11-21T12:00:00.000Z" }, [7], "expired"],
  ["things without a stack", { state: "orphan", activity: undefined }, [7], "orphan"],
  [
    "its first up was killed before anything was made",
    { state: "begun", activity: undefined },
    [7],
    "never came up",
  ],
  ["its first up is half done, lately", { state: "begun" }, [7], undefined],
])("%s", (_, more, open, why) => {
  expect(reasonToGo(preview(more), { template, now, ...(open && { open }) })).toBe(why);
});

test("open pull requests are a list, a file, or explicitly none", async () => {
  const folder = await mkdtemp(join(tmpdir(), "rung-open-"));
  const file = join(folder, "open");
  try {
    await writeFile(file, "12\n7\n");
    expect(await openFrom(file, "file")).toEqual([12, 7]);
    expect(await openFrom("1,2, 3", "list")).toEqual([1, 2, 3]);
    expect(await openFrom("none", "list")).toEqual([]);
    await writeFile(file, "");
    for (const [text, kind] of [
      ["", "list"],
      ["null", "list"],
      ["-1", "list"],
      [file, "file"],
      ["/nowhere", "file"],
    ] as const)
      await expect(openFrom(text, kind), text).rejects.toMatchObject({ exitCode: 64 });
  } finally {
    await rm(folder, { recursive: true });
  }
});
