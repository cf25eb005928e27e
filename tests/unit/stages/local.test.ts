import { expect, test } from "vitest";
import { localBlueprint } from "../../../components/local/blueprint.ts";
import { fixedMemoryMb, localSizes } from "../../../components/local/sizes.ts";
import { defineSpec } from "../../../components/model/spec.ts";
import { sizes } from "../../../components/model/words.ts";

const spec = defineSpec({ name: "pulse", database: {}, cache: {}, storage: { buckets: { uploads: {} } } });

test("each size is larger than the one before, and none changes what must not be replaced", () => {
  const all = sizes.map((size) => localBlueprint(spec, size).capabilities);
  for (const [index, plan] of all.entries()) {
    const before = all[index - 1];
    if (!before) continue;
    expect(plan.app.count).toBeGreaterThan(before.app.count);
    expect(plan.database.detail.memoryMb).toBeGreaterThan(before.database.detail.memoryMb);
    expect(plan.cache.detail.maxMemoryMb).toBeGreaterThan(before.cache.detail.maxMemoryMb);
    expect(plan.edge).toEqual(before.edge);
    expect(plan.storage).toEqual(before.storage);
  }
});

test("the limits of size small stay within 2 GiB for all containers together", () => {
  const { app, database, pooler, cache, cdn } = localSizes.small;
  const ofSize =
    app.replicas * app.memoryMb + database.memoryMb + pooler.memoryMb + cache.memoryMb + cdn.memoryMb;
  const fixed = Object.values(fixedMemoryMb).reduce((sum, mb) => sum + mb, 0);
  expect(ofSize + fixed).toBeLessThanOrEqual(2048 + 128);
});

test("what the spec asks for and this machine cannot give is a loss, said with the way out", () => {
  const asks = defineSpec({
    name: "pulse",
    database: {},
    storage: { buckets: { uploads: { expireDays: 30 }, kept: {} } },
    alerts: { notify: ["team@example.com"] },
    objectives: { rpo: "0" },
  });
  const losses = localBlueprint(asks, "small").losses;
  expect(losses.map(({ capability }) => capability).toSorted()).toEqual([
    "alerts",
    "backup",
    "database",
    "dns",
    "storage",
  ]);
  expect(losses.find(({ capability }) => capability === "storage")?.what).toContain('"uploads"');
  expect(
    localBlueprint(spec, "small")
      .losses.map(({ capability }) => capability)
      .toSorted(),
  ).toEqual(["backup", "dns"]);
});

test("a plan knows only what the stage gives", () => {
  const { capabilities } = localBlueprint(spec, "small");
  // @ts-expect-error: this stage has no DNS of its own
  expect(capabilities.dns).toBeUndefined();
  // @ts-expect-error: and its database has no replicas
  expect(capabilities.database.detail.replicas).toBeUndefined();
});
