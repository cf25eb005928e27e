import { expect, test } from "vitest";
import { ofArchive } from "../../../components/model/losses.ts";
import { platformSchema } from "../../../components/model/platform.ts";
import { defineSpec } from "../../../components/model/spec.ts";
import { stageNames } from "../../../components/model/words.ts";
import { stages } from "../../../components/stages.ts";
import { dueBefore } from "../../../migrations/archive/due.ts";

const at = (time: string, keepMonths?: number) => dueBefore(new Date(time), keepMonths).slice(0, 10);

test("what is shown stays, whatever the spec keeps; and what the spec keeps stays", () => {
  expect(at("2026-05-01T00:00:00Z")).toBe("2026-01-01");
  expect(at("2026-05-01T00:00:00Z", 3)).toBe("2026-01-01");
  expect(at("2026-05-31T23:59:59Z", 3)).toBe("2026-02-01");
  expect(at("2026-05-31T23:59:59Z", 12)).toBe("2025-05-01");
});

test("nothing is archived unless the spec says so, and never fewer months kept than are shown", () => {
  const spec = (archive?: { keepMonths: number }) =>
    defineSpec({ name: "pulse", database: archive ? { archive } : {} });
  expect(spec().database?.archive).toBeUndefined();
  expect(spec({ keepMonths: 4 }).database?.archive).toEqual({ keepMonths: 4, schedule: "30 4 * * *" });
  expect(() => spec({ keepMonths: 2 })).toThrow("database.archive.keepMonths");
});

test("a stage that does not archive by itself says so", () => {
  const spec = defineSpec({ name: "pulse", database: { archive: { keepMonths: 4 } } });
  for (const name of stageNames) expect(ofArchive(spec, name), name).toHaveLength(name === "local" ? 0 : 1);
  const platform = platformSchema.parse({ region: "eu-central-1" });
  const losses = (database: object) =>
    stages["aws-ecs"].blueprint(defineSpec({ name: "pulse", database }), "medium", platform).losses;
  const more = losses({ archive: { keepMonths: 4 } }).filter(
    ({ what }) => !losses({}).some((one) => one.what === what),
  );
  expect(more).toEqual(ofArchive(spec, "aws-ecs"));
});
