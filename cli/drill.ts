import { relative } from "node:path";
import { failure } from "../components/model/diagnostics.ts";
import { inWords } from "../components/model/duration.ts";
import { root } from "../engine/paths.ts";
import { drill as runDrill } from "../operations/drill/drill.ts";
import { look } from "../operations/living.ts";
import type { StackOptions } from "./change.ts";
import { columns, paint } from "./render/text.ts";
import { watched } from "./watched.ts";

/**
 * Restores the newest backup where nobody is disturbed, checks and measures it.
 * @returns 0 when it passed, 2 when it did not
 */
export async function drill(options: StackOptions): Promise<number> {
  const { target, living } = await look(options.stack);
  if (!living) throw failure(`the stack ${options.stack} is not up`, `rung up --stack ${options.stack}`);
  const plan = target.plan.capabilities.backup;
  // where a blueprint says nothing of it, a day and what a run may take
  const maxAgeHours = (plan?.detail as { maxAgeHours?: number } | undefined)?.maxAgeHours ?? 26;
  const ended = await watched(options, `drill · ${options.stack}`, (report) =>
    runDrill(living, { maxAgeHours }, report),
  );
  if ("exitCode" in ended) return ended.exitCode;
  const { evidence, files } = ended.done;
  if (!options.json) {
    const { measured, promised } = evidence;
    const mark = (ok: boolean) => (ok ? "✔" : "✖");
    const figure = (name: string, found: number | undefined, most: number) => [
      mark(found !== undefined && found <= most),
      `${name} ${found === undefined ? "not measured" : `${(found * 60).toFixed(0)} s`}, promised ${inWords(most)}`,
    ];
    const rows = [
      ...evidence.checks.map(({ name, ok, found }) => [
        mark(ok),
        ok ? name : `${name}: ${found.split("\n")[0]}`,
      ]),
      figure("RTO", measured.rtoMinutes, promised.rtoMinutes),
      figure("RPO", measured.rpoMinutes, promised.rpoMinutes),
    ];
    process.stdout.write(`\n${columns(rows)}\n\n`);
    process.stdout.write(
      `  ${paint("bold", evidence.good ? "passed" : "FAILED")}; tiers kept: ${evidence.tiers.join(", ") || "none"}\n`,
    );
    process.stdout.write(`  ${relative(root, files.page)}\n`);
  }
  return evidence.good ? 0 : 2;
}
