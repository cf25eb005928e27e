import { createInterface } from "node:readline/promises";
import { failure } from "../components/model/diagnostics.ts";
import { down as takeDown } from "../operations/down.ts";
import { loadTarget } from "../operations/target.ts";
import { counts, type StackOptions } from "./change.ts";
import { paint, secondsText } from "./render/text.ts";
import { watched } from "./watched.ts";

export interface DownOptions extends StackOptions {
  readonly deleteData?: boolean;
  readonly yes?: boolean;
}

/** Takes a stack down; its data stays unless `--delete-data` is said and confirmed. */
export async function down(options: DownOptions): Promise<number> {
  const { stack, deleteData = false } = options;
  const target = await loadTarget(stack);
  if (deleteData && !options.yes) await confirm(stack, options.json === true);
  const began = performance.now();
  const title = `${target.context.spec.name} · ${stack} · down${deleteData ? ", with its data" : ""}`;
  const ended = await watched(options, title, async (report, signal) => ({
    changes: await takeDown(target, { deleteData, signal }, report),
  }));
  if ("exitCode" in ended) return ended.exitCode;
  if (options.json) return 0;
  const seconds = secondsText((performance.now() - began) / 1000);
  const kept = deleteData ? "" : `; its data is kept for the next "rung up"`;
  process.stdout.write(`\n  ${paint("dim", `${counts(ended.done.changes)} in ${seconds}${kept}`)}\n`);
  return 0;
}

/** @throws DiagnosticsError unless the stack's name is typed */
async function confirm(stack: string, json: boolean): Promise<void> {
  const refuse = (what: string) =>
    failure(what, "say --yes to delete it without being asked", "rung down", 64);
  if (json || !process.stdin.isTTY)
    throw refuse(`--delete-data deletes the data of ${stack}; nobody can be asked here`);
  const ask = createInterface({ input: process.stdin, output: process.stderr });
  const said = await ask.question(
    `This deletes all data of ${stack}, its backups too. Type its name to go on: `,
  );
  ask.close();
  if (said.trim() !== stack) throw refuse(`the data of ${stack} is kept: its name was not typed`);
}
