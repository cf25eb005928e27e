/** What a policy is, as data: what it looks at, what must hold, why, and what to do about it. Pure. */

import { isThrowAway } from "../components/model/stackNames.ts";

export type Props = Readonly<Record<string, unknown>>;

/** A resource as a rule sees it, at preview or in a state. */
export interface Subject {
  /** e.g. `aws:rds/instance:Instance`. */
  readonly type: string;
  readonly name: string;
  readonly urn: string;
  readonly props: Props;
  readonly protect: boolean;
  /** URNs of what each property came from. */
  readonly from?: Readonly<Record<string, readonly string[]>>;
}

export type Severity = "critical" | "high" | "medium" | "low";

/** What stands in a rule's way: nothing, something wrong, or a value that nobody knows before it is made. */
export type Verdict =
  | { readonly state: "holds" }
  | { readonly state: "broken"; readonly what: string }
  | { readonly state: "unknown"; readonly path: string };

interface About {
  /** Lower-case words with hyphens; never changes once it is out. */
  readonly id: string;
  /** What must be, one sentence. */
  readonly must: string;
  /** What happens where it is not. */
  readonly why: string;
  readonly mend: string;
  readonly severity: Severity;
  /** Controls that it is a check of: `FSBP RDS.3`, `CIS AWS 2.3.1`, `PSS restricted`. */
  readonly controls: readonly string[];
}

/** A rule on one resource at a time. */
export interface Rule extends About {
  readonly types: readonly string[];
  /** @returns what is wrong, one clause; undefined where nothing is */
  readonly check: Check;
  /** What it lets pass and what not: its tests. */
  readonly good: readonly Props[];
  readonly bad: readonly Props[];
}

/** A rule on what resources are to each other. */
export interface StackRule extends About {
  /** @returns what is wrong, by the URN that it is wrong with */
  readonly checkAll: (all: readonly Subject[]) => readonly { readonly urn: string; readonly what: string }[];
  readonly good: readonly (readonly Subject[])[];
  readonly bad: readonly (readonly Subject[])[];
}

export type Check = (see: See, subject: Subject) => string | undefined;

/** Pulumi's own mark of a value that is not known at preview (pkg/resource/plugin, `UnknownStringValue`). */
const unknownMark = "04da6b54-80e4-46f7-96ec-b56ff0331ba9";

class NotKnown extends Error {
  readonly path: string;

  constructor(path: string) {
    super(path);
    this.path = path;
  }
}

/** Looks into properties by path. A value that is not known ends the look: `judge` says so. */
export class See {
  readonly #props: Props;

  constructor(props: Props) {
    this.#props = props;
  }

  /** @param path e.g. `settings[].value`: `[]` stands for every element, and makes the answer a list */
  at(path: string): unknown {
    return step(this.#props, path.split("."), "");
  }

  list(path: string): readonly unknown[] {
    const found = this.at(path);
    const all = Array.isArray(found) ? found.flat() : [found];
    return all.filter((one) => one !== undefined && one !== null);
  }

  /** Whether something is given, known or not. */
  has(path: string): boolean {
    try {
      const found = this.at(path);
      return found !== undefined && found !== null && found !== "";
    } catch (error) {
      if (error instanceof NotKnown) return true;
      throw error;
    }
  }

  /** The JSON in a property, e.g. a policy document. @returns undefined where it is none */
  json(path: string): unknown {
    const text = this.at(path);
    if (typeof text !== "string") return text;
    // Part of the document is another resource's: that part is not known, the whole is text.
    if (text.includes(unknownMark)) throw new NotKnown(path);
    try {
      return JSON.parse(text);
    } catch {
      return undefined;
    }
  }
}

function step(value: unknown, path: readonly string[], seen: string): unknown {
  if (value === unknownMark) throw new NotKnown(seen);
  const [head, ...rest] = path;
  if (head === undefined || value === undefined || value === null) return value;
  const each = head.endsWith("[]");
  const key = each ? head.slice(0, -2) : head;
  // what is no object has no properties
  const next = (value as Readonly<Record<string, unknown>>)[key];
  const here = seen ? `${seen}.${key}` : key;
  if (next === unknownMark) throw new NotKnown(here);
  if (!each) return step(next, rest, here);
  return (Array.isArray(next) ? next : []).map((one, index) => step(one, rest, `${here}[${index}]`));
}

/** Whether a rule holds for a resource that it is about. */
export function judge(rule: Rule, subject: Subject): Verdict {
  try {
    const what = rule.check(new See(subject.props), subject);
    return what === undefined ? { state: "holds" } : { state: "broken", what };
  } catch (error) {
    if (error instanceof NotKnown) return { state: "unknown", path: error.path };
    throw error;
  }
}

/* The usual checks. */

/** The property is exactly that. One that is not given is not. */
export const is =
  (path: string, wanted: string | number | boolean): Check =>
  (see) => {
    const found = see.at(path);
    return found === wanted ? undefined : `${path} is ${told(found)}, not ${told(wanted)}`;
  };

export const isNot =
  (path: string, refused: string | number | boolean): Check =>
  (see) =>
    see.at(path) === refused ? `${path} is ${told(refused)}` : undefined;

export const oneOf =
  (path: string, wanted: readonly unknown[]): Check =>
  (see) => {
    const found = see.at(path);
    return wanted.includes(found)
      ? undefined
      : `${path} is ${told(found)}, none of ${wanted.map(told).join(", ")}`;
  };

/** Something is given, known or not. */
export const given =
  (path: string): Check =>
  (see) =>
    see.has(path) ? undefined : `${path} is not set`;

/** A list that holds something; one that is not known yet does. */
export const filled =
  (path: string): Check =>
  (see) =>
    see.list(path).length > 0 ? undefined : `${path} is empty`;

export const absent =
  (path: string): Check =>
  (see) =>
    see.has(path) ? `${path} is set` : undefined;

export const atLeast =
  (path: string, least: number): Check =>
  (see) => {
    const found = Number(see.at(path) ?? Number.NaN);
    return found >= least ? undefined : `${path} is ${told(see.at(path))}, less than ${least}`;
  };

export const atMost =
  (path: string, most: number): Check =>
  (see) => {
    const found = Number(see.at(path) ?? Number.NaN);
    return found <= most ? undefined : `${path} is ${told(see.at(path))}, more than ${most}`;
  };

/** At least one element, and each is one of these. */
export const every =
  (path: string, wanted: readonly unknown[]): Check =>
  (see) => {
    const found = see.list(path);
    if (found.length === 0) return `${path} is not set`;
    const wrong = found.filter((one) => !wanted.includes(one));
    return wrong.length === 0 ? undefined : `${path} holds ${wrong.map(told).join(", ")}`;
  };

/** One of the elements is it. */
export const some =
  (path: string, wanted: unknown): Check =>
  (see) =>
    see.list(path).includes(wanted) ? undefined : `${path} does not hold ${told(wanted)}`;

export const none =
  (path: string, refused: readonly unknown[]): Check =>
  (see) => {
    const wrong = see.list(path).filter((one) => refused.includes(one));
    return wrong.length === 0 ? undefined : `${path} holds ${wrong.map(told).join(", ")}`;
  };

/** All of them; the first that is wrong is told. */
export const all =
  (...checks: readonly Check[]): Check =>
  (see, subject) => {
    for (const check of checks) {
      const wrong = check(see, subject);
      if (wrong) return wrong;
    }
    return undefined;
  };

/** Only where the first holds. */
export const where =
  (condition: (see: See) => boolean, check: Check): Check =>
  (see, subject) =>
    condition(see) ? check(see, subject) : undefined;

/** Whether a stack is one that nobody would miss: its stores may go with it. */
export const isPassing = (urn: string): boolean =>
  isThrowAway(urn.split("::", 1)[0]?.slice("urn:pulumi:".length) ?? "");

/** Only in stacks that last. */
export const lasting =
  (check: Check): Check =>
  (see, subject) =>
    isPassing(subject.urn) ? undefined : check(see, subject);

const told = (value: unknown): string => (value === undefined ? "not set" : JSON.stringify(value));
