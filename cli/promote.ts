import { abort, finish } from "../migrations/stages/back.ts";
import { megabytes } from "../migrations/stages/begin.ts";
import { compareAll } from "../migrations/stages/compare.ts";
import { cutOver } from "../migrations/stages/cutover.ts";
import { differencesInWords } from "../migrations/stages/verify.ts";
import type { Report } from "../operations/progress.ts";
import {
  alone,
  goingMove,
  type PromoteOptions,
  planMove,
  reached,
  startMove,
  statusOf,
} from "../operations/promote.ts";
import { moveTraffic, rollBackAll } from "../operations/promoteTraffic.ts";
import { rehearseMove } from "../operations/rehearseMove.ts";
import { columns, paint, wrap } from "./render/text.ts";
import { watched } from "./watched.ts";

/** As commander gives them. */
export interface PromoteFlags {
  readonly from: string;
  readonly to: string;
  readonly json?: boolean;
  /** False where `--no-way-back` was said. */
  readonly wayBack?: boolean;
  readonly schema?: readonly string[];
  readonly identityFull?: readonly string[];
  readonly knownRole?: readonly string[];
  readonly jobs?: number;
  readonly kept?: number;
  readonly pause?: number;
  readonly back?: boolean;
  readonly watch?: number;
}

/** What the words on the command line mean: gigabytes and seconds become bytes and milliseconds. */
export const optionsOf = (flags: PromoteFlags): PromoteOptions => ({
  from: flags.from,
  to: flags.to,
  wayBack: flags.wayBack ?? true,
  ...(flags.schema ? { schemas: flags.schema } : {}),
  identityFull: flags.identityFull ?? [],
  limits: {
    ...(flags.jobs ? { jobs: flags.jobs } : {}),
    ...(flags.pause ? { pauseMs: flags.pause * 1000 } : {}),
    ...(flags.kept ? { keptBytes: flags.kept * 1e9 } : {}),
    ...(flags.knownRole ? { knownRoles: flags.knownRole } : {}),
  },
});

const print = (lines: readonly string[]): void => void process.stdout.write(`${lines.join("\n")}\n`);

/** One line of progress, which a later one replaces. */
const sayTo =
  (report: Report, step: string) =>
  (detail: string): void =>
    report({ event: "step", step, state: "running", detail });

/** Runs a step of a move under the reader's eyes; `told` says what to print of it, and the exit code. */
async function run<T extends object>(
  step: string,
  flags: PromoteFlags,
  work: (options: PromoteOptions, say: (what: string) => void) => Promise<T>,
  told: (done: T) => { readonly lines: readonly string[]; readonly exitCode?: number },
): Promise<number> {
  const title = `promote ${step} · ${flags.from} → ${flags.to}`;
  const ended = await watched(flags, title, async (report) => {
    const options = optionsOf(flags);
    const done = await alone(options, `rung promote ${step}`, () =>
      reached(options, true, (there) => work(there, sayTo(report, step))),
    );
    report({ event: "step", step, state: "done" });
    return done;
  });
  if ("exitCode" in ended) return ended.exitCode;
  const { lines, exitCode = 0 } = told(ended.done);
  if (!flags.json) print(lines.map((line) => wrap(line, "  ", "    ")));
  return exitCode;
}

const marks = { blocks: paint("red", "✖"), attention: paint("yellow", "!"), note: "·" } as const;

/** @returns 3 when something blocks the move, 2 when a person must decide something, else 0 */
export async function promotePlan(flags: PromoteFlags): Promise<number> {
  const planned = await reached(optionsOf(flags), false, planMove);
  const levels = new Set(planned.findings.map(({ level }) => level));
  if (flags.json) print([JSON.stringify(planned, null, 2)]);
  else
    print([
      wrap(`${flags.from} → ${flags.to}: ${planned.estimate}`),
      wrap(`schemas: ${planned.schemas.join(", ")}`),
      ...planned.findings.flatMap(({ level, what, mend }) => [
        wrap(`${marks[level]} ${what}`, "  ", "    "),
        paint("dim", wrap(mend, "    ")),
      ]),
    ]);
  return levels.has("blocks") ? 3 : levels.has("attention") ? 2 : 0;
}

export const promoteRehearse = (flags: PromoteFlags): Promise<number> =>
  run("rehearse", flags, rehearseMove, ({ seconds, bytes, rows, differences }) => ({
    lines: [
      `${megabytes(bytes)} copied, ${rows} rows compared in ${seconds.toFixed(0)} s; all of it is dropped again`,
      ...differences,
    ],
    exitCode: differences.length > 0 ? 2 : 0,
  }));

export const promoteStart = (flags: PromoteFlags): Promise<number> =>
  run(
    "start",
    flags,
    async (options, say) => ({ journal: (await startMove(options, say)).journal }),
    ({ journal: { copied } }) => ({
      lines: [
        copied
          ? `${megabytes(copied.bytes)} copied in ${copied.seconds.toFixed(0)} s; the target follows`
          : "the target follows",
      ],
    }),
  );

/** @returns 2 when nothing follows, or no move was begun */
export async function promoteStatus(flags: PromoteFlags): Promise<number> {
  const status = await reached(optionsOf(flags), false, statusOf);
  if (flags.json) print([JSON.stringify(status ?? null, null, 2)]);
  else if (!status) print(["  no move was begun"]);
  else {
    const { journal, serves, lag } = status;
    const rows = [
      ["state", journal.state],
      ["serves", serves],
      ...(lag ? [["behind", lag.there ? megabytes(lag.bytes) : "cannot be followed: the slot is gone"]] : []),
      ...(lag ? [["log kept", `${megabytes(lag.kept)}${lag.active ? "" : ", and nobody reads it"}`]] : []),
      ["verified", journal.verified ? `${journal.verified.at}, ${journal.verified.rows} rows` : "never"],
      ["way back", journal.wayBack ? "yes" : "no"],
    ];
    print([columns(rows)]);
  }
  return status && (!status.lag || status.lag.active) ? 0 : 2;
}

/** @returns 2 when something differs */
export const promoteVerify = (flags: PromoteFlags): Promise<number> =>
  run(
    "verify",
    flags,
    async (options, say) => {
      const { good, rows, tables, ...found } = await compareAll(await goingMove(options, say));
      return {
        good,
        rows,
        tables: tables.length,
        differences: differencesInWords({ good, rows, tables, ...found }),
      };
    },
    ({ good, rows, tables, differences }) => ({
      lines: good ? [`${tables} tables, ${rows} rows: the same`] : differences,
      exitCode: good ? 0 : 2,
    }),
  );

const moved =
  (step: "cutover" | "rollback", serves: (flags: PromoteFlags) => string) => (flags: PromoteFlags) =>
    run(
      step,
      flags,
      async (options, say) => (step === "cutover" ? cutOver : rollBackAll)(await goingMove(options, say)),
      ({ pauseMs }) => ({ lines: [`${serves(flags)} serves; requests waited ${pauseMs.toFixed(0)} ms`] }),
    );
export const promoteCutover = moved("cutover", ({ to }) => to);
export const promoteRollback = moved("rollback", ({ from }) => from);

export const promoteTraffic = (flags: PromoteFlags): Promise<number> => {
  const { back = false, watch } = flags;
  const how = { back, ...(watch ? { watchSeconds: watch } : {}) };
  return run(
    "traffic",
    flags,
    async (options, say) => ({ answered: await moveTraffic(options, how, say) }),
    ({ answered }) => ({
      lines: [
        answered
          ? `${flags.to} answers all: of its last ${answered.requests} requests ${answered.errors} failed, 95 % took up to ${answered.p95Ms} ms`
          : `${flags.from} answers all`,
      ],
    }),
  );
};

export const promoteFinish = (flags: PromoteFlags): Promise<number> =>
  run(
    "finish",
    flags,
    async (options, say) => {
      await finish(await goingMove(options, say));
      return {};
    },
    () => ({ lines: [`${flags.to} stands alone; ${flags.from} keeps its data as it is now`] }),
  );

export const promoteAbort = (flags: PromoteFlags): Promise<number> =>
  run(
    "abort",
    flags,
    async (options, say) => {
      await abort(await goingMove(options, say), "asked for");
      return {};
    },
    () => ({ lines: [`${flags.from} serves as before; what is in ${flags.to} can be deleted`] }),
  );
