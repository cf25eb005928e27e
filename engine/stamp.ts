import { mkdirSync, readFileSync, statSync } from "node:fs";
import { rename, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { paths, root } from "./paths.ts";
import { providerPins } from "./plugins.ts";
import { othersOnPath, pinnedVersion } from "./pulumiCli.ts";
import { officialOnly, offline } from "./reach.ts";
import type { Part } from "./toolchain.ts";

/** A toolchain that was set up. */
export interface Settled {
  readonly pulumi: string;
  readonly parts: readonly Part[];
}

interface Stamp extends Settled {
  readonly key: string;
  /** Each file as it was then: path, size and time of change. */
  readonly files: readonly (readonly [path: string, facts: string])[];
}

const file = (): string => join(paths.tools, "stamp.json");

/** The toolchain as it was set up, if nothing that it depends on has changed since. Starts no process. */
export function readStamp(): Settled | undefined {
  let stamp: Stamp;
  try {
    stamp = JSON.parse(readFileSync(file(), "utf8")) as Stamp;
  } catch {
    return undefined; // not set up so far
  }
  const holds = stamp.key === keyNow() && stamp.files.every(([path, facts]) => factsOf(path) === facts);
  return holds ? { pulumi: stamp.pulumi, parts: stamp.parts } : undefined;
}

/** Keeps the outcome for the next command. */
export async function writeStamp({ pulumi, parts }: Settled): Promise<void> {
  const watched = [
    pulumi,
    paths.passphrase,
    join(paths.bin, "node"),
    ...parts.flatMap(({ path }) => path ?? []),
  ];
  const stamp: Stamp = {
    key: keyNow(),
    pulumi,
    parts,
    files: [...new Set(watched)].map((path) => [path, factsOf(path)] as const),
  };
  mkdirSync(dirname(file()), { recursive: true });
  const next = `${file()}.${process.pid}`;
  await writeFile(next, `${JSON.stringify(stamp, null, 2)}\n`);
  await rename(next, file());
}

/** Everything that decides what the toolchain is. */
const keyNow = (): string =>
  JSON.stringify([
    ...[
      root,
      process.execPath,
      process.version,
      paths.pulumiHome,
      pinnedVersion(),
      offline(),
      officialOnly(),
    ],
    ...providerPins().map(({ name, version }) => `${name} ${version}`),
    ...othersOnPath().map((path) => `${path} ${factsOf(path)}`),
  ]);

function factsOf(path: string): string {
  try {
    const { size, mtimeMs } = statSync(path);
    return `${size} ${Math.floor(mtimeMs)}`;
  } catch {
    return "gone";
  }
}
