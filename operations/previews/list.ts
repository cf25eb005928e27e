import { minutes } from "../../components/model/duration.ts";
import type { Money } from "../../components/model/money.ts";
import type { Price } from "../../components/model/price.ts";
import { isPreview } from "../../components/model/stackNames.ts";
import { stateFolder } from "../../engine/backend.ts";
import { paths } from "../../engine/paths.ts";
import { readCheckpoint, stackNames, stackOutputs } from "../../engine/pulumi.ts";
import type { Toolchain } from "../../engine/toolchain.ts";
import type { LabelledThing, LivingOutputs } from "../stage.ts";
import { operationsOf } from "../stages.ts";
import { loadTarget, targetOf } from "../target.ts";
import { drafted, prOf } from "./settings.ts";
import type { Template } from "./template.ts";

/**
 * `up`: brought up at least once; `begun`: its first update has not ended well; `orphan`: no stack, only what it left
 * behind: things with its labels, or its settings.
 */
export type PreviewState = "up" | "begun" | "orphan";

/** A preview as it is found: in the backend, by labels in Docker, or by its settings file. */
export interface Preview {
  readonly pr: number;
  readonly stack: string;
  readonly state: PreviewState;
  readonly stage: string | undefined;
  readonly url: string | undefined;
  /** When somebody last wanted it to be there, ISO 8601. */
  readonly activity: string | undefined;
  readonly expires: string | undefined;
  /** By its blueprint, by currency; undefined when it cannot be planned. */
  readonly monthly: Money | undefined;
  /** Its parts that no price is known of. */
  readonly unpriced: readonly string[];
  /** Things with its labels, on this machine. */
  readonly things: number;
}

/** All previews that there is anything of, by number. Changes nothing, and waits for nobody. */
export async function previews(toolchain: Toolchain, template: Template): Promise<Preview[]> {
  const [stacks, files, things] = await Promise.all([
    stackNames(toolchain),
    stateIsOwn() ? drafted() : [],
    labelledThings(),
  ]);
  const known = stacks.filter(isPreview);
  const all = new Set([...known, ...files, ...things.map(({ stack }) => stack)]);
  const found = await Promise.all(
    [...all].map((stack) => previewOf(toolchain, template, stack, known.includes(stack), things)),
  );
  return found.toSorted((a, b) => a.pr - b.pr);
}

/** Of what is on this machine, only the state that this clone keeps here can tell what has no stack. */
const stateIsOwn = (): boolean => stateFolder()?.startsWith(paths.state) ?? false;

/** What carries labels of this clone's previews. Another clone's previews are its own to sweep. */
export async function labelledThings(): Promise<readonly LabelledThing[]> {
  if (!stateIsOwn()) return [];
  const { labelled } = await operationsOf("local");
  const all = (await labelled?.list().catch(() => [])) ?? [];
  return all.filter(({ stack, own }) => own && isPreview(stack));
}

async function previewOf(
  toolchain: Toolchain,
  template: Template,
  stack: string,
  known: boolean,
  things: readonly LabelledThing[],
): Promise<Preview> {
  // what `stacks/program.ts` yields; before the first update has ended, nothing
  const outputs = known
    ? ((await stackOutputs(toolchain, stack)) as Partial<LivingOutputs & { activity: string }> | undefined)
    : undefined;
  const activity = outputs?.activity ?? (await savedAt(stack));
  const price = await priceOf(stack, template, outputs?.stage);
  return {
    pr: prOf(stack) ?? 0,
    stack,
    state: !known ? "orphan" : outputs?.parts ? "up" : "begun",
    stage: outputs?.stage,
    url: outputs?.urls?.app,
    activity,
    expires:
      activity && new Date(Date.parse(activity) + minutes(template.limits.idle) * 60_000).toISOString(),
    monthly: price?.monthly,
    unpriced: price?.unknown ?? ["all of it, which cannot be planned"],
    things: things.filter((one) => one.stack === stack).length,
  };
}

/** Where no output says it: when the state was last saved. A remote backend is not asked for it. */
const savedAt = async (stack: string): Promise<string | undefined> =>
  stateFolder() ? (await readCheckpoint(stack))?.time : undefined;

/** By its own settings; where a runner that is gone had them, by the template and the stage that it lives on. */
const priceOf = async (
  stack: string,
  { config }: Template,
  stage: string | undefined,
): Promise<Price | undefined> =>
  loadTarget(stack)
    .catch(() => targetOf(stack, { ...config, ...(stage ? { "rung:stage": stage } : {}) }))
    .then(
      ({ plan }) => plan.price,
      () => undefined,
    );
