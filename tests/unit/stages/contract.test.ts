import { execFileSync } from "node:child_process";
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

test("what is planned is planned without Pulumi and its SDKs, which take a third of a second to load", () => {
  const program = `import("./components/stages.ts").then(() => {
    for (const file of Object.keys(require.cache)) if (file.includes("/@pulumi")) console.log(file);
  })`;
  expect(execFileSync(process.execPath, ["-e", program], { cwd: root, encoding: "utf8" })).toBe("");
});

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
