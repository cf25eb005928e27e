import type { Blueprint } from "../../components/model/blueprint.ts";
import { imageByDigest } from "../../components/model/image.ts";
import { sizes } from "../../components/model/words.ts";
import type { ResourceChange } from "../../review/model.ts";

/** A change of code that may say what the world has. Whether it does, a preview tells. */
export interface Candidate {
  readonly kind: "settings" | "spec";
  /** `rung:size`, or the last word of the spec's key. */
  readonly key: string;
  readonly from: string | undefined;
  readonly to: string;
}

type Property = ResourceChange["properties"][number];

/** Settings that one property of one kind of resource goes by. */
const settings: readonly {
  readonly type: RegExp;
  readonly path: RegExp;
  readonly keys: readonly string[];
  /** What the setting would be, from the world's value; undefined when it cannot be said by it. */
  readonly value: (to: string) => string | undefined;
}[] = [
  { type: /^aws:budgets/, path: /^limitAmount$/, keys: ["rung:budgetUsd"], value: numeric },
  { type: /./, path: /^tags(All)?\.owner$/, keys: ["rung:owner"], value: (to) => to },
  {
    type: /./,
    path: /^(enableDeletionProtection|deletionProtection|deleteProtection)$/,
    keys: ["rung:protect"],
    value: (to) => (to === "false" || to === "true" ? to : undefined),
  },
  {
    type: /./,
    path: /image|containerDefinitions/i,
    keys: ["rung:image"],
    value: (to) => (new RegExp(imageByDigest).test(to) ? to : undefined),
  },
  { type: /^docker:.*Container$/, path: /^ports/, keys: ["rung:httpsPort", "rung:httpPort"], value: numeric },
  { type: /wafv2|ruleset/i, path: /rate|limit|requests/i, keys: ["rung:rateLimitPerMinute"], value: numeric },
  {
    type: /^hcloud:|SecurityGroup|ingressRule/i,
    path: /sourceIps|cidr/i,
    keys: ["rung:adminCidrs"],
    value: listed,
  },
];

function numeric(to: string): string | undefined {
  return /^\d+(\.\d+)?$/.test(to) ? String(Number(to)) : undefined;
}

function listed(to: string): string | undefined {
  return /^\[/.test(to) ? to : JSON.stringify([to]);
}

/** What to try, the nearest first: a setting of that very property, a value of the spec, another size. */
export function candidatesFor(
  { type, properties }: Pick<ResourceChange, "type" | "properties">,
  now: Readonly<Record<string, string>>,
  spec: unknown,
  blueprints: Readonly<Record<string, Blueprint>>,
): Candidate[] {
  return properties.flatMap((property) => [
    ...settings
      .filter((one) => one.type.test(type) && one.path.test(property.path))
      .flatMap(({ keys, value }) => {
        const to = property.to === undefined ? undefined : value(property.to);
        return to === undefined
          ? []
          : keys.map((key): Candidate => ({ kind: "settings", key, from: now[key], to }));
      }),
    ...inSpec(property, spec),
    ...sizes
      .filter((size) => size !== now["rung:size"] && says(blueprints[size], property.to))
      .map((size): Candidate => ({ kind: "settings", key: "rung:size", from: now["rung:size"], to: size })),
  ]);
}

/** Values of the spec that are the code's, as they stand or as a number of days. */
function inSpec({ from, to }: Property, spec: unknown, key = ""): Candidate[] {
  if (from === undefined || to === undefined) return [];
  if (typeof spec === "object" && spec !== null)
    return Object.entries(spec).flatMap(([name, one]) => inSpec({ from, to } as Property, one, name));
  const of = (a: string, b: string): Candidate[] => [{ kind: "spec", key, from: a, to: b }];
  if (typeof spec === "number" && String(spec) === from && numeric(to)) return of(from, to);
  if (typeof spec === "string" && spec === from && spec.length > 2)
    return of(JSON.stringify(from), JSON.stringify(to));
  if (typeof spec === "string" && spec === `${from}d` && numeric(to)) return of(`"${from}d"`, `"${to}d"`);
  return [];
}

/** Whether a size's plan holds a value at all: only then is a preview of it worth its seconds. */
const says = (plan: Blueprint | undefined, value: string | undefined): boolean =>
  plan !== undefined &&
  value !== undefined &&
  JSON.stringify(plan.capabilities)
    .split(/["\\:,{}[\]]+/)
    .some((word) => word === value);
