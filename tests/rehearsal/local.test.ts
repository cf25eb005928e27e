import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { diagram } from "../../cli/render/graph.ts";
import { root } from "../../engine/paths.ts";
import { ensureToolchain } from "../../engine/toolchain.ts";
import { graphOf } from "../../operations/graph.ts";
import { makeWorkspace } from "../../operations/rehearse/workspace.ts";

test("the page of the local stage draws what is made (rung graph --stack dev --md)", async () => {
  const workspace = await makeWorkspace(await ensureToolchain());
  try {
    await workspace.settle({ "rung:stage": "local", "rung:size": "small", "rung:protect": "true" });
    const { code, diagnostics } = await workspace.run("up");
    expect(code, diagnostics.map(({ message }) => message).join("\n")).toBe(0);
    const page = readFileSync(join(root, "docs", "stages", "local.md"), "utf8");
    const drawn = /<!-- graph -->\n([\s\S]*?)\n<!-- \/graph -->/.exec(page)?.[1];
    expect(diagram(graphOf((await workspace.checkpoint())?.resources ?? []))).toBe(drawn);
  } finally {
    await workspace.remove();
  }
});
