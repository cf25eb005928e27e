import type { Spec } from "../components/model/spec.ts";
import { overall } from "./findings.ts";
import type { Finding } from "./model.ts";
import { exposes, type Said, stops } from "./rules/rule.ts";
import type { Source } from "./sources.ts";

interface Row {
  /** Of the key in spec or settings. */
  readonly key: RegExp;
  /** What counts where neither side of a setting says anything. */
  readonly unsaid?: (spec: Spec) => unknown;
  readonly say: (from: unknown, to: unknown) => Said | undefined;
}

/** What only the app itself reads: no resource shows that more is let in, or for longer. */
const rows: readonly Row[] = [
  {
    key: /(^|[:.])rateLimitPerMinute$/,
    unsaid: ({ auth }) => auth.rateLimitPerMinute,
    say: (from, to) =>
      Number(to) > Number(from)
        ? exposes.review([
            "rate-limit",
            `one address may ask ${Number(to)} times a minute instead of ${Number(from)}`,
            "say which client needs it; whoever guesses passwords may ask as often",
          ])
        : stops.review([
            "rate-limit",
            `one address may ask only ${Number(to)} times a minute, no longer ${Number(from)}: others are refused`,
            "look in the logs how often those ask who share an address",
          ]),
  },
  {
    key: /^auth\.sessionHours$/,
    say: (from, to) =>
      Number(to) > Number(from)
        ? exposes.review([
            "session-longer",
            `a session that was stolen is good for ${Number(to)} hours instead of ${Number(from)}`,
            "keep it as short as the app's users bear",
          ])
        : undefined,
  },
  {
    key: /^auth\.corsOrigins(\.|\[|$)/,
    say: (_, to) =>
      to === undefined
        ? undefined
        : exposes.review([
            "cors-wider",
            "pages of other origins may call the app in the name of who looks at them",
            "make sure that each of them is yours",
          ]),
  },
];

/** What spec and settings ask for that is at stake although no resource shows it. */
export function askedFindings(sources: readonly Source[], before: Spec | undefined): Finding[] {
  return sources.flatMap(({ kind, file, line, change, key, from, to }) => {
    const row = key === undefined ? undefined : rows.find((one) => one.key.test(key));
    const unsaid = before && row?.unsaid?.(before);
    const said = row?.say(from ?? unsaid, to ?? unsaid);
    return said ? [overall(said, { kind, file, line, change, via: [] })] : [];
  });
}
