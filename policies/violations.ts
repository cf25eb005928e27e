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
  const { rules, stackRules, packs, exceptions, today } = judges;
  const given = resources.map((one) => subjectOf(one, one.inputs ?? {}));
  const whole = resources.map((one) => subjectOf(one, { ...one.outputs, ...one.inputs, id: one.id }));
  const byType = Map.groupBy(given, ({ type }) => type);
  const found = (policy: string, rule: Rule | StackRule, urn: string, what: string, by = ""): Violation[] => {
    const excuse = excused(exceptions, rule.id, urn, today);
    if (excuse.state === "excused") return [];
    const weight =
      policy === compliance
        ? ({ level: "mandatory", severity: undefined } as const)
        : { level: levelOf(rule.severity), severity: rule.severity };
    return [{ policy, ...weight, urn, message: by + messageOf(what, rule, excuse) }];
  };
  return [
    ...rules.flatMap((rule) =>
      rule.types.flatMap((type) =>
        (byType.get(type) ?? []).flatMap((subject) => {
          const verdict = judge(rule, subject);
          return verdict.state === "broken" ? found(rule.id, rule, subject.urn, verdict.what) : [];
        }),
      ),
    ),
    ...stackRules.flatMap((rule) =>
      rule.checkAll(whole).flatMap(({ urn, what }) => found(rule.id, rule, urn, what)),
    ),
    ...packs.flatMap((pack) =>
      judgePack(pack, whole).flatMap(({ rule, clauses, urn, state, what }) =>
        state === "broken" ? found(compliance, rule, urn, what, clausesText(pack, clauses)) : [],
      ),
    ),
  ];
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
