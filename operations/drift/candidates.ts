import type { Blueprint } from "../../components/model/blueprint.ts";
import { sizes } from "../../components/model/words.ts";
import type { ResourceChange } from "../../review/model.ts";
import { hidden, looksSecret } from "../../review/redact.ts";
import type { Json } from "./specFile.ts";
import { meanings } from "./spellings.ts";

/** A change of code that may say what the world has. Whether it does, a preview tells. */
export interface Candidate {
  readonly kind: "settings" | "spec";
  /** `rung:size`, or the path of the spec's key, e.g. `cdn.maxAgeSeconds`. */
  readonly key: string;
  readonly from: string | undefined;
  /** undefined: the key is taken out. */
  readonly to: Json | undefined;
}

type Property = ResourceChange["properties"][number];
export type Settings = Readonly<Record<string, string>>;

/** Settings that say what a resource is. The others say where, and a living stack is not moved by hand. */
const settingKeys = [
  "rung:adminCidrs",
  "rung:adminRoles",
  "rung:budgetUsd",
  "rung:egressCidrs",
  "rung:expires",
  "rung:githubRepository",
  "rung:httpPort",
  "rung:httpsPort",
  "rung:image",
  "rung:owner",
  "rung:sshPublicKeys",
] as const;

/** What a setting is when nobody says it. */
const defaults: Settings = { "rung:httpsPort": "8443", "rung:httpPort": "8080", "rung:protect": "true" };

/** Settings that a property says which was not said before, or that stands for more than one. */
const rows: readonly { readonly path: RegExp; readonly key: string; readonly value: RegExp }[] = [
  { path: /^(tags|tagsAll|labels)\b.*\.?owner$/, key: "rung:owner", value: /^[^[{]{1,64}$/ },
  {
    path: /^(enableDeletionProtection|deletionProtection|deleteProtection)(Enabled)?$/,
    key: "rung:protect",
    value: /^(true|false)$/,
  },
];

/** A setting that one stack says over the spec, which is every stack's. */
const ofOneStack: Settings = { "auth.rateLimitPerMinute": "rung:rateLimitPerMinute" };

/** What to try, the nearest first: a setting of this stack, a value of the spec, another size. */
export function candidatesFor(
  { name, operation, properties }: Pick<ResourceChange, "name" | "operation" | "properties">,
  now: Settings,
  spec: unknown,
  blueprints: Readonly<Record<string, Blueprint>>,
): Candidate[] {
  if (operation === "delete") return gone(name, spec);
  const readable = properties.filter(isReadable);
  const found = readable.flatMap((property) => [
    ...fromSettings(property, now),
    ...leavesOf(spec).flatMap((leaf) =>
      meanings(leaf, property, name).flatMap((to): Candidate[] => {
        const own = ofOneStack[leaf.path];
        return [
          ...(own ? [{ kind: "settings", key: own, from: now[own], to } as const] : []),
          { kind: "spec", key: leaf.path, from: textOf(leaf.value), to },
        ];
      }),
    ),
  ]);
  const grown = readable.flatMap(({ to }) =>
    sizes
      .filter((size) => size !== (now["rung:size"] ?? "small") && says(blueprints[size], to))
      .map((size): Candidate => ({ kind: "settings", key: "rung:size", from: now["rung:size"], to: size })),
  );
  return [...found.filter(({ kind }) => kind === "settings"), ...found.filter(isOfSpec), ...grown];
}

const isOfSpec = ({ kind }: Candidate): boolean => kind === "spec";

/** What a person may read whole: no secret ever goes into code, and nothing that was cut off. */
const isReadable = ({ path, from, to, secret }: Property): boolean =>
  !secret && !looksSecret(path) && ![from, to].some((text) => text?.includes(hidden) || text?.endsWith("…"));

function fromSettings(property: Property, now: Settings): Candidate[] {
  const { path, to } = property;
  const known = settingKeys.flatMap((key) => {
    const text = now[key] ?? defaults[key];
    if (text === undefined) return [];
    const leaf = { path: key, value: settingValue(text) };
    return meanings(leaf, property, "").map(
      (one): Candidate => ({ kind: "settings", key, from: now[key], to: one }),
    );
  });
  const said = rows
    .filter((row) => row.path.test(path) && to !== undefined && row.value.test(to))
    .map(({ key }): Candidate => ({ kind: "settings", key, from: now[key], to: settingValue(to ?? "") }));
  const all = [...known, ...said];
  return all.filter(
    (one, at) => all.findIndex(({ key, to: same }) => key === one.key && same === one.to) === at,
  );
}

/** A setting's text as the value that it stands for: lists and flags come as JSON. */
function settingValue(text: string): Json {
  if (!/^(\d+(\.\d+)?|true|false|\[.*\])$/.test(text)) return text;
  return JSON.parse(text) as Json; // matched: a number, a flag or a list of texts
}

/** A job that was taken away is one that the spec need not name. What holds data is never taken out of a spec. */
function gone(name: string, spec: unknown): Candidate[] {
  const jobs = Object.keys((spec as { jobs?: object } | undefined)?.jobs ?? {});
  return jobs
    .filter((job) => name === `job-${job}` || name === `jobs-${job}` || name === `cron-${job}`)
    .map((job) => ({ kind: "spec", key: `jobs.${job}`, from: job, to: undefined }));
}

/** One value of the spec; `undefined` where it may be said and is not. */
export interface Leaf {
  readonly path: string;
  readonly value: Json | undefined;
}

/** Every value of a spec with its path; lists are values. */
function leavesOf(spec: unknown, path = ""): Leaf[] {
  if (typeof spec !== "object" || spec === null || Array.isArray(spec))
    return [{ path, value: spec as Json }]; // parsed
  const inner = Object.entries(spec).flatMap(([key, one]) => leavesOf(one, path ? `${path}.${key}` : key));
  const isBucket = /^storage\.buckets\.[^.]+$/.test(path);
  return isBucket && !("expireDays" in spec)
    ? [...inner, { path: `${path}.expireDays`, value: undefined }]
    : inner;
}

const textOf = (value: Json | undefined): string | undefined =>
  value === undefined || typeof value === "string" ? value : JSON.stringify(value);

/** Whether a size's plan holds a value at all: only then is a preview of it worth its seconds. */
const says = (plan: Blueprint | undefined, value: string | undefined): boolean =>
  plan !== undefined &&
  value !== undefined &&
  JSON.stringify(plan.capabilities)
    .split(/["\\:,{}[\]]+/)
    .some((word) => word === value);
