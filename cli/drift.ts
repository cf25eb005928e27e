import { DiagnosticsError, failure } from "../components/model/diagnostics.ts";
import { isPreview } from "../components/model/stackNames.ts";
import { stackNames } from "../engine/pulumi.ts";
import { ensureToolchain, type Toolchain } from "../engine/toolchain.ts";
import { accept } from "../operations/drift/accept.ts";
import { revert } from "../operations/drift/revert.ts";
import { look } from "../operations/living.ts";
import { loadSpec } from "../operations/target.ts";
import { type Drift, driftOf, driftReview } from "../review/drift.ts";
import { exitCodes } from "../review/model.ts";
import { renderJson } from "../review/render/json.ts";
import { renderMarkdown } from "../review/render/markdown.ts";
import { renderTerminal } from "../review/render/terminal.ts";
import { counts } from "./change.ts";
import { columns, paint, wrap } from "./render/text.ts";
import { watched } from "./watched.ts";

export interface DriftOptions {
  readonly stack?: readonly string[];
  readonly json?: boolean;
  readonly md?: boolean;
  readonly accept?: boolean;
  readonly revert?: boolean;
  readonly yes?: boolean;
}

/**
 * What the world has that the code does not say, and what is done about it.
 * @returns 0 when nothing differs, 2 when something does, 3 when a review would block what does
 */
export async function drift(options: DriftOptions): Promise<number> {
  if (options.accept && options.revert)
    throw failure("the world is accepted or reverted", "say --accept, or --revert", "rung drift", 64);
  const toolchain = await ensureToolchain();
  const stacks = options.stack ?? (await livingStacks(toolchain));
  if ((options.accept || options.revert) && stacks.length !== 1)
    throw failure("one stack at a time", "name it: --stack S", "rung drift", 64);
  const [stack] = stacks;
  if (options.accept && stack) return accepted(toolchain, stack, options);
  if (options.revert && stack) return reverted(toolchain, stack, options);
  const found: Drift[] = [];
  for (const one of stacks) found.push(await driftOf(toolchain, await mustBeUp(one)));
  const review = driftReview((await loadSpec()).name, found);
  const render = options.json ? renderJson : options.md ? renderMarkdown : renderTerminal;
  process.stdout.write(render(review));
  return review.stacks.length === 0 ? 0 : Math.max(2, exitCodes[review.verdict]);
}

/** Every stack that is up here, previews not: they come and go. */
async function livingStacks(toolchain: Toolchain): Promise<string[]> {
  const names = (await stackNames(toolchain)).filter((name) => !isPreview(name));
  const up = await Promise.all(
    names.map(async (name) => (await look(name).catch(() => undefined))?.living !== undefined),
  );
  return names.filter((_, index) => up[index]).toSorted();
}

async function mustBeUp(stack: string): Promise<string> {
  if ((await look(stack)).living) return stack;
  throw failure(`the stack ${stack} is not up`, `rung up --stack ${stack}`, "rung drift");
}

async function accepted(toolchain: Toolchain, stack: string, { json }: DriftOptions): Promise<number> {
  const done = await accept(toolchain, await mustBeUp(stack));
  if (json) process.stdout.write(`${JSON.stringify(done, null, 2)}\n`);
  else {
    const rows = done.written.map(({ file, key, from, to }) => [
      "✔",
      `${file}: ${key}`,
      `${from ?? "not there"} → ${to}`,
    ]);
    if (rows.length > 0) process.stdout.write(`${columns(rows)}\n\n`);
    for (const { name, why } of done.refused)
      process.stdout.write(`${wrap(`! ${name}: ${why}`, "  ", "    ")}\n`);
    if (rows.length + done.refused.length === 0) process.stdout.write("  nothing differs\n");
  }
  return done.refused.length > 0 ? 2 : 0;
}

async function reverted(toolchain: Toolchain, stack: string, options: DriftOptions): Promise<number> {
  const before = await driftOf(toolchain, await mustBeUp(stack));
  const worse = before.review.findings.filter(({ severity }) => severity === "block");
  if (worse.length > 0 && !options.yes) {
    throw new DiagnosticsError(
      worse.map(({ what }) => ({
        what,
        where: { file: stack },
        mend: "what is gone is made anew, and empty: say --yes, then restore a backup",
      })),
      3,
    );
  }
  const ended = await watched(options, `drift · ${stack} · revert`, async (report, signal) => ({
    changes: await revert(stack, before, report, signal),
  }));
  if ("exitCode" in ended) return ended.exitCode;
  const after = await driftOf(toolchain, stack);
  const left = after.review.findings.map(({ what }) => what);
  if (!options.json) {
    const rest = left.length === 0 ? "the world is as the code says" : `still different: ${left.join("; ")}`;
    process.stdout.write(`\n${paint("dim", wrap(`${counts(ended.done.changes)}; ${rest}`))}\n`);
  }
  return left.length === 0 ? 0 : 2;
}
