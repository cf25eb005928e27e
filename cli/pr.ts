import { failure } from "../components/model/diagnostics.ts";
import { moneyText, sumOf } from "../components/model/money.ts";
import type { StageName } from "../components/model/words.ts";
import { ensureToolchain } from "../engine/toolchain.ts";
import type { Filled } from "../operations/previews/data.ts";
import { type Preview, previews } from "../operations/previews/list.ts";
import { previewDown, previewUp } from "../operations/previews/lives.ts";
import type { VendorSwept } from "../operations/previews/orphans/index.ts";
import { openFrom, sweep } from "../operations/previews/sweep.ts";
import { capOf, type Limits, loadTemplate } from "../operations/previews/template.ts";
import { counts } from "./change.ts";
import { columns, paint, secondsText } from "./render/text.ts";
import { watched } from "./watched.ts";

interface Common {
  /** Another template than `Pulumi.pr.yaml`. */
  readonly template: string;
  readonly json?: boolean;
}

export interface PrUpOptions extends Common {
  readonly pr: number;
  readonly stage?: StageName;
  readonly image?: string;
  readonly anonymizedFrom?: string;
}

/** Makes the preview stack of a pull request, or brings it to what is checked out. */
export async function prUp(options: PrUpOptions): Promise<number> {
  const { pr, stage, image, anonymizedFrom } = options;
  const template = await loadTemplate(options.template);
  const began = performance.now();
  const ended = await watched(options, `preview of #${pr}`, (report, signal) =>
    previewUp(
      {
        ...{ pr, template, signal },
        ...(stage && { stage }),
        ...(image && { image }),
        ...(anonymizedFrom && { anonymizedFrom }),
      },
      report,
    ),
  );
  if ("exitCode" in ended) return ended.exitCode;
  if (options.json) return 0;
  const { urls, changes, filled } = ended.done;
  const seconds = secondsText((performance.now() - began) / 1000);
  const rows = [...(urls.app ? [["app", urls.app]] : []), ["data", told(filled)]];
  process.stdout.write(`\n${columns(rows)}\n\n`);
  const gone = `gone ${template.limits.idle} after the last push`;
  process.stdout.write(`  ${paint("dim", `${counts(changes)} in ${seconds}; ${gone}`)}\n`);
  return 0;
}

function told(filled: Filled): string {
  if (filled.data === "seeded") return `${filled.users} made-up users, ${filled.events} events`;
  if (filled.data === "anonymized") return `${filled.rows} masked rows of ${filled.from}, ${filled.backup}`;
  return filled.data === "kept" ? "as it was" : `none: ${filled.why}`;
}

/**
 * Takes a preview away with all that is its own; none there is done already.
 * @returns 0 when nothing is left, else 1
 */
export async function prDown(options: Common & { readonly pr: number }): Promise<number> {
  const template = await loadTemplate(options.template);
  const began = performance.now();
  const ended = await watched(options, `preview of #${options.pr} · away`, async (report, signal) => {
    const gone = await previewDown(options.pr, template, report, { signal });
    if (gone) return gone;
    throw failure("nothing was done", "run it again", "rung pr down"); // nobody was asked whether it may stay
  });
  if ("exitCode" in ended) return ended.exitCode;
  const { changes, left, stack } = ended.done;
  if (!options.json) {
    const seconds = secondsText((performance.now() - began) / 1000);
    const rest = left.length === 0 ? `nothing of ${stack} is left` : `still there: ${left.join(", ")}`;
    process.stdout.write(`\n  ${paint("dim", `${counts(changes)} in ${seconds}; ${rest}`)}\n`);
  }
  return left.length === 0 ? 0 : 1;
}

/** The previews that there is anything of. */
export async function prList(options: Common): Promise<number> {
  const template = await loadTemplate(options.template);
  const all = await previews(await ensureToolchain(), template);
  if (options.json) process.stdout.write(`${JSON.stringify(all, null, 2)}\n`);
  else if (all.length === 0) process.stdout.write("  no previews\n");
  else process.stdout.write(`${table(all)}\n\n  ${paint("dim", summary(all, template.limits))}\n`);
  return 0;
}

const table = (all: readonly Preview[]): string =>
  columns([
    ["PREVIEW", "STATE", "STAGE", "EXPIRES (UTC)", "APP"],
    ...all.map(({ stack, state, stage = "-", expires, url = "-" }) => [
      stack,
      state,
      stage,
      expires?.slice(0, 16).replace("T", " ") ?? "-",
      url,
    ]),
  ]);

function summary(all: readonly Preview[], limits: Limits): string {
  const sum = moneyText(sumOf(all.map(({ monthly = {} }) => monthly)));
  const unpriced = all.reduce((count, one) => count + one.unpriced.length, 0);
  const more = unpriced > 0 ? `, and ${unpriced} parts without a price` : "";
  const most = moneyText(capOf(limits));
  return `${all.length} of at most ${limits.maxCount}; ${sum} a month${more}, of at most ${most}`;
}

export interface PrSweepOptions extends Common {
  readonly open?: string;
  readonly openFile?: string;
  readonly stage?: StageName;
}

/**
 * Removes previews that expired, whose pull request is closed, or that have no stack left.
 * @returns 0 when all that was to go is gone, 2 when somebody works on one or a person must look, 1 when one could not
 * be removed
 */
export async function prSweep(options: PrSweepOptions): Promise<number> {
  const { open, openFile, stage } = options;
  if (open !== undefined && openFile !== undefined)
    throw failure("the open pull requests are said twice", "say --open, or --open-file", "rung pr sweep", 64);
  const numbers = open ?? openFile;
  const known =
    numbers === undefined ? undefined : await openFrom(numbers, open === undefined ? "file" : "list");
  const template = await loadTemplate(options.template);
  const ended = await watched(options, "previews · sweep", (report, signal) =>
    sweep({ template, signal, ...(known && { open: known }), ...(stage && { stage }) }, report),
  );
  if ("exitCode" in ended) return ended.exitCode;
  const { removed, kept, busy, failed, left, vendors } = ended.done;
  if (!options.json) {
    const rows = [
      ...removed.map(({ stack, why }) => ["✔", stack, `removed: ${why}`]),
      ...busy.map((stack) => ["•", stack, "in use: left to the next sweep"]),
      ...failed.map(({ stack, errors }) => ["✖", stack, errors[0]?.what ?? "failed"]),
      ...vendors.flatMap(vendorRows),
    ];
    if (rows.length > 0) process.stdout.write(`\n${columns(rows)}\n`);
    const rest =
      left.length === 0 ? "nothing is left of what was removed" : `still there: ${left.join(", ")}`;
    process.stdout.write(`\n  ${paint("dim", `${removed.length} removed, ${kept.length} kept; ${rest}`)}\n`);
  }
  if (failed.length > 0 || left.length > 0) return 1;
  const unclear = vendors.some((one) => one.busy.length > 0 || one.doubted.length > 0);
  return busy.length > 0 || unclear ? 2 : 0;
}

/** What came of a vendor, by preview; nothing where nothing was found. */
function vendorRows({ vendor, cannot, removed, left, doubted, busy }: VendorSwept): string[][] {
  if (cannot !== undefined) return [["•", vendor, cannot]];
  const stacks = [...new Set(removed.map(({ stack }) => stack))];
  return [
    ...stacks.map((stack) => {
      const count = removed.filter((one) => one.stack === stack).length;
      return ["✔", stack, `removed: ${count} without a stack at ${vendor}`];
    }),
    ...busy.map((stack) => ["•", stack, "in use: left to the next sweep"]),
    ...left.map(({ thing, why }) => ["✖", thing.stack, `${vendor} ${thing.name}: ${why}`]),
    ...doubted.map(({ thing, why }) => ["•", `${vendor} ${thing.name}`, why]),
  ];
}
