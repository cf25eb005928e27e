import { DiagnosticsError } from "../components/model/diagnostics.ts";
import { type Size, type StageName, stageNames } from "../components/model/words.ts";
import { stages } from "../components/stages.ts";
import { ensureToolchain } from "../engine/toolchain.ts";
import { step } from "../operations/progress.ts";
import { type Rehearsed, rehearseAll, renderRehearsal } from "../operations/rehearse/index.ts";
import type { HostedStage } from "../operations/rehearse/settings.ts";
import { rendererFor } from "./render/renderer.ts";

export interface RehearseOptions {
  readonly all?: boolean;
  readonly size?: Size;
  readonly to?: Size;
  readonly json?: boolean;
}

/**
 * Rehearses the life of a stage, or of all, with stand-ins for every provider: no account, no network, no cost.
 * @returns 0 when every step was as it must be, 1 when one was not, 2 when a stage of several carries no such size
 */
export async function rehearse(named: string | undefined, options: RehearseOptions): Promise<number> {
  const asked = options.all ? hosted : [stageNamed(named)];
  // In JSON the outcome alone is printed: one document.
  const renderer = options.json
    ? { take() {}, end() {} }
    : await rendererFor({}, "Rehearsal with stand-ins: no account is reached, nothing real is made");
  let outcomes: readonly Rehearsed[];
  try {
    const report = renderer.take.bind(renderer);
    const toolchain = await step(report, "toolchain", (say) => ensureToolchain(say));
    outcomes = await rehearseAll(asked, toolchain, options, report);
  } finally {
    renderer.end();
  }
  if (options.json) {
    process.stdout.write(`${JSON.stringify(options.all ? outcomes : outcomes[0], null, 2)}\n`);
  } else {
    for (const one of outcomes) process.stdout.write(`\n${renderRehearsal(one)}\n`);
  }
  const lives = outcomes.flatMap((one) => ("ok" in one ? one : []));
  return lives.some(({ ok }) => !ok) ? 1 : lives.length < outcomes.length ? 2 : 0;
}

const isHosted = (name: StageName): name is HostedStage => name !== "local";
const hosted = stageNames.filter(isHosted).filter((name) => name in stages);

/** @throws DiagnosticsError unless it is a stage that can be rehearsed */
export function stageNamed(name: string | undefined): HostedStage {
  const found = hosted.find((one) => one === name);
  if (found) return found;
  throw new DiagnosticsError([
    {
      what: name === "local" ? "local runs for real: rung up" : "say which stage to rehearse, or --all",
      where: { file: "rung rehearse" },
      ...(name ? { found: name } : {}),
      allowed: hosted.join(", "),
    },
  ]);
}
