import { mkdir, readFile, rename, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { cache } from "./paths.ts";

/** What could not be had from outside, and when that was found out. */
type Failures = Readonly<Record<string, string>>;

const aDay = 24 * 60 * 60 * 1000;
const file = (): string => join(cache(), "unreachable.json");

/** Whether official downloads are to be tried at all. */
export const offline = (): boolean => isSet(process.env.RUNG_OFFLINE);
/** Whether only what is official will do. */
export const officialOnly = (): boolean => isSet(process.env.RUNG_OFFICIAL);

const isSet = (value: string | undefined): boolean =>
  value !== undefined && !["", "0", "false"].includes(value);

/**
 * Tries to bring something from outside, once a day at most when it fails: no command waits twice for a network that
 * is not there.
 * @returns undefined when it is not to be had
 */
export async function attempt<T>(what: string, work: () => Promise<T | undefined>): Promise<T | undefined> {
  if (offline()) return undefined;
  const failed = (await read())[what];
  if (failed && Date.now() - Date.parse(failed) < aDay && !officialOnly()) return undefined;
  const found = await work().catch(() => undefined);
  if (found === undefined) await remember(what);
  return found;
}

async function read(): Promise<Failures> {
  try {
    return JSON.parse(await readFile(file(), "utf8")) as Failures;
  } catch {
    return {}; // nothing has failed so far
  }
}

let writing: Promise<void> = Promise.resolve();

/** One at a time, as attempts run side by side. */
function remember(what: string): Promise<void> {
  writing = writing.then(async () => {
    await mkdir(cache(), { recursive: true });
    const next = `${file()}.${process.pid}`;
    await writeFile(
      next,
      `${JSON.stringify({ ...(await read()), [what]: new Date().toISOString() }, null, 2)}\n`,
    );
    await rename(next, file());
  });
  return writing;
}
