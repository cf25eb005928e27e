import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { DiagnosticsError } from "../../components/model/diagnostics.ts";
import { hostBinary } from "../../engine/binaries.ts";
import { run } from "../../engine/run.ts";
import { root } from "../support/rung.ts";

test("actionlint has nothing to say of the workflows, and would have of a broken one", async ({ skip }) => {
  const actionlint = await hostBinary("actionlint").catch((error: unknown) => {
    if (!(error instanceof DiagnosticsError)) throw error;
    process.stderr.write(`\nTHE WORKFLOWS ARE NOT LINTED: ${error.message}\n`);
    return undefined;
  });
  if (actionlint === undefined) return skip("actionlint can be neither brought nor built here");
  const found = await run(actionlint, ["-no-color"], { cwd: root });
  expect(found.stdout + found.stderr).toBe("");
  expect(found.code).toBe(0);
  const folder = await mkdtemp(join(tmpdir(), "rung-actionlint-"));
  try {
    const broken = join(folder, "broken.yml");
    const step = `- run: echo \${{ github.event.pull_request.title }}`;
    await writeFile(broken, `on: push\njobs:\n  a:\n    runs-on: ubuntu-24.04\n    steps:\n      ${step}\n`);
    const seen = await run(actionlint, ["-no-color", broken], { cwd: root });
    expect(seen.code).toBe(1);
    expect(seen.stdout).toContain("untrusted");
  } finally {
    await rm(folder, { recursive: true });
  }
});
