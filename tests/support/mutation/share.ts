import type { StateResource } from "../../../engine/backend.ts";
import { judge, type Rule, type StackRule, type Subject } from "../../../policies/model.ts";
import { rules, stackRules } from "../../../policies/rules/index.ts";
import { type Harmless, harmless } from "./harmless.ts";
import { weakened } from "./weaken.ts";

/** The resources of a rehearsal as a lasting stack would have them. */
export const subjectsOf = (state: readonly StateResource[]): Subject[] =>
  state
    .filter(({ type }) => !type.startsWith("pulumi:"))
    .map(({ urn, type, id, inputs = {}, protect = false }) => ({
      type,
      name: urn.split("::").at(-1) ?? "",
      urn: urn.replace("urn:pulumi:rehearsal::", "urn:pulumi:prod::"),
      // what others name it by
      props: { ...inputs, ...(id && { id }) },
      protect,
    }));

const byType = new Map<string, Rule[]>();
for (const rule of rules)
  for (const type of rule.types) byType.set(type, [...(byType.get(type) ?? []), rule]);

const broken = (subject: Subject): string[] =>
  (byType.get(subject.type) ?? [])
    .filter((rule) => judge(rule, subject).state === "broken")
    .map(({ id }) => id);

/** What would stop the update of a lasting stack, as it is. */
export const stoppedBy = (all: readonly Subject[]): string[] => {
  const mandatory = ({ severity }: Rule | StackRule) => severity === "critical" || severity === "high";
  return [
    ...all.flatMap((subject) =>
      (byType.get(subject.type) ?? [])
        .filter((rule) => mandatory(rule) && judge(rule, subject).state === "broken")
        .map(({ id }) => `${id} ${subject.name}`),
    ),
    ...stackRules
      .filter(mandatory)
      .flatMap(({ id, checkAll }) => checkAll(all).map(({ urn, what }) => `${id} ${urn} ${what}`)),
  ];
};

export interface Share {
  readonly caught: number;
  readonly of: number;
  /** `<type> <path>: <how>`, each once, with how many resources it is of. */
  readonly missed: readonly string[];
  /** What was left out by. */
  readonly harmless: ReadonlySet<Harmless>;
}

/** Weakens every resource by one setting at a time, and counts what some rule then refuses that it let pass before. */
export function shareCaught(all: readonly Subject[]): Share {
  const missed = new Map<string, number>();
  const met = new Set<Harmless>();
  let [caught, of] = [0, 0];
  for (const subject of all) {
    // a component is what a stack says of itself, no setting of anything
    if (subject.type.startsWith("rung:")) continue;
    const before = new Set(broken(subject));
    for (const { path, how, props } of weakened(subject.props)) {
      const what = `${subject.type} ${path}: ${how}`;
      const left = harmless.find((one) => one.what.test(what));
      if (left) {
        met.add(left);
        continue;
      }
      of += 1;
      const weak = { ...subject, props };
      const found = broken(weak).some((id) => !before.has(id)) || stackFinds(all, subject, weak);
      if (found) caught += 1;
      else missed.set(what, (missed.get(what) ?? 0) + 1);
    }
  }
  return {
    caught,
    of,
    missed: [...missed].map(([what, times]) => `${what} (${times})`).toSorted(),
    harmless: met,
  };
}

function stackFinds(all: readonly Subject[], subject: Subject, weak: Subject): boolean {
  const changed = all.map((one) => (one === subject ? weak : one));
  return stackRules.some((rule) => rule.checkAll(changed).length > rule.checkAll(all).length);
}
