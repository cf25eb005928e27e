import { availableParallelism } from "node:os";
import { DiagnosticsError } from "../components/model/diagnostics.ts";
import { type Size, type StageName, stageNames } from "../components/model/words.ts";
import { stages } from "../components/stages.ts";
import { ensureToolchain } from "../engine/toolchain.ts";
import {
  type RehearsalResult,
  rehearse as rehearseStage,
  renderRehearsal,
} from "../operations/rehearse/index.ts";
import type { HostedStage } from "../operations/rehearse/settings.ts";

export interface RehearseOptions {
  readonly all?: boolean;
  readonly size?: Size;
  readonly json?: boolean;
}

/**
 * Rehearses the life of a stage, or of all, with stand-ins for every provider: no account, no network, no cost.
 * @returns 0 when every step was as it must be, else 1
 */
export async function rehearse(named: string | undefined, options: RehearseOptions): Promise<number> {
  const asked = options.all ? hosted : [stageNamed(named)];
  const { pulumi, env } = await ensureToolchain((text) => options.json || process.stderr.write(`${text}\n`));
  const tools = { pulumi, env: env() };
  const size = options.size ? { size: options.size } : {};
  const results: RehearsalResult[] = [];
  const waiting = [...asked];
  const work = async () => {
    for (let stage = waiting.shift(); stage; stage = waiting.shift()) {
      const result = await rehearseStage(stage, { ...size, tools });
      results.push(result);
      if (!options.json) process.stdout.write(`${renderRehearsal(result)}\n\n`);
    }
  };
  await Promise.all(Array.from({ length: Math.max(1, availableParallelism() - 1) }, work));
  if (options.json) process.stdout.write(`${JSON.stringify(options.all ? results : results[0], null, 2)}\n`);
  return results.every(({ ok }) => ok) ? 0 : 1;
}

const isHosted = (name: StageName): name is HostedStage => name !== "local";
const hosted = stageNames.filter(isHosted).filter((name) => name in stages);

function stageNamed(name: string | undefined): HostedStage {
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
