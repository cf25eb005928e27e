import { DiagnosticsError } from "../components/model/diagnostics.ts";
import type { Report } from "../operations/progress.ts";
import { rendererFor } from "./render/renderer.ts";

/**
 * Runs long work under the reader's eyes: progress as it comes, Ctrl-C passed on, and with `--json` one last line
 * `{"event": "result", "result": "succeeded" | "failed", …}`.
 * @param work returns what the last line holds beside the result
 * @returns what `work` returned, or undefined when `--json` has told of its failure
 */
export async function watched<T extends object>(
  options: { json?: boolean },
  title: string,
  work: (report: Report, signal: AbortSignal) => Promise<T>,
): Promise<{ done: T } | { exitCode: number }> {
  const renderer = await rendererFor(options, title);
  const stop = new AbortController();
  const interrupt = () => stop.abort();
  process.on("SIGINT", interrupt).on("SIGTERM", interrupt);
  try {
    const done = await work((progress) => renderer.take(progress), stop.signal);
    renderer.end();
    if (options.json) print({ event: "result", result: "succeeded", ...done });
    return { done };
  } catch (error) {
    renderer.end();
    if (!options.json || !(error instanceof DiagnosticsError)) throw error;
    print({ event: "result", result: "failed", errors: error.diagnostics });
    return { exitCode: error.exitCode };
  } finally {
    process.off("SIGINT", interrupt).off("SIGTERM", interrupt);
  }
}

/** One line of JSON. */
const print = (value: object): void => void process.stdout.write(`${JSON.stringify(value)}\n`);
