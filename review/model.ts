import type { Money } from "../components/model/money.ts";
import type { Capability, Size, StageName } from "../components/model/words.ts";

/** What a reviewer reads first. `BLOCK`: not as it is. `REVIEW`: a person must agree. `SAFE`: nothing is at stake. */
export const verdicts = ["SAFE", "REVIEW", "BLOCK"] as const;
export type Verdict = (typeof verdicts)[number];

/** What a change puts at stake, worst first. */
export const ranks = ["data loss", "downtime", "exposure", "cost", "rest"] as const;
export type Rank = (typeof ranks)[number];

/** `note`: worth a line, and no reason to wait for anybody. */
export type Severity = "block" | "review" | "note";

export type Operation = "create" | "update" | "replace" | "delete" | "import" | "forget";

/** One property of a resource that differs. Values are text, secrets already hidden. */
export interface PropertyChange {
  /** As the engine names it, e.g. `rules[0].lifecycle.deleteAfter`. */
  readonly path: string;
  readonly from: string | undefined;
  readonly to: string | undefined;
  /** It forces a replacement. */
  readonly replaces: boolean;
  readonly secret: boolean;
}

/** Where a change began. */
export interface Cause {
  readonly kind: "spec" | "settings" | "component" | "dependency" | "drift" | "unknown";
  /** Relative to the repository; undefined where there is none. */
  readonly file: string | undefined;
  readonly line: number | undefined;
  /** The change itself in words, e.g. `rung:size: small → medium`. */
  readonly change: string;
  /** From the resource to there, through property dependencies: `database.dbSubnetGroupName`, `database.name`. */
  readonly via: readonly string[];
}

export interface Finding {
  readonly rank: Rank;
  readonly severity: Severity;
  /** Which rule found it, e.g. `store-replaced`: stable, for scripts. */
  readonly rule: string;
  /** One sentence. */
  readonly what: string;
  readonly resource: ResourceName | undefined;
  readonly operation: Operation | undefined;
  /** The properties that force it. */
  readonly properties: readonly PropertyChange[];
  readonly cause: Cause;
  /** What depends on the resource, by name, nearest first. */
  readonly hangsOn: readonly string[];
  /** Whether Pulumi or the vendor would refuse to delete it; undefined where that is no question. */
  readonly protection: string | undefined;
  /** When it was last backed up (ISO 8601), or why that is not known; undefined where it holds no data. */
  readonly lastBackup: string | undefined;
  readonly instead: string;
}

export interface ResourceName {
  readonly urn: string;
  /** e.g. `aws:rds/instance:Instance`. */
  readonly type: string;
  readonly name: string;
  readonly capability: Capability | "other";
}

/** A resource that the engine would touch. */
export interface ResourceChange extends ResourceName {
  readonly operation: Operation;
  readonly properties: readonly PropertyChange[];
  /** Why there is a change that no property shows: a secret, an alias, a provider that names nothing. */
  readonly reason: string | undefined;
  /** Left out of the diffs, and counted: only its tags differ, or it changes with every rollout. */
  readonly quiet: "tags" | "churn" | undefined;
}

/** A resource in the graph of a stack, whether it changes or not. */
export interface Node extends ResourceName {
  readonly operation: Operation | "same";
  /** Indices of the nodes that it needs. */
  readonly needs: readonly number[];
}

/** A line of the spec view: what changes before any resource is named. */
export interface Intent {
  /** e.g. `database`, `settings`. */
  readonly subject: string;
  /** e.g. `db.t4g.micro → db.t4g.medium`. */
  readonly change: string;
  readonly cause: Cause;
}

export interface CostLine {
  readonly capability: Capability;
  /** A month by currency; undefined where the capability is not there. */
  readonly before: Money | undefined;
  readonly after: Money | undefined;
}

export interface Cost {
  readonly before: Money | undefined;
  readonly after: Money | undefined;
  readonly lines: readonly CostLine[];
  /** What the sums leave out because its price is not known. */
  readonly unknown: readonly string[];
  /** Of those, what has a price before: the sums cannot be compared. */
  readonly noLongerKnown: readonly string[];
}

/** What a policy says of what is to be. */
export interface PolicyResult {
  readonly pack: string;
  readonly policy: string;
  readonly level: "mandatory" | "advisory" | "remediate" | "disabled";
  readonly severity: string | undefined;
  /** By name; undefined where it is said of the stack as a whole. */
  readonly resource: string | undefined;
  readonly urn: string | undefined;
  readonly message: string;
  /** It was so before the change, which is judged by what it brings. */
  readonly known: boolean;
}

export type Counts = Readonly<Record<"create" | "update" | "replace" | "delete" | "same", number>>;

/** What the change does to one stack. */
export interface StackReview {
  readonly stack: string;
  readonly stage: StageName | undefined;
  readonly size: Size | undefined;
  readonly verdict: Verdict;
  /** `real`: the vendors' own providers said so; `predicted`: stand-ins did, over the state or a rehearsed one. */
  readonly basis: "predicted" | "real" | "none";
  /** What was compared with, e.g. `main (4c1f2ab), rehearsed` or `the living state of 2026-11-21T10:00:00Z`. */
  readonly base: string;
  readonly intents: readonly Intent[];
  readonly counts: Counts;
  readonly cost: Cost;
  readonly findings: readonly Finding[];
  readonly changes: readonly ResourceChange[];
  readonly graph: readonly Node[];
  readonly policies: readonly PolicyResult[];
  /** What could not be known, and why. */
  readonly unknowns: readonly string[];
  /** Seconds that the engine took. */
  readonly seconds: number;
}

/** The whole answer: every renderer reads this and nothing else. */
export interface Review {
  /** Of this format; changes when a field goes or means something else. */
  readonly version: 1;
  readonly verdict: Verdict;
  readonly reason: string;
  readonly app: string;
  readonly base: string;
  readonly head: string;
  /** Findings that are of no one stack: migrations, dependencies. */
  readonly findings: readonly Finding[];
  readonly stacks: readonly StackReview[];
  /** Stacks that the change does nothing to. */
  readonly untouched: readonly string[];
}

export const worst = (all: readonly Verdict[]): Verdict =>
  all.includes("BLOCK") ? "BLOCK" : all.includes("REVIEW") ? "REVIEW" : "SAFE";

const verdictOf: Readonly<Record<Severity, Verdict>> = { block: "BLOCK", review: "REVIEW", note: "SAFE" };

export const judge = (findings: readonly Pick<Finding, "severity">[]): Verdict =>
  worst(findings.map(({ severity }) => verdictOf[severity]));

const severities: readonly Severity[] = ["block", "review", "note"];

/** Worst first: by what is at stake, then by how much, then by how much hangs on it. */
export const ranked = (findings: readonly Finding[]): Finding[] =>
  findings.toSorted(
    (a, b) =>
      ranks.indexOf(a.rank) - ranks.indexOf(b.rank) ||
      severities.indexOf(a.severity) - severities.indexOf(b.severity) ||
      b.hangsOn.length - a.hangsOn.length ||
      (a.resource?.name ?? "").localeCompare(b.resource?.name ?? ""),
  );

/** Exit codes: 0 safe, 2 review, 3 block. */
export const exitCodes: Readonly<Record<Verdict, number>> = { SAFE: 0, REVIEW: 2, BLOCK: 3 };
