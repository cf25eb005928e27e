import { readFile } from "node:fs/promises";
import { type Diagnostic, DiagnosticsError, failure } from "../../components/model/diagnostics.ts";
import { type StageName, stageNames } from "../../components/model/words.ts";
import { stackNames } from "../../engine/pulumi.ts";
import { ensureToolchain, type Toolchain } from "../../engine/toolchain.ts";
import type { Report } from "../progress.ts";
import { loadSpec } from "../target.ts";
import { sweepCopies } from "./copies.ts";
import { labelledThings, type Preview, previews } from "./list.ts";
import { asTheOne, previewDown } from "./lives.ts";
import { sweepVendors, type VendorSwept } from "./orphans/index.ts";
import { prOf, protectedStacks } from "./settings.ts";
import type { Template } from "./template.ts";

/** Why a preview goes. */
export type Reason = "closed" | "expired" | "orphan" | "never came up";

export interface Swept {
  readonly removed: readonly { readonly stack: string; readonly why: Reason | "a killed copy" }[];
  /** What stays, and is to. */
  readonly kept: readonly Preview[];
  /** Somebody works on it now, or a push came meanwhile: the next sweep looks again. */
  readonly busy: readonly string[];
  readonly failed: readonly { readonly stack: string; readonly errors: readonly Diagnostic[] }[];
  /** Of what was removed, the names of all that is still there: empty, or it failed. */
  readonly left: readonly string[];
  /** What was found at vendors' that no state knows. */
  readonly vendors: readonly VendorSwept[];
}

export interface SweepOptions {
  readonly template: Template;
  /** The pull requests that are open; undefined when that is not known: then none counts as closed. */
  readonly open?: readonly number[];
  /** Where previews are made, beside the template's stage and those of the previews that there are. */
  readonly stage?: StageName;
  readonly now?: Date;
  readonly signal?: AbortSignal;
}

/** Why a preview is to go; undefined when it may stay. */
export function reasonToGo(preview: Preview, { open, now = new Date() }: SweepOptions): Reason | undefined {
  if (preview.state === "orphan") return "orphan";
  if (open && !open.includes(preview.pr)) return "closed";
  if (preview.activity === undefined) return "never came up";
  return preview.expires !== undefined && preview.expires <= now.toISOString() ? "expired" : undefined;
}

/**
 * Finds and removes every preview that is to go, one after the other, and looks at the end whether anything of them is
 * left. Killed at any moment, the next one goes on from there: what decides is noted in the stack itself.
 */
export async function sweep(options: SweepOptions, report: Report): Promise<Swept> {
  const { template, signal } = options;
  const toolchain = await ensureToolchain();
  const found = await previews(toolchain, template);
  const removed: { stack: string; why: Reason | "a killed copy" }[] = [];
  const failed: { stack: string; errors: readonly Diagnostic[] }[] = [];
  const busy: string[] = [];
  for (const preview of found) {
    const why = reasonToGo(preview, options);
    if (why === undefined || signal?.aborted) continue;
    const { stack, pr } = preview;
    report({ event: "message", severity: "info", text: `${stack}: ${why}` });
    const stillToGo = async () => {
      const now = (await previews(toolchain, template)).find((one) => one.stack === stack);
      return now !== undefined && reasonToGo(now, options) !== undefined;
    };
    try {
      const gone = await previewDown(pr, template, report, {
        wait: false,
        stillToGo,
        ...(signal && { signal }),
      });
      if (gone) removed.push({ stack, why });
      else busy.push(stack);
    } catch (error) {
      if (!(error instanceof DiagnosticsError)) throw error;
      if (error.exitCode === 2) busy.push(stack);
      else failed.push({ stack, errors: error.diagnostics });
    }
  }
  for (const stack of await sweepCopies(toolchain, report)) removed.push({ stack, why: "a killed copy" });
  const after = await previews(toolchain, template);
  const gone = new Set(removed.map(({ stack }) => stack));
  const things = (await labelledThings()).filter(({ stack }) => gone.has(stack));
  const vendors = await atVendors(toolchain, options, found, report);
  return {
    removed,
    kept: after.filter((one) => reasonToGo(one, options) === undefined),
    busy,
    failed,
    left: [
      ...after.filter(({ stack }) => gone.has(stack)).map(({ stack }) => `stack ${stack}`),
      ...things.map(({ kind, name }) => `${kind} ${name}`),
      ...vendors.flatMap(({ vendor, left }) => left.map(({ thing }) => `${vendor} ${thing.name}`)),
    ],
    vendors,
  };
}

/** Looks at the vendors of every stage that previews are made on. */
async function atVendors(
  toolchain: Toolchain,
  { template, stage, signal }: SweepOptions,
  found: readonly Preview[],
  report: Report,
): Promise<readonly VendorSwept[]> {
  const named = [stage, template.config["rung:stage"], ...found.map((one) => one.stage)];
  const stages = stageNames.filter((name) => name !== "local" && named.includes(name));
  const cannot = whyNotAsked(template);
  if (cannot !== undefined)
    return stages.map((vendor) => ({ vendor, cannot, removed: [], left: [], doubted: [], busy: [] }));
  const { name: app } = await loadSpec();
  const lookMs = Number(process.env.RUNG_LOOK_MS) || 5000;
  const sweeping = {
    where: { app, config: template.config, env: process.env, lookMs },
    known: async () => {
      const lasting = (await protectedStacks(template.file)).map((one) => one.stack);
      return new Set([...(await stackNames(toolchain)), ...lasting]);
    },
    alone: <T>(stack: string, work: () => Promise<T>) => aloneWith(stack, report, work),
    ...(signal && { signal }),
  };
  const swept = new Map<string, VendorSwept>();
  for (const name of stages)
    for (const one of await sweepVendors(name, sweeping, report)) swept.set(one.vendor, one);
  return [...swept.values()];
}

/**
 * Only where one state holds every preview of an account is what it does not know nobody's: else another clone, with a
 * state of its own, would take CI's previews for orphans.
 */
function whyNotAsked({ limits, file }: Template): string | undefined {
  const plain = (url: string) => url.replace(/\/+$/, "");
  if (limits.state === undefined)
    return `not asked: ${file} does not say which state holds all previews (preview:state)`;
  const own = process.env.PULUMI_BACKEND_URL ?? "";
  return plain(own) === plain(limits.state)
    ? undefined
    : `not asked: the state here is another than preview:state of ${file}`;
}

async function aloneWith<T>(stack: string, report: Report, work: () => Promise<T>): Promise<T | undefined> {
  try {
    return await asTheOne(prOf(stack) ?? 0, "rung pr sweep", report, work, false);
  } catch (error) {
    if (error instanceof DiagnosticsError && error.exitCode === 2) return undefined;
    throw error;
  }
}

/**
 * The numbers of the pull requests that are open: `1,2,3`, or a file with one a line. Of nothing at all it is said
 * explicitly (`none`): an empty answer of a failed query would sweep everything away.
 * @throws DiagnosticsError when it is neither
 */
export async function openFrom(text: string, kind: "list" | "file"): Promise<number[]> {
  const where = kind === "list" ? "--open" : text;
  const said = kind === "list" ? text : await readFile(text, "utf8").catch(() => "");
  const words = said.split(/[\s,]+/).filter((word) => word !== "");
  if (words.length === 1 && words[0] === "none") return [];
  if (words.length > 0 && words.every((word) => /^[1-9]\d{0,6}$/.test(word))) return words.map(Number);
  throw failure(
    "these are no numbers of pull requests",
    'separate them by commas or lines; "none" when none is open',
    where,
    64,
  );
}
