import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { fsbpTable } from "../../../cli/render/fsbp.ts";
import { root } from "../../../engine/paths.ts";
import { fsbp, rulesFor } from "../../../policies/fsbp.ts";
import { rules, stackRules } from "../../../policies/rules/index.ts";

test.each(Object.entries(fsbp))("%s has rules, or a reason why not, and not both", (control, why) => {
  expect(rulesFor(control).length > 0, rulesFor(control).join(", ")).toBe(why === undefined);
});

test("every rule that names a control names one of the list", () => {
  const named = [...rules, ...stackRules].flatMap(({ controls }) =>
    controls.flatMap((control) => (control.startsWith("FSBP ") ? control.slice("FSBP ".length) : [])),
  );
  expect(named.filter((control) => !(control in fsbp))).toEqual([]);
});

test("docs/fsbp.md holds every control", () => {
  const page = readFileSync(join(root, "docs", "fsbp.md"), "utf8");
  const between = /<!-- fsbp -->\n([\s\S]*?)\n<!-- \/fsbp -->/.exec(page)?.[1];
  expect(between).toBe(fsbpTable());
});
