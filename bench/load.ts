/**
 * `node bench/load.ts [runs]`: how long the program of each stage takes to load, and in how much memory, before it asks
 * for its first resource; against a program that imports an SDK as its examples do, whole.
 */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { stages } from "../components/stages.ts";
import { heading, type Timed, weigh } from "./measure.ts";

const runs = Number(process.argv[2] ?? 5);
const compiled = mkdtempSync(join(tmpdir(), "rung-bench-"));

const program = (name: string, ...imports: readonly string[]): Timed => ({
  name,
  command: [
    process.execPath,
    "--input-type=module",
    "--eval",
    imports.map((one) => `await import("${one}");`).join("\n"),
  ],
  // as the language host has it: what was compiled once is kept
  env: { NODE_COMPILE_CACHE: compiled },
});

try {
  heading("Loading a program");
  for (const stage of Object.keys(stages)) {
    await weigh(
      program(stage, "./stacks/index.ts", `./components/${stage}/index.ts`),
      [program("the same base, import @pulumi/aws whole", "./stacks/index.ts", "@pulumi/aws")],
      runs,
    );
  }
} finally {
  rmSync(compiled, { recursive: true, force: true });
}
