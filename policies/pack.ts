import type {
  PolicyResource,
  ResourceValidation,
  ResourceValidationArgs,
  ResourceValidationPolicy,
  Severity,
  StackValidationPolicy,
} from "@pulumi/policy";
import type { CompliancePack } from "./compliance/clause.ts";
import { judgePack } from "./compliance/index.ts";
import { type Exception, excused } from "./exceptions.ts";
import { judge, type Rule, type StackRule, type Subject } from "./model.ts";

export const packName = "rung";

/** What stops an update; the rest is told. */
const stopping: ReadonlySet<Severity> = new Set(["critical", "high"]);

export type Level = "mandatory" | "advisory";

export const levelOf = (severity: Severity): Level => (stopping.has(severity) ? "mandatory" : "advisory");

const about = ({ id, must, why, mend, severity, controls }: Rule | StackRule) => ({
  name: id,
  description: `${must}: else ${why}`,
  enforcementLevel: levelOf(severity),
  severity,
  remediationSteps: mend,
  tags: [...controls],
});

/** Pulumi's policies hand their properties out behind a proxy that throws for what is not known; ours say so themselves. */
const plain = (props: Readonly<Record<string, unknown>>): Readonly<Record<string, unknown>> =>
  (props as { readonly __getSpecialProxyTarget?: Readonly<Record<string, unknown>> })
    .__getSpecialProxyTarget ?? props;

const subjectOf = ({ type, name, urn, props, opts }: ResourceValidationArgs | PolicyResource): Subject => ({
  type,
  name,
  urn,
  props: plain(props),
  protect: opts.protect,
});

/**
 * What each resource was given. A stack as a whole is told by what its resources gave back, and a component's inputs are
 * not among that: they are kept when each is judged by itself.
 */
const given = new Map<string, Subject["props"]>();

/** Judges nothing; it must stand before the rules on whole stacks. */
export const remembers: ResourceValidationPolicy = {
  name: "inputs",
  description: "Keeps what each resource is given, for the rules on whole stacks",
  enforcementLevel: "advisory",
  validateResource: ({ urn, props }) => void given.set(urn, plain(props)),
};

const wholeOf = (resources: readonly PolicyResource[]): Subject[] =>
  resources.map((one) => {
    const subject = subjectOf(one);
    return { ...subject, props: { ...subject.props, ...given.get(one.urn) }, from: sourcesOf(one) };
  });

/** A rule as CrossGuard's. A value that is not known before it is made is told: never a silent pass. */
export function resourcePolicy(
  rule: Rule,
  exceptions: readonly Exception[],
  today: string,
): ResourceValidationPolicy {
  const types = new Set(rule.types);
  const [only, ...more] = rule.types;
  const validate: ResourceValidation = (args, report) => {
    if (!types.has(args.type)) return;
    const verdict = judge(rule, subjectOf(args));
    if (verdict.state === "holds") return;
    if (verdict.state === "unknown") {
      process.stderr.write(
        `${rule.id}: ${args.name}: ${verdict.path} is not known before it is made; judged again by up\n`,
      );
      return;
    }
    const found = excused(exceptions, rule.id, args.urn, today);
    if (found.state === "excused") return;
    report(messageOf(verdict.what, rule, found));
  };
  // The mark that Pulumi's own validateResourceOfType leaves: for other types not even the properties are read.
  if (more.length === 0) Object.assign(validate, { __pulumiType: only });
  return { ...about(rule), validateResource: validate };
}

/** A rule on several resources as CrossGuard's. */
export function stackPolicy(
  rule: StackRule,
  exceptions: readonly Exception[],
  today: string,
): StackValidationPolicy {
  return {
    ...about(rule),
    validateStack: ({ resources }, report) => {
      const all = wholeOf(resources);
      for (const { urn, what } of rule.checkAll(all)) {
        const found = excused(exceptions, rule.id, urn, today);
        if (found.state !== "excused") report(messageOf(what, rule, found), urn);
      }
    },
  };
}

/** The name of the one policy that holds every law and standard. */
export const compliance = "compliance";

/** Which clauses a rule is a check of; stands before what it says. */
export const clausesText = ({ title }: CompliancePack, clauses: readonly string[]): string =>
  `${title} ${clauses.join(", ")}: `;

/**
 * Laws and standards: for a stack that is held to one, each of its rules stops an update, whatever its severity. One
 * policy for all: each costs a reading of every resource's properties.
 */
export function compliancePolicy(
  packs: readonly CompliancePack[],
  exceptions: readonly Exception[],
  today: string,
): StackValidationPolicy {
  return {
    name: compliance,
    description: "What a tool can check of the laws and standards that the stack is held to",
    enforcementLevel: "mandatory",
    validateStack: ({ resources }, report) => {
      const all = wholeOf(resources);
      const findings = packs.flatMap((pack) => judgePack(pack, all).map((found) => ({ ...found, pack })));
      for (const { pack, rule, clauses, urn, state, what } of findings) {
        const by = clausesText(pack, clauses);
        if (state === "unknown") {
          process.stderr.write(`${by}${rule.id}: ${urn}: ${what}; judged again by up\n`);
          continue;
        }
        const excuse = excused(exceptions, rule.id, urn, today);
        if (excuse.state !== "excused") report(`${by}${messageOf(what, rule, excuse)}`, urn);
      }
    },
  };
}

const sourcesOf = ({ propertyDependencies }: PolicyResource) =>
  Object.fromEntries(
    Object.entries(propertyDependencies ?? {}).map(([name, from]) => [name, from.map(({ urn }) => urn)]),
  );

/** What a rule says of what breaks it. @param found what the exceptions know of it */
export const messageOf = (
  what: string,
  { mend }: Rule | StackRule,
  found: ReturnType<typeof excused>,
): string => `${what}; ${mend}${ended(found)}`;

const ended = (found: ReturnType<typeof excused>): string =>
  found.state === "ended"
    ? `; the exception that ${found.exception.owner} asked for ended on ${found.exception.until}`
    : "";
