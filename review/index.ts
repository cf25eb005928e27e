import { readFile } from "node:fs/promises";
import { availableParallelism } from "node:os";
import { join } from "node:path";
import { failure } from "../components/model/diagnostics.ts";
import { type StageName, stageNames } from "../components/model/words.ts";
import { pingDocker } from "../engine/docker.ts";
import type { Toolchain } from "../engine/toolchain.ts";
import { look } from "../operations/living.ts";
import type { Report } from "../operations/progress.ts";
import { rehearsalSettings } from "../operations/rehearse/settings.ts";
import { operationsOf } from "../operations/stages.ts";
import { compare, type Side } from "./compare.ts";
import { type Exported, exportedState, realPreview, withoutSecrets } from "./living.ts";
import { judge, type Review, ranked, type StackReview, type Verdict, worst } from "./model.ts";
import { describe } from "./read/describe.ts";
import { Graph } from "./read/graph.ts";
import { type StackSettings, settingsOf } from "./read/settings.ts";
import type { Step } from "./read/steps.ts";
import { type Standing, stand } from "./rehearsed.ts";
import { repositoryFindings } from "./repository.ts";
import { type Hunk, hunksBetween, settingsFiles, type Tree, withCommit, workingTree } from "./trees.ts";

/** What a change is compared with. */
export type Base =
  /** A commit: its stacks are brought up with stand-ins. */
  | { readonly kind: "commit"; readonly ref: string }
  /** The stacks as they live, by the state of this clone's backend. */
  | { readonly kind: "living"; readonly predict: boolean }
  /** An exported state, without keys or credentials; for one stack. */
  | { readonly kind: "export"; readonly file: string };

export interface ReviewOptions {
  readonly base: Base;
  /** All that the change concerns, unless some are named. */
  readonly stacks?: readonly string[];
  /** Folders of policy packs to judge by. */
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
  return withCommit(ref, async (tree) => {
    const hunks = await hunksBetween(tree, workingTree);
    const names = options.stacks ?? (await stacksOf(tree));
    const asked = await Promise.all(names.map((name) => sidesOf(name, tree)));
    const concerned = asked.filter((one) => options.base.kind !== "commit" || isConcerned(one, hunks));
    const reviews = await inTurn(concerned, (one) => reviewStack(one, hunks, options, toolchain, report));
    const touched = reviews.filter((one) => one.verdict !== "SAFE" || isTouched(one));
    const findings = ranked(repositoryFindings(hunks));
    const verdict = worst([judge(findings), ...reviews.map((one) => one.verdict)]);
    return {
      version: 1,
      verdict,
      reason: reasonOf(verdict, findings, touched),
      app: await appName(asked),
      base: options.base.kind === "commit" ? tree.label : "the living state",
      head: workingTree.label,
      findings,
      stacks: touched,
      untouched: names.filter((name) => !touched.some(({ stack }) => stack === name)),
    };
  });
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

const isStage = (name: string | undefined): name is StageName => stageNames.some((one) => one === name);

/** Stages that are given the app's image by digest. */
const buildsNoApp: readonly string[] = ["hetzner-coolify", "aws-ecs", "aws-eks"];

const isTouched = ({ changes, intents, findings }: StackReview): boolean =>
  changes.length > 0 || intents.length > 0 || findings.length > 0;

async function reviewStack(
  { stack, base, before, after }: Asked,
  hunks: readonly Hunk[],
  options: ReviewOptions,
  toolchain: Toolchain,
  report: Report,
): Promise<StackReview> {
  const began = performance.now();
  report({ event: "step", step: stack, state: "running" });
  const stage = (after ?? before)?.values["rung:stage"];
  const configs = [configOf(before, after), configOf(after, before)] as const;
  const [was, is] = await Promise.all([
    describe(base, stack, configs[0]),
    describe(workingTree, stack, configs[1]),
  ]);
  const [left, right]: [Side, Side] = [
    { tree: base, settings: before, described: was },
    { tree: workingTree, settings: after, described: is },
  ];
  const from = await standingOf({
    stack,
    stage,
    base,
    config: configs[0],
    isNew: !before,
    options,
    toolchain,
  });
  try {
    const preview = after
      ? from.real
        ? await realPreview(toolchain, stack, options.policyPacks ?? [])
        : await from.standing.preview({ tree: workingTree, config: configs[1] }, options.policyPacks)
      : nothing;
    const seconds = Math.round((performance.now() - began) / 100) / 10;
    report({ event: "step", step: stack, state: "done", seconds });
    return {
      ...compare({
        stack,
        base: left,
        head: right,
        hunks,
        standing: from.standing,
        preview,
        basis: from.real ? "real" : "predicted",
        baseLabel: from.label,
        unknowns: from.unknowns,
        secretsUnknown: from.secretsUnknown,
        ...(from.lastBackup ? { lastBackup: from.lastBackup } : {}),
      }),
      seconds,
    };
  } finally {
    await from.standing.end();
  }
}

/** A stack whose settings are gone is not touched by anything any more. */
const nothing = { events: [], diagnostics: [], succeeded: true, seconds: 0, plan: {} };

interface From {
  readonly standing: Standing;
  readonly real: boolean;
  readonly label: string;
  readonly unknowns: readonly string[];
  readonly secretsUnknown: boolean;
  readonly lastBackup?: (step: Step) => string;
}

interface Wanted {
  readonly stack: string;
  readonly stage: string | undefined;
  readonly base: Tree;
  readonly config: Readonly<Record<string, string>>;
  readonly isNew: boolean;
  readonly options: ReviewOptions;
  readonly toolchain: Toolchain;
}

/** What stood before: brought up with stand-ins, or taken from a state. */
async function standingOf(wanted: Wanted): Promise<From> {
  const { stack, base, config, options, toolchain } = wanted;
  const stage = isStage(wanted.stage) ? wanted.stage : undefined;
  const head = { tree: base, config };
  if (options.base.kind === "commit") {
    const standing = await stand({ toolchain, stack, stage, head, empty: wanted.isNew });
    if (standing.failure) return failed(standing, base);
    return {
      standing,
      real: false,
      label: wanted.isNew
        ? `${base.label}, which has no such stack`
        : `${base.label}, rehearsed with stand-ins`,
      unknowns: predicted,
      secretsUnknown: false,
    };
  }
  const exported =
    options.base.kind === "export"
      ? await readExport(options.base.file)
      : await exportedState(toolchain, stack);
  const saved = exported.deployment.manifest?.time ?? "an unknown time";
  const lastBackup = await backupsOf(stack, stage, options.base.kind === "living", saved);
  if (options.base.kind === "living" && !options.base.predict && (await canAsk(stage))) {
    return {
      standing: only(new Graph(exported.deployment.resources ?? [])),
      real: true,
      label: `the living state of ${saved}`,
      unknowns: [],
      secretsUnknown: false,
      lastBackup,
    };
  }
  const bare = options.base.kind === "export";
  const standing = await stand({
    toolchain,
    stack,
    stage,
    head,
    state: {
      deployment: bare ? withoutSecrets(exported) : exported,
      passphrase: bare ? nobodys : passphraseOf(toolchain),
    },
  });
  if (standing.failure) return failed(standing, base);
  return {
    standing,
    real: false,
    label: `the ${bare ? "exported" : "living"} state of ${saved}, with stand-ins for the vendors`,
    unknowns: predicted,
    secretsUnknown: bare,
    lastBackup,
  };
}

/** What no stand-in can know. */
const predicted = [
  "what the vendor would refuse for reasons of the account: quotas, names that are taken, permissions",
  "what was changed by hand since the state was saved",
  "values that the vendor alone computes",
];

async function failed(standing: Standing, base: Tree): Promise<never> {
  await standing.end();
  throw failure(
    `${base.label} does not come up, so there is nothing to compare with: ${standing.failure}`,
    "compare with a commit that does (--base)",
    "rung review",
  );
}

/** A state to look at; no preview is asked of it. */
const only = (graph: Graph): Standing => ({
  graph,
  secrets: [],
  failure: undefined,
  preview: async () => nothing,
  end: async () => {},
});

async function readExport(file: string): Promise<Exported> {
  try {
    return JSON.parse(await readFile(file, "utf8")) as Exported;
  } catch (error) {
    throw failure(
      `the exported state cannot be read: ${error instanceof Error ? error.message : String(error)}`,
      "make one with: pulumi stack export --stack <stack> --file <file>",
      file,
      64,
    );
  }
}

const nobodys = { PULUMI_CONFIG_PASSPHRASE: "nobody's", PULUMI_CONFIG_PASSPHRASE_FILE: "" };

function passphraseOf(toolchain: Toolchain): Record<string, string> {
  const { PULUMI_CONFIG_PASSPHRASE, PULUMI_CONFIG_PASSPHRASE_FILE } = { ...process.env, ...toolchain.env() };
  return {
    ...(PULUMI_CONFIG_PASSPHRASE === undefined ? {} : { PULUMI_CONFIG_PASSPHRASE }),
    ...(PULUMI_CONFIG_PASSPHRASE_FILE === undefined ? {} : { PULUMI_CONFIG_PASSPHRASE_FILE }),
  };
}

/** What a vendor's provider logs in with; without it there is nobody to ask. */
const credentials: Readonly<Record<Exclude<StageName, "local">, readonly string[]>> = {
  "vercel-supabase": ["VERCEL_API_TOKEN", "SUPABASE_ACCESS_TOKEN"],
  "hetzner-coolify": ["HCLOUD_TOKEN", "CLOUDFLARE_API_TOKEN"],
  "aws-ecs": ["AWS_ACCESS_KEY_ID", "AWS_PROFILE", "AWS_WEB_IDENTITY_TOKEN_FILE"],
  "aws-eks": ["AWS_ACCESS_KEY_ID", "AWS_PROFILE", "AWS_WEB_IDENTITY_TOKEN_FILE"],
  "cloudflare-edge": ["CLOUDFLARE_API_TOKEN"],
};

const canAsk = async (stage: StageName | undefined): Promise<boolean> =>
  stage === "local"
    ? "version" in (await pingDocker())
    : stage !== undefined && credentials[stage].some((name) => process.env[name]);

/** When a store was last backed up: from the stage's own list, or from what the state holds of it. */
async function backupsOf(
  stack: string,
  stage: StageName | undefined,
  lives: boolean,
  saved: string,
): Promise<(step: Step) => string> {
  const listed =
    lives && stage === "local" ? await lastListed(stack, stage).catch(() => undefined) : undefined;
  return ({ capability, outputs }) => {
    if (listed && (capability === "database" || capability === "backup")) return listed;
    const restorable = outputs.latestRestorableTime;
    if (typeof restorable === "string") return `${restorable} (as of ${saved})`;
    return "not known: the vendor was not asked";
  };
}

async function lastListed(stack: string, stage: StageName): Promise<string | undefined> {
  const [{ living }, { backup }] = await Promise.all([look(stack), operationsOf(stage)]);
  return living && backup ? (await backup.list(living)).at(-1)?.finished : undefined;
}

/**
 * The settings that a rehearsal is made with: what is encrypted, and what would come from a vendor's environment, is
 * played.
 */
export function configOf(
  own: StackSettings | undefined,
  other: StackSettings | undefined,
): Readonly<Record<string, string>> {
  const settings = own ?? other;
  const stage = settings?.values["rung:stage"];
  const played = isStage(stage) && stage !== "local" ? rehearsalSettings(stage, "small") : {};
  const given = Object.keys(settings?.secrets ?? {});
  const vendors = Object.entries(played).filter(([key]) => !key.startsWith("rung:") || key === "rung:image");
  return {
    ...Object.fromEntries(given.map((key) => [key, played[key] ?? "played"])),
    ...Object.fromEntries(vendors),
    ...settings?.values,
  };
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

/** The policy packs that the repository keeps: folders of `policies/` with a PulumiPolicy.yaml. */
export async function ownPolicyPacks({ folder }: Tree = workingTree): Promise<string[]> {
  const { glob } = await import("node:fs/promises");
  const found: string[] = [];
  for await (const file of glob("policies/*/PulumiPolicy.yaml", { cwd: folder }))
    found.push(join(folder, file, ".."));
  return found.toSorted();
}
