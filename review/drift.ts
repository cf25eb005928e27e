import { DiagnosticsError } from "../components/model/diagnostics.ts";
import { ask, type EngineEvent, runPulumi, type StepMetadata } from "../engine/pulumi.ts";
import { engineSettings } from "../engine/settingsFile.ts";
import type { Toolchain } from "../engine/toolchain.ts";
import { look } from "../operations/living.ts";
import { operationsOf } from "../operations/stages.ts";
import { compare, type Side } from "./compare.ts";
import { overall } from "./findings.ts";
import { exportedState } from "./living.ts";
import {
  type Cause,
  type Finding,
  judge,
  type ResourceChange,
  type Review,
  ranked,
  type StackReview,
  worst,
} from "./model.ts";
import { describe } from "./read/describe.ts";
import { unknownMark } from "./read/differences.ts";
import { Graph } from "./read/graph.ts";
import { settingsOf } from "./read/settings.ts";
import { readEvents, type Step } from "./read/steps.ts";
import { errorOf, secretTexts } from "./rehearsed.ts";
import { backupsOf, configOf } from "./standing.ts";
import { workingTree } from "./trees.ts";

/** What the world has of one stack that its code does not say. */
export interface Drift {
  readonly review: StackReview;
  /** Resources that differ, by URN: what a revert brings back. */
  readonly urns: readonly string[];
  /** Resources that the code changes, and that were never brought out: no drift, and a revert would bring them too. */
  readonly waiting: readonly string[];
  /** What the code would do to the world as it is: properties by URN; `*` for more than properties. */
  readonly planned: ReadonlyMap<string, readonly string[]>;
}

/**
 * Asks the providers how each resource of a stack is, and judges what differs as a review judges a change: from what
 * the code says to what the world has. Changes nothing.
 * @throws DiagnosticsError when the stack is not up, or its providers cannot be asked
 */
export async function driftOf(toolchain: Toolchain, stack: string): Promise<Drift> {
  const { events, seconds } = await refreshed(toolchain, stack);
  const found = events.flatMap(driftIn);
  const urns = found.map(({ urn }) => urn);
  const [side, exported] = await Promise.all([sideOf(stack), exportedState(toolchain, stack)]);
  const shown = compare({
    stack,
    base: side,
    head: side,
    hunks: [],
    standing: {
      graph: new Graph(exported.deployment.resources ?? []),
      secrets: await secretsOf(toolchain, stack),
    },
    preview: {
      events: found.map((metadata) => ({ sequence: 0, timestamp: 0, resourcePreEvent: { metadata } })),
      diagnostics: [],
      succeeded: true,
      seconds,
      plan: {},
    },
    policies: [],
    basis: "real",
    baseLabel: "the code, as it was last brought out",
    unknowns: [],
    lastBackup: await backupsOf(
      stack,
      "problems" in side.described ? undefined : side.described.stage,
      true,
      exported.deployment.manifest?.time ?? "an unknown time",
    ),
  });
  const { steps } = readEvents(events);
  const follow = following(steps, new Graph(exported.deployment.resources ?? []), urns);
  const planned = new Map(
    steps.map(({ urn, operation, differences }) => [
      urn,
      operation === "update" && differences.length > 0 ? differences.map(({ path }) => path) : ["*"],
    ]),
  );
  const waiting = steps.filter(({ urn }) => !follow.has(urn)).map(({ name }) => name);
  const spoken = new Set(shown.findings.map(({ resource }) => resource?.urn));
  const findings = ranked([
    ...shown.findings.map(said),
    ...shown.changes.filter(({ urn }) => !spoken.has(urn)).map(unspoken),
    ...(await strays(stack, exported.deployment.resources ?? [])),
  ]);
  const review: StackReview = {
    ...shown,
    verdict: judge(findings),
    findings,
    policies: [],
    unknowns: [
      ...shown.unknowns,
      ...(waiting.length > 0
        ? [`the code changes ${waiting.join(", ")}, which was not brought out yet: that is no drift`]
        : []),
    ],
  };
  return { review, urns, waiting, planned };
}

/** What differs, and what the code changes only because that is put back: who is told a value of it. */
function following(steps: readonly Step[], graph: Graph, urns: readonly string[]): ReadonlySet<string> {
  const found = new Set(urns);
  const follows = ({ urn, differences }: Step) =>
    differences.length > 0 &&
    differences.every(
      ({ path, to }) =>
        JSON.stringify(to ?? null).includes(unknownMark) &&
        graph.feeds(urn, path).some((one) => found.has(one)),
    );
  for (let before = 0; before !== found.size; ) {
    before = found.size;
    for (const step of steps) if (!found.has(step.urn) && follows(step)) found.add(step.urn);
  }
  return found;
}

/** The engine reads the world, then says what the code would make of it; nothing is written. */
async function refreshed(toolchain: Toolchain, stack: string) {
  const events: EngineEvent[] = [];
  const settings = await engineSettings(stack);
  const ran = await runPulumi(
    { toolchain, command: "preview", stack, args: ["--refresh"], ...settings },
    (event) => events.push(event),
  );
  if (ran.code === 0) return { events, seconds: ran.seconds };
  throw new DiagnosticsError(
    [
      {
        what: `${stack} cannot be compared with the world: ${errorOf(ran.diagnostics)}`,
        where: { file: "rung drift" },
        mend: "mend what is said, then run it again",
      },
    ],
    1,
  );
}

/** What a refresh found, as the step from the code to the world; undefined where nothing differs. */
function driftIn({ resOutputsEvent }: EngineEvent): StepMetadata[] {
  const one = resOutputsEvent?.metadata;
  if (one?.op !== "refresh" || !one.old || /^(pulumi|rung):/.test(one.type)) return [];
  if (!one.new) return [{ ...one, op: "delete", keys: null, diffs: null, detailedDiff: null }];
  const differing = Object.entries(one.detailedDiff ?? {}).filter(([, { inputDiff }]) => inputDiff);
  if (differing.length === 0) return [];
  // What replaces when the code changes it is, in the world, only different.
  const detailedDiff = Object.fromEntries(
    differing.map(([path, diff]) => [path, { ...diff, diffKind: diff.diffKind.replace("-replace", "") }]),
  );
  return [{ ...one, op: "update", keys: null, diffs: Object.keys(detailedDiff), detailedDiff }];
}

const byHand: Cause = {
  kind: "drift",
  file: undefined,
  line: undefined,
  change: "changed by hand, or by its platform",
  via: [],
};

/** Rules speak of changes that are to come; these are there already. */
function said(finding: Finding): Finding {
  const gone = finding.operation === "delete";
  const name = finding.resource?.name ?? "";
  return {
    ...finding,
    ...(gone && { what: `${name} is gone: ${finding.what}` }),
    cause: byHand,
    instead: gone
      ? "rung drift --revert makes it anew; what it held comes back from a backup alone"
      : putBack,
  };
}

const putBack = "rung drift --revert puts it back; --accept keeps it, where a setting can say it";

/** What no rule of a review speaks of: there, nobody stops a container by a change of code. */
function unspoken({ urn, type, name, capability, operation, properties }: ResourceChange): Finding {
  const stopped = properties.some(({ path, to }) => path === "mustRun" && to === "false");
  const differs = properties.map(({ path }) => path).join(", ");
  return {
    ...overall(
      {
        rank: stopped ? "downtime" : "rest",
        severity: "review",
        rule: stopped ? "stopped" : "differs",
        what: stopped ? `${name} does not run` : `${name} is not as the code says: ${differs}`,
        instead: putBack,
      },
      byHand,
    ),
    resource: { urn, type, name, capability },
    operation,
    properties,
  };
}

/** What carries the stack's labels and is not in its state. */
async function strays(stack: string, resources: readonly { readonly id?: string }[]): Promise<Finding[]> {
  const { target } = await look(stack);
  const { labelled } = await operationsOf(target.context.stage);
  const known = new Set(resources.map(({ id }) => id));
  const all = (await labelled?.list()) ?? [];
  return all
    .filter((one) => one.own && one.stack === stack && !known.has(one.id) && !known.has(one.name))
    .map(({ kind, name }) =>
      overall(
        {
          rank: "rest",
          severity: "review",
          rule: "not-in-state",
          what: `the ${kind} ${name} carries the stack's labels, and its state does not know it`,
          instead:
            kind === "container"
              ? "rung drift --revert removes it"
              : `look what it is, then: docker ${kind} rm ${name}`,
        },
        {
          kind: "drift",
          file: undefined,
          line: undefined,
          change: "left by a killed run, or made by hand",
          via: [],
        },
      ),
    );
}

async function sideOf(stack: string): Promise<Side> {
  const settings = await settingsOf(workingTree, stack);
  const described = await describe(workingTree, stack, configOf(settings, settings));
  return { tree: workingTree, settings, described };
}

/** Never printed. Of no use where the key is not here: the engine masks what the state knows to be secret. */
async function secretsOf(toolchain: Toolchain, stack: string): Promise<string[]> {
  const { code, stdout } = await ask(toolchain, ["stack", "export", "--show-secrets", "--stack", stack]);
  return code === 0 ? secretTexts(JSON.parse(stdout)) : [];
}

/** Several stacks' drift, for the same renderers as a review. */
export function driftReview(app: string, all: readonly Drift[]): Review {
  const stacks = all.map(({ review }) => review);
  const touched = stacks.filter(({ findings, changes }) => findings.length + changes.length > 0);
  const verdict = worst(stacks.map((one) => one.verdict));
  const count = touched.reduce((sum, one) => sum + Math.max(one.changes.length, one.findings.length), 0);
  return {
    version: 1,
    verdict,
    reason:
      count === 0
        ? "the world is as the code says"
        : `${count} ${count === 1 ? "thing is" : "things are"} not as the code says`,
    app,
    base: "the code",
    head: "the world",
    findings: [],
    stacks: touched,
    untouched: stacks.filter((one) => !touched.includes(one)).map(({ stack }) => stack),
  };
}
