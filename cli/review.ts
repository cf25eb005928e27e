import { DiagnosticsError } from "../components/model/diagnostics.ts";
import { stateFolder } from "../engine/backend.ts";
import { readCheckpoint } from "../engine/pulumi.ts";
import { ensureToolchain } from "../engine/toolchain.ts";
import { type Progress, step } from "../operations/progress.ts";
import { review as reviewChange } from "../review/index.ts";
import { exitCodes, type Review } from "../review/model.ts";
import { teamPacks } from "../review/policies.ts";
import { renderHtml } from "../review/render/html.ts";
import { renderJson } from "../review/render/json.ts";
import { renderMarkdown } from "../review/render/markdown.ts";
import { renderTerminal } from "../review/render/terminal.ts";
import type { Base } from "../review/standing.ts";
import { marks } from "./render/text.ts";

export interface ReviewCommand {
  readonly base?: string;
  readonly stack?: readonly string[];
  readonly state?: string;
  readonly predict?: boolean;
  readonly json?: boolean;
  readonly md?: boolean;
  readonly html?: boolean;
}

/**
 * Says what a change means for every stack that it concerns.
 * @returns 0 safe, 2 review, 3 block
 */
export async function review(options: ReviewCommand): Promise<number> {
  const base = await baseOf(options);
  const toolchain = await step(tell, "toolchain", (say) => ensureToolchain(say));
  const policyPacks = await teamPacks();
  const asked = { base, policyPacks, ...(options.stack ? { stacks: options.stack } : {}) };
  const answer = await reviewChange(asked, toolchain, tell);
  process.stdout.write(rendererOf(options)(answer));
  return exitCodes[answer.verdict];
}

function rendererOf({ json, md, html }: ReviewCommand): (review: Review) => string {
  if (json) return renderJson;
  if (md) return renderMarkdown;
  return html ? renderHtml : renderTerminal;
}

/** The answer is one document: what goes on is told beside it, and to a person alone. */
function tell(progress: Progress): void {
  if (!process.stderr.isTTY || progress.event !== "step" || progress.detail !== undefined) return;
  process.stderr.write(`${marks[progress.state]} ${progress.step}\n`);
}

/** What was asked for; else the stacks as they live, where one does; else the last commit. */
async function baseOf({ base, state, stack = [], predict = false }: ReviewCommand): Promise<Base> {
  if (state !== undefined) {
    if (stack.length === 1) return { kind: "export", file: state };
    throw new DiagnosticsError([
      { what: "an exported state is of one stack", where: { file: "--state" }, mend: "name it with --stack" },
    ]);
  }
  if (base === "living") return { kind: "living", predict };
  if (base !== undefined) return { kind: "commit", ref: base };
  const lives = stateFolder() !== undefined && (await Promise.all(stack.map(livesHere))).some(Boolean);
  return lives ? { kind: "living", predict } : { kind: "commit", ref: "HEAD" };
}

const livesHere = async (stack: string): Promise<boolean> =>
  ((await readCheckpoint(stack))?.resources.length ?? 0) > 0;
