import type { Cause } from "./model.ts";
import { differs, leavesThatDiffer } from "./read/leaves.ts";
import type { StackSettings } from "./read/settings.ts";
import { looksSecret } from "./redact.ts";
import type { Hunk } from "./trees.ts";

/** One thing that a person changed: what a change of a resource may come from. */
export interface Source {
  readonly kind: Exclude<Cause["kind"], "unknown" | "drift">;
  readonly file: string;
  readonly line: number | undefined;
  readonly change: string;
  /** What stood there and stands there now: a value of spec or settings, or a line of code. */
  readonly from: unknown;
  readonly to: unknown;
  /** Of spec and settings: the path of the key. */
  readonly key: string | undefined;
  /** Of code: the line before, to tell which resource it belongs to. */
  readonly lineBefore: number | undefined;
}

/** All that was changed, as far as it can change what is made. */
export function sourcesOf(
  specs: readonly [before: unknown, after: unknown],
  settings: readonly [before: StackSettings | undefined, after: StackSettings | undefined],
  hunks: readonly Hunk[],
): Source[] {
  return [
    ...fromSpec(specs[0], specs[1], hunks),
    ...fromSettings(settings[0], settings[1]),
    ...hunks.flatMap(fromCode),
  ];
}

const specFile = "app/spec.ts";

function fromSpec(before: unknown, after: unknown, hunks: readonly Hunk[]): Source[] {
  const written = hunks.filter(({ file }) => file === specFile);
  return leavesThatDiffer(before, after).map(({ path, from, to }) => {
    const key = path.split(".").at(-1) ?? path;
    const at = written.find(({ added, removed }) =>
      [...added, ...removed].some((line) => line.includes(key)),
    );
    const offset = Math.max(0, at?.added.findIndex((line) => line.includes(key)) ?? 0);
    return {
      kind: "spec" as const,
      file: at ? specFile : written.length > 0 ? specFile : "components/model/spec.ts",
      line: at ? at.after + offset : written[0]?.after,
      change: `${path}: ${shown(from)} → ${shown(to)}`,
      from,
      to,
      key: path,
      lineBefore: undefined,
    };
  });
}

function fromSettings(before: StackSettings | undefined, after: StackSettings | undefined): Source[] {
  const [old, now] = [before?.values ?? {}, after?.values ?? {}];
  const [oldSecrets, nowSecrets] = [before?.secrets ?? {}, after?.secrets ?? {}];
  const file = after?.file ?? before?.file ?? "Pulumi.<stack>.yaml";
  const of = (key: string, from: unknown, to: unknown, change: string): Source => ({
    kind: "settings",
    file,
    line: after?.lines[key] ?? before?.lines[key],
    change,
    from,
    to,
    key,
    lineBefore: undefined,
  });
  const plain = differs(old, now).map((key) =>
    of(
      key,
      old[key],
      now[key],
      looksSecret(key) ? `${key}: another value` : `${key}: ${shown(old[key])} → ${shown(now[key])}`,
    ),
  );
  const secret = differs(oldSecrets, nowSecrets).map((key) =>
    of(key, undefined, undefined, `${key}: another secret`),
  );
  return [...plain, ...secret];
}

function fromCode({ file, before, after, removed, added }: Hunk): Source[] {
  if (file === specFile || /^Pulumi\./.test(file)) return [];
  const kind = file === "package.json" ? ("dependency" as const) : ("component" as const);
  return Array.from({ length: Math.max(removed.length, added.length) }, (_, index) => {
    const [from, to] = [removed[index]?.trim() ?? "", added[index]?.trim() ?? ""];
    return {
      kind,
      file,
      line: added.length > 0 ? after + Math.min(index, added.length - 1) : Math.max(1, after),
      change: changeOfLine(from, to),
      from,
      to,
      key: undefined,
      lineBefore: removed.length > 0 ? before + Math.min(index, removed.length - 1) : before,
    };
  }).filter(({ from, to }) => from !== to && !isIdle(from) && !isIdle(to));
}

/** A line that says nothing by itself: a bracket, a comment. */
const isIdle = (line: string): boolean => /^[\s{}()[\],;]+$/.test(line) || /^(\/\/|\/?\*)/.test(line);

const changeOfLine = (from: string, to: string): string =>
  from === "" ? `new: ${cut(to)}` : to === "" ? `gone: ${cut(from)}` : `${cut(from)} → ${cut(to)}`;

const cut = (text: string): string => (text.length > 90 ? `${text.slice(0, 89)}…` : text);

const shown = (value: unknown): string =>
  value === undefined ? "not said" : cut(typeof value === "string" ? value : JSON.stringify(value));
