import { spawnSync } from "node:child_process";
import { readFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { relative } from "node:path";
import { parse } from "libpg-query";
import { z } from "zod";
import { type Diagnostic, DiagnosticsError } from "../../components/model/diagnostics.ts";
import { root } from "../../engine/paths.ts";
import { halves } from "../../migrations/runner.ts";
import { type Found, ownRules } from "./rules.ts";

/** The version that is checked for: the one that `local` and the spec's default run. */
const pgVersion = "17";

/** Of squawk's rules, those that are questions of taste, or that the runner answers. */
const leftOut = [
  "prefer-robust-stmts", // a migration is one transaction: it is never half done
  "require-lock-timeout", // the runner sets one
  "require-statement-timeout",
  "prefer-bigint-over-int",
  "prefer-bigint-over-smallint",
  "prefer-identity",
  "prefer-text-field",
  "prefer-timestamp-tz",
  "require-timeout-settings",
];

/**
 * Checks migrations before they are applied: squawk's rules and ours, on the half that goes up. A rule is lifted in
 * the file, with a reason: `-- rung:allow <rule>: <why>`.
 * @param files absolute paths of files with `-- migrate:up` and `-- migrate:down`
 * @returns each broken rule, with the file and line
 */
export async function lint(files: readonly string[]): Promise<Diagnostic[]> {
  return (await Promise.all(files.map(lintOne))).flat();
}

/** @throws DiagnosticsError with exit code 3, blocked, when a rule is broken */
export async function lintOrThrow(files: readonly string[]): Promise<void> {
  const broken = await lint(files);
  if (broken.length > 0) throw new DiagnosticsError(broken, 3);
}

async function lintOne(path: string): Promise<Diagnostic[]> {
  const text = await readFile(path, "utf8");
  const file = relative(root, path);
  const words = [...text.matchAll(/^-- rung:allow ([a-z-]+)(?:: *(\S.*))?$/gm)];
  const unexplained = words
    .filter(([, , why]) => why === undefined)
    .map(([all]) => ({
      what: "an exception has no reason",
      where: { file },
      found: all,
      mend: `${all}: <why>`,
    }));
  const allowed = new Set(words.map(([, rule]) => rule));
  const { up } = halves(text);
  let found: readonly Found[];
  try {
    found = [...ownRules(await parse(up), text), ...squawk(up, file)];
  } catch (error) {
    const what = `is not PostgreSQL: ${error instanceof Error ? error.message : error}`;
    return [{ what, where: { file }, mend: "correct the statement" }];
  }
  const broken = found.filter(({ rule }) => !allowed.has(rule));
  return [
    ...unexplained,
    ...unique(broken).map(({ rule, at, what, mend }) => ({
      what: `${rule}: ${what}`,
      where: { file, key: `line ${lineOf(up, at)}` },
      mend: `${mend}; or, when it must be, say so in the file: "-- rung:allow ${rule}: <why>"`,
    })),
  ];
}

/** One finding a rule and statement. */
function unique(found: readonly Found[]): Found[] {
  return [...new Map(found.map((one) => [`${one.rule} ${one.at}`, one])).values()];
}

const lineOf = (text: string, at: number): number => text.slice(0, at).split("\n").length;

const findings = z.array(
  z.object({
    line: z.number(),
    column: z.number(),
    message: z.string(),
    help: z.string().nullable(),
    rule_name: z.string(),
  }),
);

function squawk(up: string, file: string): Found[] {
  const program = createRequire(import.meta.url).resolve("squawk-cli/js/bin/squawk");
  const args = ["--reporter", "json", "--pg-version", pgVersion, "--stdin-filepath", file];
  const alone = /^-- migrate:up.*transaction:false/m.test(up) ? [] : ["--assume-in-transaction"];
  const ran = spawnSync(process.execPath, [program, ...args, ...alone, "--exclude", leftOut.join(",")], {
    input: up,
    encoding: "utf8",
  });
  // 0: nothing; 1: something was found
  if (ran.status !== 0 && ran.status !== 1) throw new Error(`squawk: ${ran.stderr || ran.error?.message}`);
  const lines = up.split("\n");
  return findings.parse(JSON.parse(ran.stdout || "[]")).map(({ line, column, message, help, rule_name }) => ({
    rule: rule_name,
    at: lines.slice(0, line).join("\n").length + 1 + column,
    what: message.replace(/\.$/, ""),
    mend: (help ?? "take it in two releases: expand first, contract when nothing uses the old").replace(
      /\.$/,
      "",
    ),
  }));
}
