import type { Money } from "../components/model/money.ts";
import { askedFindings } from "./asked.ts";
import { causeOf, type Trail } from "./cause.ts";
import {
  costFinding,
  failureFinding,
  findingsOf,
  isGuarded,
  type Knowledge,
  lossFindings,
  overall,
  problemFinding,
  promiseFindings,
  propertyOf,
} from "./findings.ts";
import { costOf, intentsOf } from "./intents.ts";
import {
  type Cause,
  type Finding,
  judge,
  type Node,
  type PolicyResult,
  type ResourceChange,
  ranked,
  type StackReview,
  worst,
} from "./model.ts";
import type { Described } from "./read/describe.ts";
import type { StackSettings } from "./read/settings.ts";
import { readEvents, resourceName, type Step } from "./read/steps.ts";
import { Redactor } from "./redact.ts";
import { errorOf, type Preview, type Standing } from "./rehearsed.ts";
import { type Source, sourcesOf } from "./sources.ts";
import type { Hunk, Tree } from "./trees.ts";

/** One side of a comparison. */
export interface Side {
  readonly tree: Tree;
  readonly settings: StackSettings | undefined;
  readonly described: Described;
}

export interface Comparison {
  readonly stack: string;
  readonly base: Side;
  readonly head: Side;
  readonly hunks: readonly Hunk[];
  readonly standing: Pick<Standing, "graph" | "secrets">;
  readonly preview: Preview;
  readonly basis: StackReview["basis"];
  /** What was compared with, for people. */
  readonly baseLabel: string;
  readonly unknowns: readonly string[];
  /** The state came without its secrets: what differs in them alone means nothing. */
  readonly secretsUnknown?: boolean;
  /** What Rung's own rules say; a team's packs speak through the engine's events. */
  readonly policies: readonly PolicyResult[];
  /** When a store was last backed up, where that is known. */
  readonly lastBackup?: Knowledge["lastBackup"];
}

const notLiving = "not known: the base was rehearsed, no living stack was asked";

/** What a preview means: the review of one stack. Pure. */
export function compare(input: Comparison): StackReview {
  const { stack, base, head, preview, standing } = input;
  const [before, after] = [planOf(base), planOf(head)];
  const sources = sourcesOf([before?.spec, after?.spec], [base.settings, head.settings], input.hunks);
  const { read, unseen } = readable(readEvents(preview.events), input.secretsUnknown === true);
  const redactor = new Redactor([...standing.secrets, ...secretSettings(base), ...secretSettings(head)]);
  const trail: Trail = {
    sources,
    steps: new Map(read.steps.map((step) => [step.urn, step])),
    graph: standing.graph,
    feeds: (urn, property) => feedsOf(input, urn, property),
  };
  const around = { steps: read.steps, cacheKeeps: after?.spec.cache?.policy === "keep" };
  const knowledge = { redactor, lastBackup: input.lastBackup ?? (() => notLiving) };
  const cost = costOf(before?.blueprint, after?.blueprint);
  const first = firstCause(sources);
  const policies = [...input.policies, ...read.policies];
  const judged = findingsOf(read.steps, trail, around, knowledge);
  const findings = ranked([
    ...withRefusals(judged, preview),
    ...problemsOf(base, head),
    ...failures(preview, judged, first),
    ...stageFinding(base, head, sources),
    ...secretFindings(sources),
    ...askedFindings(sources, before?.spec),
    ...costFinding(cost, costCause(sources, first), [budgetOf(base), budgetOf(head)]),
    ...lossFindings(before?.blueprint, after?.blueprint, first),
    ...promiseFindings(before?.blueprint, after?.blueprint, costCause(sources, first)),
    ...policies.filter(({ known }) => !known).map((one) => policyFinding(one, trail)),
  ]);
  const changes = read.steps.map((step) => changeOf(step, redactor));
  const review: StackReview = {
    stack,
    stage: after?.stage ?? before?.stage,
    size: after?.size ?? before?.size,
    verdict: judge(findings),
    basis: input.basis,
    base: input.baseLabel,
    intents: intentsOf(before?.blueprint, after?.blueprint, sources),
    counts: read.counts,
    cost,
    findings: merged(findings),
    changes,
    graph: nodesOf(input, read.steps),
    policies,
    unknowns: [
      ...input.unknowns,
      ...(unseen.length > 0
        ? [`whether secrets of ${unseen.join(", ")} change: the state came without them`]
        : []),
      ...read.renamed.map(
        ({ from, to }) => `${to.name} was ${from.split("::").at(-1)}: an alias keeps it as it is`,
      ),
      ...(cost.unknown.length > 0 ? [`what these cost: ${cost.unknown.join(", ")}`] : []),
    ],
    seconds: preview.seconds,
  };
  return redactor.all(review);
}

/** Leaves out what only compares secrets that nobody has. */
function readable(read: ReturnType<typeof readEvents>, secretsUnknown: boolean) {
  const isUnseen = ({ operation, differences }: Step) =>
    secretsUnknown &&
    operation === "update" &&
    differences.length > 0 &&
    differences.every(({ secret }) => secret);
  const unseen = read.steps.filter(isUnseen).map(({ name }) => name);
  const counts = {
    ...read.counts,
    update: read.counts.update - unseen.length,
    same: read.counts.same + unseen.length,
  };
  return { read: { ...read, steps: read.steps.filter((step) => !isUnseen(step)), counts }, unseen };
}

const planOf = ({ described }: Side) => ("problems" in described ? undefined : described);

/** A base that cannot be planned is no fault of the change. */
const problemsOf = (_base: Side, { described }: Side): Finding[] =>
  "problems" in described ? described.problems.map(problemFinding) : [];

const feedsOf = ({ standing, preview }: Comparison, urn: string, property: string): readonly string[] => {
  const key = property.split(/[.[]/)[0] ?? property;
  return [
    ...new Set([
      ...standing.graph.feeds(urn, property),
      ...(preview.plan[urn]?.propertyDependencies?.[key] ?? []),
    ]),
  ];
};

const refusals = ({ diagnostics, succeeded }: Preview) =>
  succeeded ? [] : diagnostics.filter(({ severity }) => severity === "error");

/** What Pulumi refuses because it is protected is found already, and worse: the finding says that it is refused. */
const withRefusals = (findings: readonly Finding[], preview: Preview): Finding[] => {
  const refused = new Set(
    refusals(preview).flatMap(({ message, urn }) => (urn && isGuarded(message) ? urn : [])),
  );
  return findings.map((one) =>
    one.severity === "block" && one.resource && refused.has(one.resource.urn)
      ? {
          ...one,
          protection: `${one.protection ?? "protected by Pulumi"}: rung up refuses this, before anything is touched`,
        }
      : one,
  );
};

/** What keeps the preview from ending, unless a finding says so already. */
function failures(preview: Preview, findings: readonly Finding[], first: Cause): Finding[] {
  const errors = refusals(preview).filter(({ message }) => message !== "preview failed");
  const untold = errors.filter(
    ({ urn, message }) =>
      !findings.some((one) => one.severity === "block" && one.resource?.urn === urn && isGuarded(message)),
  );
  const forbidden = preview.events.some(({ policyEvent }) => policyEvent?.enforcementLevel === "mandatory");
  // What a policy forbids is told by itself.
  if (preview.succeeded || (untold.length === 0 && (errors.length > 0 || forbidden))) return [];
  return [failureFinding(errorOf(untold), first)];
}

/** What most likely moved the whole: spec and settings before code. */
function firstCause(sources: readonly Source[]): Cause {
  const [source] = [...sources.filter(({ kind }) => kind !== "component"), ...sources];
  if (!source) return { kind: "unknown", file: undefined, line: undefined, change: "", via: [] };
  const { kind, file, line, change } = source;
  return { kind, file, line, change, via: [] };
}

function costCause(sources: readonly Source[], first: Cause): Cause {
  const source =
    sources.find(({ key }) => key === "rung:size") ??
    sources.find(({ file }) => /(sizes|prices|blueprint)\.ts$/.test(file));
  return source
    ? { ...first, kind: source.kind, file: source.file, line: source.line, change: source.change }
    : first;
}

const budgetOf = ({ settings }: Side): Money => {
  const value = Number(settings?.values["rung:budgetUsd"]);
  return value > 0 ? { USD: value } : {};
};

/** A living stack never changes its stage in place. */
function stageFinding(base: Side, head: Side, sources: readonly Source[]): Finding[] {
  const [from, to] = [planOf(base)?.stage, planOf(head)?.stage];
  if (!from || !to || from === to) return [];
  const source = sources.find(({ key }) => key === "rung:stage");
  return [
    overall(
      {
        rank: "data loss",
        severity: "block",
        rule: "stage-changed",
        what: `the stack would move from ${from} to ${to} in place: all it holds is deleted with it`,
        instead: `make another stack on ${to}, and move the data there`,
      },
      source && { kind: "settings", file: source.file, line: source.line, change: source.change, via: [] },
    ),
  ];
}

/** Encrypted settings: that they changed is all that anybody can see. */
const secretFindings = (sources: readonly Source[]): Finding[] =>
  sources
    .filter(({ change }) => /: another (secret|value)$/.test(change))
    .map(({ kind, file, line, change, key }) =>
      overall(
        {
          rank: "rest",
          severity: "review",
          rule: "secret-setting",
          what: `the secret ${key} has another value, which a review cannot see`,
          instead: "make sure that it is the right one, and that the old one is withdrawn",
        },
        { kind, file, line, change, via: [] },
      ),
    );

/** Of the resource that it is said of, so that what is said of many alike is said once. */
function policyFinding({ pack, policy, level, urn, resource, message }: PolicyResult, trail: Trail): Finding {
  const step = trail.steps.get(urn ?? "");
  const type = step?.type ?? trail.graph.resources.get(urn ?? "")?.type;
  const found = overall(
    {
      rank: "rest",
      severity: level === "mandatory" ? "block" : "review",
      rule: `policy:${pack}/${policy}`,
      what: `${resource ? `${resource}: ` : ""}${message.split("\n")[0]}`,
      instead: "mend it, or write an exception with its owner and end",
    },
    step && causeOf(step, [], trail),
  );
  return urn && type ? { ...found, resource: resourceName(urn, type), operation: step?.operation } : found;
}

function secretSettings({ settings }: Side): string[] {
  return Object.entries(settings?.values ?? {}).flatMap(([key, value]) =>
    /(token|secret|password|key|credential)/i.test(key.split(":").at(-1) ?? "") ? [value] : [],
  );
}

function changeOf(step: Step, redactor: Redactor): ResourceChange {
  const { urn, type, name, capability, operation, differences, reason } = step;
  return {
    urn,
    type,
    name,
    capability,
    operation,
    properties: differences.map((one) => propertyOf(one, redactor)),
    reason,
    quiet: quietOf(step),
  };
}

const tags = /^(tags|tagsAll|labels|metadata\.(labels|annotations))(\.|\[|$)/;

/** A new revision of the task, and who runs it: they follow from what is shown elsewhere. */
function quietOf({ operation, type, differences }: Step): ResourceChange["quiet"] {
  if (operation !== "update" || differences.length === 0) return undefined;
  if (differences.every(({ path }) => tags.test(path))) return "tags";
  if (/^aws:ecs\/service:/.test(type) && differences.every(({ path }) => path === "taskDefinition"))
    return "churn";
  return undefined;
}

/** One cause that does the same to many resources is one finding: eight alarms are not eight. */
function merged(findings: readonly Finding[]): Finding[] {
  const found = new Map<string, Finding>();
  for (const one of findings) {
    const bare = one.resource ? one.what.replaceAll(one.resource.name, "…") : one.what;
    const key = [
      one.rule,
      one.severity,
      bare,
      one.resource?.type,
      one.operation,
      one.cause.file,
      one.cause.line,
    ].join("|");
    // A store that is lost is told by itself.
    const alone = one.severity === "block" && one.rank === "data loss";
    const before = alone ? undefined : found.get(key);
    if (!before) found.set(alone ? `${key}|${one.resource?.urn}` : key, one);
    else if (one.resource) {
      const others = before.what.match(/ \(and (.+)\)$/)?.[1];
      found.set(key, {
        ...before,
        what: `${before.what.replace(/ \(and .+\)$/, "")} (and ${others ? `${others}, ` : ""}${one.resource.name})`,
        hangsOn: [...new Set([...before.hangsOn, ...one.hangsOn])],
      });
    }
  }
  return [...found.values()];
}

/** Every resource of the stack, before and after, with what it needs. */
function nodesOf({ standing, preview }: Comparison, steps: readonly Step[]): Node[] {
  const operations = new Map(steps.map((step) => [step.urn, step.operation]));
  const all = new Map<string, string>();
  for (const [urn, { type }] of standing.graph.resources) all.set(urn, type);
  for (const step of steps) all.set(step.urn, step.type);
  const shownUrns = [...all].filter(([, type]) => !/^(pulumi|rung):/.test(type));
  const index = new Map(shownUrns.map(([urn], at) => [urn, at]));
  return shownUrns.map(([urn, type]) => ({
    ...resourceName(urn, type),
    operation: operations.get(urn) ?? "same",
    needs: [...new Set([...standing.graph.needs(urn), ...(preview.plan[urn]?.dependencies ?? [])])].flatMap(
      (needed) => index.get(needed) ?? [],
    ),
  }));
}

export const worstOf = (stacks: readonly Pick<StackReview, "verdict">[]) =>
  worst(stacks.map(({ verdict }) => verdict));
