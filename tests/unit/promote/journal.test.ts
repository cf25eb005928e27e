import { mkdtemp, readFile, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { createMemory, openMemory, readEvidence } from "../../../migrations/stages/journal.ts";
import { type Journal, serving, states, transitions } from "../../../migrations/stages/states.ts";

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "rung-journal-"));
});
afterEach(() => rm(folder, { recursive: true }));

const journal: Journal = {
  version: 1,
  id: "0123abcd",
  from: "prod",
  to: "next",
  state: "planned",
  began: "2026-01-01T00:00:00.000Z",
  changed: "2026-01-01T00:00:00.000Z",
  identity: { source: "1/app", target: "2/app" },
  schemas: ["public"],
  identityFull: [],
  decided: "source",
  wayBack: true,
};

test("a journal is read back as it was written, by its owner alone", async () => {
  const memory = await createMemory(folder, journal);
  await memory.write({ state: "target-ready" });
  const again = await openMemory(folder);
  expect(again?.journal.state).toBe("target-ready");
  expect((await stat(join(folder, "journal.json"))).mode & 0o777).toBe(0o600);
  expect((await readEvidence(folder)).map(({ what }) => what)).toEqual(["planned", "target-ready"]);
});

test("a state that cannot follow is refused, and nothing is written", async () => {
  const memory = await createMemory(folder, journal);
  await expect(memory.write({ state: "cut-over" })).rejects.toThrow("cannot become cut-over");
  expect((await openMemory(folder))?.journal.state).toBe("planned");
});

test("evidence of which a line was changed, or taken out, is refused by name", async () => {
  const memory = await createMemory(folder, journal);
  for (let round = 0; round < 3; round += 1) await memory.note(`look ${round}`, { rows: round });
  const file = join(folder, "evidence.jsonl");
  const text = await readFile(file, "utf8");
  await writeFile(file, text.replace('"rows":1', '"rows":2'));
  await expect(openMemory(folder)).rejects.toThrow("line 4 of the evidence does not follow");
  await writeFile(file, text.split("\n").toSpliced(1, 1).join("\n"));
  await expect(openMemory(folder)).rejects.toThrow("line 2 of the evidence does not follow");
});

test("a last line of the evidence that was cut off is none", async () => {
  const memory = await createMemory(folder, journal);
  const file = join(folder, "evidence.jsonl");
  await writeFile(file, `${await readFile(file, "utf8")}{"at":"2026`);
  await memory.note("goes on");
  expect((await readEvidence(folder)).map(({ what }) => what)).toEqual(["planned", "goes on"]);
});

test("every state leads to an end, and the source serves until the target was decided", () => {
  for (const state of states) {
    const seen = new Set([state]);
    for (const one of seen) for (const next of transitions[one]) seen.add(next);
    expect(
      [...seen].some((one) => transitions[one].length === 0),
      state,
    ).toBe(true);
  }
  for (const state of states) expect(serving({ ...journal, state, decided: "source" })).toBe("source");
  expect(serving({ ...journal, state: "cutover", decided: "target" })).toBe("target");
});
