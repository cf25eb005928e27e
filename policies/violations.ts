import type { CompliancePack } from "./compliance/clause.ts";
import { judgePack } from "./compliance/index.ts";
import { type Exception, excused } from "./exceptions.ts";
import { judge, type Rule, type Severity, type StackRule, type Subject } from "./model.ts";
import { clausesText, compliance, type Level, levelOf, messageOf } from "./pack.ts";

/** What is wrong with a resource, as the pack says it. */
export interface Violation {
  /** The policy's name in the pack. */
  readonly policy: string;
  readonly level: Level;
  /** Undefined for laws and standards. */
  readonly severity: Severity | undefined;
  readonly urn: string;
  readonly message: string;
}

/** What the rules say of resources. */
export interface Judgement {
  readonly violations: readonly Violation[];
  /** What hangs on a value that nobody knows before it is made, a line each: told, never a silent pass. */
  readonly unknown: readonly string[];
}

/** A resource as it stands in a state, or as a preview would make it: what is not known yet has the engine's mark. */
export interface Registered {
  readonly urn: string;
  readonly type: string;
  readonly id?: string;
  readonly protect?: boolean;
  readonly inputs?: Readonly<Record<string, unknown>>;
  readonly outputs?: Readonly<Record<string, unknown>>;
  readonly propertyDependencies?: Readonly<Record<string, readonly string[] | null>>;
}

export interface Judges {
  readonly rules: readonly Rule[];
  readonly stackRules: readonly StackRule[];
  readonly packs: readonly CompliancePack[];
  readonly exceptions: readonly Exception[];
  /** YYYY-MM-DD. */
  readonly today: string;
}

/** What the pack says of these resources, without an engine and a process of its own. */
export function violationsIn(resources: readonly Registered[], judges: Judges): Violation[] {
  const given = resources.map((one) => subjectOf(one, one.inputs ?? {}));
  const whole = resources.map((one) => subjectOf(one, { ...one.outputs, ...one.inputs, id: one.id }));
  return [...judgeEach(given, judges).violations, ...judgeTogether(whole, judges).violations];
}

/** Each resource by itself. @param subjects by what they are given, before they are made */
export function judgeEach(
  subjects: readonly Subject[],
  { rules, exceptions, today }: Pick<Judges, "rules" | "exceptions" | "today">,
): Judgement {
  const byType = Map.groupBy(subjects, ({ type }) => type);
  const [violations, unknown]: [Violation[], string[]] = [[], []];
  for (const rule of rules) {
    for (const subject of rule.types.flatMap((type) => byType.get(type) ?? [])) {
      const verdict = judge(rule, subject);
      if (verdict.state === "broken")
        violations.push(...found(rule, subject.urn, verdict.what, exceptions, today));
      if (verdict.state === "unknown") unknown.push(`${rule.id}: ${subject.name}: ${notKnown(verdict.path)}`);
    }
  }
  return { violations, unknown };
}

/** What resources are to each other, and all that a law or standard asks of them. @param whole the whole stack */
export function judgeTogether(whole: readonly Subject[], judges: Omit<Judges, "rules">): Judgement {
  const { stackRules, packs, exceptions, today } = judges;
  const ofStack = stackRules.flatMap((rule) =>
    rule.checkAll(whole).flatMap(({ urn, what }) => found(rule, urn, what, exceptions, today)),
  );
  const byLaw = packs.flatMap((pack) => judgePack(pack, whole).map((one) => ({ ...one, pack })));
  return {
    violations: [
      ...ofStack,
      ...byLaw.flatMap(({ pack, rule, clauses, urn, state, what }) =>
        state === "broken"
          ? found(rule, urn, what, exceptions, today).map(
              ({ message }): Violation => ({
                policy: compliance,
                level: "mandatory",
                severity: undefined,
                urn,
                message: clausesText(pack, clauses) + message,
              }),
            )
          : [],
      ),
    ],
    unknown: byLaw.flatMap(({ pack, rule, clauses, urn, state, what }) =>
      state === "unknown" ? [`${clausesText(pack, clauses)}${rule.id}: ${urn}: ${what}; ${again}`] : [],
    ),
  };
}

const again = "judged again by up";
const notKnown = (path: string): string => `${path} is not known before it is made; ${again}`;

/** Nothing where an exception holds. */
function found(
  rule: Rule | StackRule,
  urn: string,
  what: string,
  exceptions: readonly Exception[],
  today: string,
): Violation[] {
  const excuse = excused(exceptions, rule.id, urn, today);
  if (excuse.state === "excused") return [];
  const { id, severity } = rule;
  return [{ policy: id, level: levelOf(severity), severity, urn, message: messageOf(what, rule, excuse) }];
}

const subjectOf = (
  { urn, type, protect, propertyDependencies }: Registered,
  props: Subject["props"],
): Subject => ({
  type,
  name: urn.split("::").at(-1) ?? urn,
  urn,
  props,
  protect: protect === true,
  from: Object.fromEntries(
    Object.entries(propertyDependencies ?? {}).map(([property, from]) => [property, from ?? []]),
  ),
});
