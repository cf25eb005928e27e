import { spawn } from "node:child_process";
import { join } from "node:path";
import { root } from "../engine/paths.ts";

export interface TestOptions {
  readonly slow?: boolean;
  readonly tier?: string;
}

/** Needs nothing but Node; the other tiers need the engine, Docker, or a living stack. */
const defaultTiers = ["unit"];

interface Report {
  readonly numPassedTests: number;
  readonly numFailedTests: number;
  readonly numFailedTestSuites: number;
}

/**
 * Runs the tests and ends with the line `N passed, N failed`; a file that cannot run counts as failed.
 * @returns 0 when all passed, else 1
 */
export async function test(options: TestOptions): Promise<number> {
  const tiers = options.tier ? [options.tier] : [...defaultTiers, ...(options.slow ? ["slow"] : [])];
  const file = join(root, ".rung", "tests.json");
  const args = [
    "run",
    "--reporter=default",
    "--reporter=json",
    `--outputFile.json=${file}`,
    "--passWithNoTests",
  ];
  const vitest = join(root, "node_modules", "vitest", "vitest.mjs");
  const child = spawn(process.execPath, [vitest, ...args, ...tiers.flatMap((t) => ["--project", t])], {
    cwd: root,
    stdio: ["ignore", "inherit", "inherit"],
  });
  const code = await new Promise<number>((resolve) => child.on("exit", (c) => resolve(c ?? 1)));
  const { readFile } = await import("node:fs/promises");
  const report = JSON.parse(await readFile(file, "utf8")) as Report;
  const failed = Math.max(report.numFailedTests, code === 0 ? 0 : 1);
  process.stdout.write(`${report.numPassedTests} passed, ${failed} failed\n`);
  return code === 0 ? 0 : 1;
}
