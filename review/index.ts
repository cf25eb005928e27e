import { availableParallelism } from "node:os";
import type { Toolchain } from "../engine/toolchain.ts";
import type { Report } from "../operations/progress.ts";
import { compare, type Side } from "./compare.ts";
import { madeWith, realPreview } from "./living.ts";
import { judge, type Review, ranked, type StackReview, type Verdict, worst } from "./model.ts";
import { judgedBefore, policiesOf } from "./policies.ts";
import { describe } from "./read/describe.ts";
import { type StackSettings, settingsOf } from "./read/settings.ts";
import { repositoryFindings } from "./repository.ts";
import { type Base, configOf, isStage, nothing, standingOf, stateOf } from "./standing.ts";
import { type Hunk, hunksBetween, settingsFiles, type Tree, treeOf, workingTree } from "./trees.ts";

export interface ReviewOptions {
  readonly base: Base;
  /** All that the change concerns, unless some are named. */
  readonly stacks?: readonly string[];
  /** Folders of policy packs to judge by besides Rung's own rules. */
  readonly policyPacks?: readonly string[];
}

/**
 * Says what the working tree would do to each stack that it concerns.
 * @throws DiagnosticsError when there is nothing to compare with, or the toolchain cannot be had
 */
export async function review(
  options: ReviewOptions,
  toolchain: Toolchain,
  report: Report = () => {},
): Promise<Review> {
  // Where no commit is named, the lines that changed are those since the last one.
  const ref = options.base.kind === "commit" ? options.base.ref : "HEAD";
  const tree = await treeOf(ref);
  const hunks = await hunksBetween(tree, workingTree);
  const names = options.stacks ?? (await stacksOf(tree));
  const asked = await Promise.all(names.map((name) => sidesOf(name, tree)));
  const concerned = asked.filter((one) => options.base.kind !== "commit" || isConcerned(one, hunks));
  const reviewed = await inTurn(concerned, (one) => reviewStack(one, hunks, options, toolchain, report));
  const reviews = reviewed.map(({ review }) => review);
  const touched = reviews.filter((one) => one.verdict !== "SAFE" || isTouched(one));
  const findings = ranked(repositoryFindings(hunks));
  const verdict = worst([judge(findings), ...reviews.map((one) => one.verdict)]);
  return {
    version: 1,
    verdict,
    reason: reasonOf(verdict, findings, touched),
    app: reviewed.find(({ app }) => app !== undefined)?.app ?? (await appName(asked)),
    base: options.base.kind === "commit" ? tree.label : "the living state",
    head: workingTree.label,
    findings,
    stacks: touched,
    untouched: names.filter((name) => !touched.some(({ stack }) => stack === name)),
  };
}

interface Asked {
  readonly stack: string;
  readonly base: Tree;
  readonly before: StackSettings | undefined;
  readonly after: StackSettings | undefined;
}

const sidesOf = async (stack: string, base: Tree): Promise<Asked> => ({
  stack,
  base,
  before: await settingsOf(base, stack),
  after: await settingsOf(workingTree, stack),
});

async function stacksOf(base: Tree): Promise<string[]> {
  const files = [...(await settingsFiles(base)), ...(await settingsFiles(workingTree))];
  return [...new Set(files.map((file) => file.slice("Pulumi.".length, -".yaml".length)))];
}

/** A stage's own folder concerns its stacks alone; the app's sources, those where they are built. */
function isConcerned({ before, after }: Asked, hunks: readonly Hunk[]): boolean {
  const mine = [before, after].flatMap((one) => one?.values["rung:stage"] ?? []);
  return hunks.some(({ file }) => {
    if (/^Pulumi\..+\.yaml$/.test(file)) return file === (after ?? before)?.file;
    const [folder, stage] = file.split("/");
    if (folder === "components" && isStage(stage)) return mine.includes(stage);
    if (folder === "app" && file !== "app/spec.ts") return !mine.every((one) => buildsNoApp.includes(one));
    return folder !== "migrations";
  });
}

/** Stages that are given the app's image by digest. */
const buildsNoApp: readonly string[] = ["hetzner-coolify", "aws-ecs", "aws-eks"];

const isTouched = ({ changes, intents, findings }: StackReview): boolean =>
  changes.length > 0 || intents.length > 0 || findings.length > 0;

async function reviewStack(
  { stack, base, before: committed, after }: Asked,
  hunks: readonly Hunk[],
  options: ReviewOptions,
  toolchain: Toolchain,
  report: Report,
): Promise<{ readonly review: StackReview; readonly app: string | undefined }> {
  const began = performance.now();
  report({ event: "step", step: stack, state: "running" });
  const exported = await stateOf(options.base, stack, toolchain);
  const known = committed ?? after;
  const before = exported && known ? madeWith(exported, known) : committed;
  const stage = (after ?? before)?.values["rung:stage"];
  const configs = [configOf(before, after), configOf(after, before)] as const;
  const from = await standingOf({
    stack,
    stage,
    base,
    config: configs[0],
    exported,
    isNew: !before,
    from: options.base,
    toolchain,
  });
  try {
    // While the engine is at it, each tree reads itself, and what stands is judged.
    const previewing = after
      ? from.real
        ? realPreview(toolchain, stack, options.policyPacks ?? [])
        : from.standing.preview({ tree: workingTree, config: configs[1] }, options.policyPacks)
      : Promise.resolve(nothing);
    const [preview, was, is, judged] = await Promise.all([
      previewing,
      describe(base, stack, configs[0]),
      describe(workingTree, stack, configs[1]),
      judgedBefore(from.standing.graph),
    ]);
    const [left, right]: [Side, Side] = [
      { tree: base, settings: before, described: was },
      { tree: workingTree, settings: after, described: is },
    ];
    const seconds = Math.round((performance.now() - began) / 100) / 10;
    report({ event: "step", step: stack, state: "done", seconds });
    const compared = compare({
      stack,
      base: left,
      head: right,
      hunks,
      standing: from.standing,
      preview,
      policies: policiesOf(judged, from.standing.graph, preview),
      basis: from.real ? "real" : "predicted",
      baseLabel: from.label,
      unknowns: from.unknowns,
      secretsUnknown: from.secretsUnknown,
      ...(from.lastBackup ? { lastBackup: from.lastBackup } : {}),
    });
    return {
      review: { ...compared, seconds },
      app: "problems" in is ? undefined : is.spec.name,
    };
  } finally {
    await from.standing.end();
  }
}

/** One line: what decides the verdict. */
function reasonOf(verdict: Verdict, findings: Review["findings"], stacks: readonly StackReview[]): string {
  const all = [
    ...stacks.flatMap((one) => one.findings.map((finding) => ({ ...finding, on: one.stack }))),
    ...findings.map((finding) => ({ ...finding, on: "" })),
  ];
  const deciding = all.filter(({ severity }) => severity === (verdict === "BLOCK" ? "block" : "review"));
  const [first] = ranked(deciding) as typeof deciding;
  if (!first) {
    const count = stacks.reduce((sum, { changes }) => sum + changes.length, 0);
    return count === 0
      ? "no resource changes"
      : `${count} resources change, none of them puts anything at stake`;
  }
  const others = deciding.length - 1;
  return `${first.rank}: ${first.what}${first.on ? ` (${first.on})` : ""}${others > 0 ? `; and ${others} more` : ""}`;
}

/** Of a change that concerns no stack. */
async function appName(asked: readonly Asked[]): Promise<string> {
  for (const { stack, after, before } of asked) {
    const described = await describe(workingTree, stack, configOf(after, before));
    if (!("problems" in described)) return described.spec.name;
  }
  return "app";
}

/** No more at a time than there are cores; in the order in which they were asked for. */
async function inTurn<T, R>(all: readonly T[], work: (one: T) => Promise<R>): Promise<R[]> {
  const done: R[] = [];
  const waiting = [...all.entries()];
  const take = async () => {
    for (let next = waiting.shift(); next; next = waiting.shift()) done[next[0]] = await work(next[1]);
  };
  await Promise.all(Array.from({ length: Math.min(all.length, availableParallelism()) }, take));
  return done;
}
