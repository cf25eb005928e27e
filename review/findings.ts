import type { Blueprint, CapabilityPlan } from "../components/model/blueprint.ts";
import type { Diagnostic } from "../components/model/diagnostics.ts";
import { inWords } from "../components/model/duration.ts";
import {
  amountsOf,
  difference,
  isNothing,
  type Money,
  moneyText,
  moreText,
  notLimited,
  over,
} from "../components/model/money.ts";
import { causeOf, namesOf, type Trail } from "./cause.ts";
import { type Cause, type Cost, type Finding, type PropertyChange, ranks } from "./model.ts";
import type { Difference } from "./read/differences.ts";
import type { Step } from "./read/steps.ts";
import { type Redactor, shown } from "./redact.ts";
import { type Judgement, judgeStep, kindOf, type Surroundings, storeOf } from "./rules/index.ts";

/** What findings are told besides the trail. */
export interface Knowledge {
  readonly redactor: Redactor;
  /** When the store was last backed up (ISO 8601), or why that is not known. */
  readonly lastBackup: (step: Step) => string;
}

/** What the steps of a preview put at stake, each with its cause, and what hangs on it. */
export function findingsOf(
  steps: readonly Step[],
  trail: Trail,
  around: Surroundings,
  knowledge: Knowledge,
): Finding[] {
  return steps.flatMap((step) => {
    const with_ = goesWith(step, trail, around);
    return judgeStep(step, around).map((judgement) =>
      findingOf(step, with_ ? following(judgement, step, with_) : judgement, trail, knowledge),
    );
  });
}

/** What is deleted because what it belongs to is: the bucket's policy with the bucket, no node with its template. */
function goesWith(step: Step, { graph, steps }: Trail, around: Surroundings): Step | undefined {
  if (step.operation !== "delete" || storeOf(step) !== undefined) return undefined;
  const own = weightOf(step, around);
  return graph
    .needs(step.urn)
    .map((urn) => steps.get(urn))
    .find((needed) => needed?.operation === "delete" && weightOf(needed, around) <= own);
}

/** The worst that is said of a step, as a number: 0 is data loss. */
const weightOf = (step: Step, around: Surroundings): number =>
  Math.min(...judgeStep(step, around).map(({ rank }) => ranks.indexOf(rank)), ranks.length);

/** The deletion of the whole is what a reviewer judges; its parts are told, and that is enough. */
const following = (judgement: Judgement, { name, type }: Step, whole: Step): Judgement => ({
  ...judgement,
  rank: "rest",
  severity: "note",
  rule: "deleted-with",
  what: `${name} (${kindOf(type)}) is deleted together with ${whole.name} (${kindOf(whole.type)})`,
  instead: `see ${whole.name}`,
});

function findingOf(step: Step, judgement: Judgement, trail: Trail, knowledge: Knowledge): Finding {
  const { rank, severity, rule, instead, paths } = judgement;
  const holds = storeOf(step);
  const keeps = holds === "data" || holds === "key" || holds === "backups";
  return {
    rank,
    severity,
    rule,
    what: judgement.what,
    resource: { urn: step.urn, type: step.type, name: step.name, capability: step.capability },
    operation: step.operation,
    properties: step.differences
      .filter(({ path }) => paths.includes(path))
      .map((one) => propertyOf(one, knowledge.redactor)),
    cause: causeOf(step, paths, trail),
    hangsOn: step.operation === "create" ? [] : namesOf(trail.graph.hangingOn(step.urn)),
    protection: holds && step.operation !== "create" ? protectionOf(step) : undefined,
    lastBackup: keeps && step.operation !== "create" ? knowledge.lastBackup(step) : undefined,
    instead,
  };
}

export const propertyOf = (
  { path, from, to, replaces, secret }: Difference,
  redactor: Redactor,
): PropertyChange => ({
  path,
  from: secret && from !== undefined ? "[secret]" : shown(redactor, path, readable(from)),
  to: secret && to !== undefined ? "[secret]" : shown(redactor, path, readable(to)),
  replaces,
  secret,
});

const unknownValue = /04da6b54-80e4-46f7-96ec-b56ff0331ba9/g;

/** The engine's mark for a value that is not there yet means nothing to people. */
function readable(value: unknown): unknown {
  if (typeof value === "string") return value.replaceAll(unknownValue, "(known once made)");
  if (Array.isArray(value)) return value.map(readable);
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, one]) => [key, readable(one)]));
}

function protectionOf(step: Step): string {
  const guards = [
    ...(step.protectedBefore ? ["Pulumi"] : []),
    ...(["deletionProtection", "deleteProtection", "enableDeletionProtection"].some(
      (key) => step.before[key] === true,
    )
      ? ["the vendor"]
      : []),
  ];
  return guards.length === 0 ? "not protected" : `protected by ${guards.join(" and ")}`;
}

const nowhere: Cause = { kind: "unknown", file: undefined, line: undefined, change: "", via: [] };

/** A finding that is of no one resource. */
export const overall = (
  one: Pick<Finding, "rank" | "severity" | "rule" | "what" | "instead">,
  cause: Cause = nowhere,
): Finding => ({
  ...one,
  resource: undefined,
  operation: undefined,
  properties: [],
  cause,
  hangsOn: [],
  protection: undefined,
  lastBackup: undefined,
});

/** A bill that grows by less than ten, and by less than a tenth, is nobody's question. */
const isMuch = (more: number, before: number): boolean => more >= 10 || (before > 0 && more / before >= 0.1);

export function costFinding(
  cost: Cost,
  cause: Cause,
  [budgetBefore, budget]: readonly [Money, Money],
): Finding[] {
  const { before, after } = cost;
  if (before === undefined || after === undefined) return [];
  const more = amountsOf(difference(before, after));
  const parts = cost.lines
    .map(({ capability, before: from = {}, after: to = {} }) => ({
      text: `${capability} ${moreText(from, to)}`,
      much: Math.max(0, ...amountsOf(difference(from, to)).map(([, amount]) => Math.abs(amount))),
    }))
    .filter(({ much }) => much > 0)
    .toSorted((a, b) => b.much - a.much)
    .map(({ text }) => text);
  const isMore = more.some(([, amount]) => amount > 0);
  const found: Finding[] = [];
  const unknown = cost.noLongerKnown.join(", ");
  if (unknown !== "" && !isMore) {
    const known = `${moneyText(before)} → ${moneyText(after)} a month without ${unknown}`;
    found.push(
      overall(
        {
          rank: "cost",
          severity: "review",
          rule: "cost-unknown",
          what: `no price is known to us of what takes the place of what was there: ${known}`,
          instead: "look it up at the vendor's before you agree",
        },
        cause,
      ),
    );
  } else if (more.length > 0) {
    found.push(
      overall(
        {
          rank: "cost",
          severity: more.some(([currency, amount]) => isMuch(amount, before[currency] ?? 0))
            ? "review"
            : "note",
          rule: isMore ? "cost-more" : "cost-less",
          what: `${moneyText(before)} → ${moneyText(after)} a month: ${parts.join(", ")}${unknown && `; and what is not known to us: ${unknown}`}`,
          instead: isMore
            ? "make sure that the load asks for it: rung plan --all shows the alternatives"
            : "nothing",
        },
        cause,
      ),
    );
  }
  const apart = notLimited(after, budget);
  if (!isNothing(apart) && isNothing(notLimited(before, budgetBefore))) {
    found.push(
      overall(
        {
          rank: "cost",
          severity: "review",
          rule: "budget-not-comparable",
          what: `${moneyText(apart)} a month cannot be compared with the budget of ${moneyText(budget)}`,
          instead: "watch this vendor's bill by its own means: no rate of exchange is taken for granted",
        },
        cause,
      ),
    );
  }
  if (!isNothing(over(after, budget)) && isNothing(over(before, budgetBefore))) {
    found.push(
      overall(
        {
          rank: "cost",
          severity: "review",
          rule: "over-budget",
          what: `${moneyText(after)} a month is over the budget of ${moneyText(budget)}`,
          instead: "raise rung:budgetUsd together with it, or keep the size",
        },
        cause,
      ),
    );
  }
  return found;
}

/** What the stage no longer gives although the spec asks for it. */
export function lossFindings(
  before: Blueprint | undefined,
  after: Blueprint | undefined,
  cause: Cause,
): Finding[] {
  if (!before || !after) return [];
  const known = new Set(before.losses.map(({ what }) => what));
  return after.losses
    .filter(({ what }) => !known.has(what))
    .map(({ capability, what, instead }) =>
      overall(
        {
          rank: /RTO|RPO|recover|backup|PITR/.test(what) ? "data loss" : "rest",
          severity: "review",
          rule: "promise-lost",
          what: `${capability}: ${what}`,
          instead: instead ?? "say in the spec that it can be lived with",
        },
        cause,
      ),
    );
}

/** How far back one can go, how long that takes and what it loses: what the blueprint promises less of than before. */
export function promiseFindings(
  before: Blueprint | undefined,
  after: Blueprint | undefined,
  cause: Cause,
): Finding[] {
  if (!before || !after) return [];
  const [old, now] = [promisesOf(before), promisesOf(after)];
  return [...now].flatMap(([what, { worth, text }]) => {
    const was = old.get(what);
    if (!was || worth >= was.worth) return [];
    return overall(
      {
        rank: "data loss",
        severity: "review",
        rule: "promise-weakened",
        what: `${what}: ${text} instead of ${was.text}`,
        instead: "make sure that no promise, law or customer asks for what was there",
      },
      cause,
    );
  });
}

/** What is promised of a recovery, and how long the backup's own copies are kept; worth more is better. */
function promisesOf({
  promise,
  capabilities,
}: Blueprint): ReadonlyMap<string, { readonly worth: number; readonly text: string }> {
  // The details of a stage are no matter here: every plan has limits.
  const { backup } = capabilities as { readonly backup?: CapabilityPlan };
  const kept = (backup?.limits ?? []).flatMap(({ what, value, unit }) =>
    unit === "days" && typeof value === "number"
      ? [[`backup, ${what}`, { worth: value, text: `${value} days` }] as const]
      : [],
  );
  const minutes = (value: number) => ({ worth: -value, text: inWords(value) });
  return new Map([
    ...kept,
    ...(promise
      ? ([
          [
            "a recovery reaches back",
            { worth: promise.retentionDays, text: `${promise.retentionDays} days` },
          ],
          ["a recovery takes", minutes(promise.rtoMinutes)],
          ["a recovery loses at most", minutes(promise.rpoMinutes)],
        ] as const)
      : []),
  ]);
}

/** Why there is nothing to preview, or the preview failed. */
export const problemFinding = ({ what, where, found, mend }: Diagnostic): Finding =>
  overall(
    {
      rank: "downtime",
      severity: "block",
      rule: "does-not-plan",
      what: `it cannot be made: ${what}${found ? ` (found ${found})` : ""}`,
      instead: mend ?? "mend it",
    },
    { kind: "unknown", file: where.file, line: undefined, change: where.key ?? "", via: [] },
  );

/** Of a stack trace, the line that says what went wrong. */
const telling = (message: string): string =>
  (/^\s*(\w*(?:Error|Exception)\b.*)$/m.exec(message)?.[1] ?? message.split("\n")[0] ?? message).trim();

/** Pulumi refuses to delete or to replace what is protected. */
export const isGuarded = (message: string): boolean => /\bprotected\b|protection/.test(message);

export function failureFinding(message: string, cause: Cause): Finding {
  const guarded = isGuarded(message);
  return overall(
    {
      rank: guarded ? "data loss" : "downtime",
      severity: "block",
      rule: guarded ? "protected" : "preview-failed",
      what: guarded
        ? `the update is refused: it would delete or replace ${/::([^:"']+)["']/.exec(message)?.[1] ?? "something"}, which is protected`
        : `the preview fails: ${telling(message)}`,
      instead: guarded
        ? "keep the resource, or alias it; protection is lifted in a change of its own"
        : "mend what is said; rung up would fail in the same way",
    },
    cause,
  );
}
