import { expect, test } from "vitest";
import { chooseBackup } from "../../../../operations/backup/choose.ts";
import type { Backup } from "../../../../operations/stage.ts";

const backup = (name: string, finished: string, cluster = "1"): Backup => ({
  name,
  kind: "full",
  finished,
  seconds: 1,
  databaseBytes: 1,
  storedBytes: 1,
  cluster,
});
const [monday, tuesday, wednesday] = [
  backup("monday", "2026-01-05T01:00:00.000Z"),
  backup("tuesday", "2026-01-06T01:00:00.000Z"),
  backup("wednesday", "2026-01-07T01:00:00.000Z"),
];
const all = [monday, tuesday, wednesday];

test("the newest; or the newest that had ended by then; or the one that is named", () => {
  expect(chooseBackup(all, {}).name).toBe("wednesday");
  expect(chooseBackup(all, { to: "2026-01-07T00:59:59.999Z" }).name).toBe("tuesday");
  expect(chooseBackup(all, { to: "2026-01-06T01:00:00.000Z" }).name).toBe("tuesday");
  expect(chooseBackup(all, { backup: "monday" }).name).toBe("monday");
});

test("none is an error that says what can be had", () => {
  expect(() => chooseBackup([], {})).toThrow("there is no backup");
  expect(() => chooseBackup(all, { to: "2026-01-01T00:00:00.000Z" })).toThrow(
    "the earliest time that can be restored is 2026-01-05T01:00:00.000Z",
  );
  expect(() => chooseBackup(all, { backup: "friday" })).toThrow("monday, tuesday, wednesday");
});

test("a database that was made anew is not taken for the one that was lost", () => {
  const anew = [...all, backup("empty", "2026-01-08T01:00:00.000Z", "2")];
  expect(() => chooseBackup(anew, {})).toThrow("--backup wednesday brings the earlier one back");
  expect(chooseBackup(anew, { backup: "empty" }).name).toBe("empty");
  expect(chooseBackup(anew, { to: "2026-01-07T12:00:00.000Z" }).name).toBe("wednesday");
});
