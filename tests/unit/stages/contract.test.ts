import { readdirSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { type BindingName, bindings } from "../../../components/model/bindings.ts";
import type { Blueprint } from "../../../components/model/blueprint.ts";
import { stageNames } from "../../../components/model/words.ts";
import { stages } from "../../../components/stages.ts";
import { root } from "../../support/rung.ts";

/** One file a capability, a pure plan, and what makes it. */
const files = [
  "alerts.ts",
  "app.ts",
  "auth.ts",
  "backup.ts",
  "blueprint.ts",
  "cache.ts",
  "cdn.ts",
  "database.ts",
  "dns.ts",
  "edge.ts",
  "index.ts",
  "jobs.ts",
  "network.ts",
  "realtime.ts",
  "secrets.ts",
  "sizes.ts",
  "storage.ts",
];

test.each(stageNames.filter((name) => name in stages))(
  "%s has a file of the same name for each capability",
  (stage) => {
    expect(readdirSync(join(root, "components", stage))).toEqual(expect.arrayContaining(files));
  },
);

test("what a stage does not give cannot be asked of it, nor a binding that no stage knows", () => {
  const plan = {} as Blueprint<{ app: { readonly replicas: number } }>;
  const wrong = () => [
    // @ts-expect-error: this stage has no database
    plan.capabilities.database,
    // @ts-expect-error: and its app has no such detail
    plan.capabilities.app.detail.gpu,
  ];
  expect(wrong).toThrow();
  // @ts-expect-error: no stage yields it
  const name: BindingName = "DATABASE_HOST";
  expect(name in bindings).toBe(false);
});
