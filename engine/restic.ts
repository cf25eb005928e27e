import { hostBinary } from "./binaries.ts";
import { onPath, run } from "./run.ts";
import { compareVersions } from "./version.ts";

/** The first that reads repositories of today's format, compressed (restic's changelog: format 2, 0.14.0). */
const oldest = "0.14.0";

let found: Promise<string> | undefined;

/** A restic that reads, looked for once a process: this machine's, or one that is built. @throws DiagnosticsError */
export function resticHere(): Promise<string> {
  found ??= installed().then((program) => program ?? hostBinary("restic"));
  return found;
}

async function installed(): Promise<string | undefined> {
  const program = onPath("restic");
  if (program === undefined) return undefined;
  const { stdout } = await run(program, ["version"]);
  const version = /^restic (\d+\.\d+\.\d+)/.exec(stdout)?.[1];
  return version !== undefined && compareVersions(version, oldest) >= 0 ? program : undefined;
}
