import type { ResourceChange } from "../../review/model.ts";
import type { Leaf } from "./candidates.ts";
import type { Json } from "./specFile.ts";

type Property = Pick<ResourceChange["properties"][number], "path" | "from" | "to">;

/**
 * What a value of the code may have to be, so that a property is what the world has: as components spell the value
 * now, so the world's spelling is read back.
 * @param name of the resource: a bucket's or a job's own
 */
export function meanings(leaf: Leaf, property: Property, name: string): Json[] {
  const { from, to } = property;
  if (to === undefined && !Array.isArray(leaf.value)) return [];
  const named = /^(?:jobs|storage\.buckets)\.([^.]+)\./.exec(leaf.path)?.[1];
  if (named !== undefined && /^(job|cron|storage)/.test(name) && name.includes("-") && !name.includes(named))
    return [];
  const said = special.find(({ path }) => path.test(leaf.path));
  const found = said
    ? said.read(leaf.value, property)
    : typeof leaf.value === "number"
      ? numbers(leaf.value, from, to)
      : Array.isArray(leaf.value)
        ? lists(leaf.value, from, to)
        : typeof leaf.value === "string"
          ? texts(leaf.value, from, to)
          : [];
  return found.filter((one) => JSON.stringify(one) !== JSON.stringify(leaf.value));
}

/** Values that components do not pass on as they are. */
const special: readonly {
  readonly path: RegExp;
  read(value: Leaf["value"], property: Property): Json[];
}[] = [
  {
    // Flags stand in too many places to be told by their value.
    path: /\.versioned$/,
    read: (_, { path, to = "" }) =>
      /version|status/i.test(path)
        ? /^(Enabled|true)$/.test(to)
          ? [true]
          : /^(Suspended|Disabled|false)$/.test(to)
            ? [false]
            : []
        : [],
  },
  { path: /^realtime$/, read: () => [] },
  {
    path: /\.expireDays$/,
    read: (value, { path, from, to = "" }) => {
      if (!/expir|lifecycle|days|maxAge|conditions?/i.test(path)) return [];
      const days = /"(?:days|maxAge)":(\d+)/.exec(to)?.[1] ?? to;
      const seconds = typeof value === "number" && number(from) === value * 86_400;
      const said = number(days);
      return said === undefined || said <= 0 ? [] : [seconds || said % 86_400 === 0 ? said / 86_400 : said];
    },
  },
  {
    path: /^cache\.policy$/,
    read: (_, { path, to = "" }) =>
      /^(allkeys-lru|evict)$/.test(to) || (/^eviction$/.test(path) && to === "true")
        ? ["evict"]
        : /^(noeviction|keep)$/.test(to) || (/^eviction$/.test(path) && to === "false")
          ? ["keep"]
          : [],
  },
  {
    path: /\.schedule$/,
    read: (value, { from, to }) => texts(String(value), plainCron(from), plainCron(to)).filter(isCron),
  },
  {
    path: /^container\.drainSeconds$/,
    // Platforms are given the app's time and some to end in.
    read: (value, { path, from, to }) => {
      const [before, after] = [number(from), number(to)];
      const isTime = /stopTimeout|deregistrationDelay|terminationGrace|destroyGrace|drain/i.test(path);
      if (!isTime || before === undefined || after === undefined) return numbers(Number(value), from, to);
      return before >= Number(value) ? [Number(value) + after - before].filter((one) => one >= 0) : [];
    },
  },
  {
    path: /^(objectives\.\w+)$/,
    read: (value, { from, to }) => {
      const [, count = "", unit = ""] = /^(\d+(?:\.\d+)?)([smhd])$/.exec(String(value)) ?? [];
      return numbers(Number(count), from, to).map((one) => `${one}${unit}`);
    },
  },
];

const isCron = (one: Json): boolean => typeof one === "string" && one.trim().split(/\s+/).length === 5;

/** AWS says five fields in six, with `?` for the day that the other rules out. */
const plainCron = (text: string | undefined): string | undefined =>
  text?.replace(/^cron\((\S+ \S+) (\S+) (\S+) (\S+) \*\)$/, (_, time, day, month, weekday) =>
    [time, day.replace("?", "*"), month, weekday.replace("?", "*")].join(" "),
  );

const number = (text: string | undefined): number | undefined =>
  text !== undefined && /^-?\d+(\.\d+)?$/.test(text) ? Number(text) : undefined;

/** Units that vendors count in where the code counts in another: five minutes, minutes, hours, days, percent, ms. */
const units = [1, 5, 60, 3600, 86_400, 1 / 100, 1000] as const;

function numbers(value: number, from: string | undefined, to: string | undefined): number[] {
  const [before, after] = [number(ending(from)), number(ending(to))];
  if (before === undefined || after === undefined) return [];
  return units
    .filter((unit) => Math.abs(before - value * unit) < 1e-9)
    .map((unit) => Number((after / unit).toPrecision(12)));
}

/** A variable of a container stands as `["NAME=value"]`, or as its value. */
const ending = (text: string | undefined): string | undefined =>
  text?.replace(/^\["[A-Z][A-Z0-9_]*=([^"]*)"\]$/, "$1");

/** The same text around it: what stands in its place now. */
function texts(value: string, from: string | undefined, to: string | undefined): string[] {
  if (from === undefined || to === undefined) return [];
  if (from === value) return [to];
  const at = value.length < 3 ? -1 : from.indexOf(value);
  if (at === -1) return [];
  const [before, after] = [from.slice(0, at), from.slice(at + value.length)];
  if (!to.startsWith(before) || !to.endsWith(after) || to.length <= before.length + after.length) return [];
  const said = to.slice(before.length, to.length - after.length);
  return /["\n]|\\n/.test(said) ? [] : [said];
}

/** What went out of the list goes out, and what came in comes in. */
function lists(value: readonly Json[], from: string | undefined, to: string | undefined): Json[] {
  const [gone, come] = [elements(from), elements(to)];
  if (!gone || !come || gone.length + come.length === 0 || !gone.every((one) => value.includes(one)))
    return [];
  // Of an empty list nobody can tell whose it is.
  if (gone.length === 0 && !come.every((one) => value.length > 0 && likeOf(value[0]) === likeOf(one)))
    return [];
  return [
    [
      ...value.filter((one) => !gone.some((other) => other === one)),
      ...come.filter((one) => !value.includes(one)),
    ],
  ];
}

/** What kind of text it is, as far as its shape tells: an address, a URL, a mail address, an ARN, a key. */
const likeOf = (one: Json | undefined): string =>
  /^[\d.:a-f]+\/\d+$/.test(String(one))
    ? "address"
    : (/^(arn:aws|https?:|ssh-|ecdsa-)/.exec(String(one))?.[1] ??
      (/^\S+@\S+$/.test(String(one)) ? "mail" : "word"));

function elements(text: string | undefined): string[] | undefined {
  if (text === undefined) return [];
  if (!text.startsWith("[")) return [text];
  try {
    const all: unknown = JSON.parse(text);
    return Array.isArray(all) && all.every((one): one is string => typeof one === "string") ? all : undefined;
  } catch {
    return undefined;
  }
}
