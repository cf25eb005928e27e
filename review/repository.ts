import { overall } from "./findings.ts";
import type { Cause, Finding } from "./model.ts";
import type { Hunk } from "./trees.ts";

/** What a change puts at stake that no resource shows: the schema, and the providers themselves. */
export const repositoryFindings = (hunks: readonly Hunk[]): Finding[] => [
  ...migrations(hunks),
  ...providers(hunks),
];

const at = (kind: Cause["kind"], { file, after }: Hunk, change: string): Cause => ({
  kind,
  file,
  line: after,
  change,
  via: [],
});

/** Statements that take data away, or keep writers waiting while they run. */
const statements: readonly {
  readonly sql: RegExp;
  readonly rank: "data loss" | "downtime";
  readonly what: string;
  readonly instead: string;
}[] = [
  {
    sql: /\b(drop\s+(table|schema|database)|truncate)\b/i,
    rank: "data loss",
    what: "a migration deletes a table and what is in it",
    instead: "stop using it first; take a backup; delete it in a later change",
  },
  {
    sql: /\bdrop\s+column\b/i,
    rank: "data loss",
    what: "a migration deletes a column and what is in it",
    instead: "bring out the app that does without it first, then delete the column",
  },
  {
    sql: /\bdelete\s+from\b(?![^;]*\bwhere\b)/i,
    rank: "data loss",
    what: "a migration deletes every row of a table",
    instead: "say which rows, and take a backup",
  },
  {
    sql: /\balter\s+column\s+\S+\s+(set\s+data\s+)?type\b/i,
    rank: "downtime",
    what: "a migration changes a column's type: the table is rewritten under a lock",
    instead: "add a column, copy in batches, switch, then drop the old one",
  },
  {
    sql: /\bcreate\s+(unique\s+)?index\s+(?!concurrently)/i,
    rank: "downtime",
    what: "a migration builds an index without CONCURRENTLY: writers wait until it is there",
    instead: "create index concurrently, outside of a transaction, where the table is big",
  },
];

const schema = /^migrations\/schema(-d1)?\/.*\.sql$/;

function migrations(hunks: readonly Hunk[]): Finding[] {
  return hunks
    .filter(({ file }) => schema.test(file))
    .flatMap((hunk) => {
      const changed = hunk.removed.some((line) => line.trim() !== "");
      const edited = changed
        ? [
            overall(
              {
                rank: "rest",
                severity: "review",
                rule: "migration-edited",
                what: "an earlier migration is edited: databases that ran it keep the old schema",
                instead: "write a new migration",
              },
              at("component", hunk, hunk.file),
            ),
          ]
        : [];
      const forward = wayForward(hunk.added);
      const found = statements
        .filter(({ sql }) => sql.test(forward))
        .map(({ sql, rank, what, instead }) =>
          overall(
            { rank, severity: "review", rule: "migration", what, instead },
            at("component", hunk, (sql.exec(forward)?.[0] ?? "").replaceAll(/\s+/g, " ")),
          ),
        );
      return [...edited, ...found];
    });
}

/** Without comments, and without the way back that dbmate keeps below its mark. */
const wayForward = (lines: readonly string[]): string =>
  (lines.join("\n").split(/^-- *migrate:down/m)[0] ?? "").replaceAll(/--.*$/gm, "");

/** A provider of another version may read the same program otherwise. */
function providers(hunks: readonly Hunk[]): Finding[] {
  const version = /"(@pulumi\/[\w-]+|@pulumiverse\/[\w-]+|@upstash\/pulumi)":\s*"[\^~]?([\w.-]+)"/;
  return hunks
    .filter(({ file }) => file === "package.json")
    .flatMap((hunk) => {
      const before = new Map(hunk.removed.flatMap((line) => pair(version, line)));
      return hunk.added.flatMap((line) =>
        pair(version, line).flatMap(([name, to]) => {
          const from = before.get(name);
          if (from === to) return [];
          const major = from?.split(".")[0] !== to.split(".")[0];
          return overall(
            {
              rank: "rest",
              severity: "review",
              rule: "provider-version",
              what: from
                ? `${name} ${from} → ${to}${major ? ", a major version: properties may be gone, or mean something else" : ""}: this preview was made with the installed one`
                : `${name} ${to} is new`,
              instead: "npm ci, and review again: only then the new one is asked",
            },
            at("dependency", hunk, line.trim()),
          );
        }),
      );
    });
}

function pair(pattern: RegExp, line: string): [string, string][] {
  const [, name, version] = pattern.exec(line) ?? [];
  return name && version ? [[name, version]] : [];
}
