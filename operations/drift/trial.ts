import { renameSync, rmSync, statSync, writeFileSync } from "node:fs";
import { mkdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { failure } from "../../components/model/diagnostics.ts";
import { paths } from "../../engine/paths.ts";
import { isAlive } from "../../engine/processes.ts";

/** What a file held before a change was tried in it, for whoever finds it when the one who tried was killed. */
interface Note {
  /** Who tries it. */
  readonly pid: number;
  readonly file: string;
  readonly before: string;
  readonly after: string;
}

const noteIn = (folder: string): string => join(folder, "trial.json");
const ownNotes = join(paths.own, "drift");
const signals = ["SIGINT", "SIGTERM", "SIGHUP"] as const;

/** Whole or not at all, and for whom it was. */
function put(path: string, text: string, mode: number): void {
  writeFileSync(`${path}.trial`, text, { mode });
  renameSync(`${path}.trial`, path);
}

/**
 * Tries a change of a file. It stays when `isGood` says so; otherwise, and when it throws or is interrupted, the file
 * is as it was. What a kill leaves, `mendTrial` puts right.
 * @throws DiagnosticsError when another process tries one
 */
export async function trial<T>(
  path: string,
  after: string,
  work: () => Promise<T>,
  isGood: (found: T) => boolean,
  notes = ownNotes,
): Promise<T | undefined> {
  await mendTrial(notes);
  const before = await readFile(path, "utf8");
  const { mode } = statSync(path);
  const note: Note = { pid: process.pid, file: path, before, after };
  await mkdir(notes, { recursive: true, mode: 0o700 });
  put(noteIn(notes), JSON.stringify(note), 0o600);
  const end = (isKept: boolean) => {
    for (const one of signals) process.removeListener(one, stopped);
    if (!isKept) put(path, before, mode);
    rmSync(noteIn(notes), { force: true });
  };
  function stopped(signal: NodeJS.Signals) {
    end(false);
    process.kill(process.pid, signal);
  }
  for (const one of signals) process.on(one, stopped);
  let isKept = false;
  try {
    put(path, after, mode);
    const found = await work();
    isKept = isGood(found);
    return isKept ? found : undefined;
  } finally {
    end(isKept);
  }
}

/**
 * Takes back what a trial that was killed left, unless somebody has written the file since.
 * @returns the file that is as it was again
 * @throws DiagnosticsError when the trial is still under way
 */
export async function mendTrial(notes = ownNotes): Promise<string | undefined> {
  const text = await readFile(noteIn(notes), "utf8").catch(() => undefined);
  if (text === undefined) return undefined;
  const { pid, file, before, after } = JSON.parse(text) as Note; // written above, whole or not at all
  if (await isAlive(pid))
    throw failure(`another rung drift --accept is at work (process ${pid})`, "wait for it", "rung drift");
  const isLeft = (await readFile(file, "utf8").catch(() => undefined)) === after;
  if (isLeft) put(file, before, statSync(file).mode);
  rmSync(noteIn(notes), { force: true });
  return isLeft ? file : undefined;
}
