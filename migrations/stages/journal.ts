import { createHash, randomBytes } from "node:crypto";
import { mkdir, open, readFile, rename } from "node:fs/promises";
import { dirname, join } from "node:path";
import { failure } from "../../components/model/diagnostics.ts";
import { type Journal, journalSchema, type State, transitions } from "./states.ts";

/**
 * A move's memory: `journal.json`, replaced as a whole, and `evidence.jsonl`, which only grows. Each line of the
 * evidence holds the hash of the one before it. Both are on the disk before a call returns.
 */
export interface Memory {
  readonly folder: string;
  /** As it is on the disk. */
  readonly journal: Journal;
  /** Changes what is given. @throws DiagnosticsError for a state that cannot follow */
  write(change: Partial<Journal>, found?: object): Promise<void>;
  /** Adds a line to the evidence. `found` holds counts, digests and names, and nothing of what is in the tables. */
  note(what: string, found?: object): Promise<void>;
}

export interface EvidenceLine {
  readonly at: string;
  readonly state: State;
  readonly what: string;
  readonly found?: object;
  /** SHA-256 of the line before, as it stands in the file; null for the first. */
  readonly previous: string | null;
}

export const newId = (): string => randomBytes(4).toString("hex");

/** Begins a move's memory in an empty folder. */
export async function createMemory(folder: string, journal: Journal): Promise<Memory> {
  await mkdir(folder, { recursive: true, mode: 0o700 });
  const made = memory(folder, journal);
  await made.write({}, { from: journal.from, to: journal.to, identity: journal.identity });
  return made;
}

/** @returns undefined where no move was begun @throws DiagnosticsError for evidence that was changed */
export async function openMemory(folder: string): Promise<Memory | undefined> {
  const text = await readIf(join(folder, "journal.json"));
  if (text === undefined) return undefined;
  await readEvidence(folder);
  return memory(folder, journalSchema.parse(JSON.parse(text)));
}

function memory(folder: string, begun: Journal): Memory {
  let journal = begun;
  const note = async (what: string, found?: object) => {
    const file = join(folder, "evidence.jsonl");
    const lines = whole((await readIf(file)) ?? "");
    const line: EvidenceLine = {
      at: new Date().toISOString(),
      state: journal.state,
      what,
      ...(found ? { found } : {}),
      previous: lines.length > 0 ? sha256(lines.at(-1) ?? "") : null,
    };
    await writeDurably(file, `${[...lines, JSON.stringify(line)].join("\n")}\n`);
  };
  return {
    folder,
    get journal() {
      return journal;
    },
    note,
    async write(change, found) {
      const next = { ...journal, ...change, changed: new Date().toISOString() };
      if (next.state !== journal.state && !transitions[journal.state].includes(next.state)) {
        throw failure(
          `a move that is ${journal.state} cannot become ${next.state}`,
          'see "rung promote status"',
          "rung promote",
          3,
        );
      }
      await writeDurably(
        join(folder, "journal.json"),
        `${JSON.stringify(journalSchema.parse(next), null, 2)}\n`,
      );
      journal = next;
      await note(next.state, found);
    },
  };
}

/**
 * The evidence of a move, the oldest first. A last line that was cut off by a kill is none.
 * @throws DiagnosticsError when a line does not follow the one before it
 */
export async function readEvidence(folder: string): Promise<EvidenceLine[]> {
  const file = join(folder, "evidence.jsonl");
  const lines = whole((await readIf(file)) ?? "");
  let previous: string | null = null;
  return lines.map((text, at) => {
    const line = JSON.parse(text) as EvidenceLine; // its own hash chain is what vouches for it
    if (line.previous !== previous) {
      throw failure(
        `line ${at + 1} of the evidence does not follow the one before it`,
        "it was changed or taken out: take the file from a copy",
        file,
      );
    }
    previous = sha256(text);
    return line;
  });
}

/** Replaces a file so that a kill, or a power cut, leaves the old one or the new one. */
export async function writeDurably(
  file: string,
  text: string,
  as?: { readonly uid: number; readonly gid: number; readonly mode: number },
): Promise<void> {
  const beside = `${file}.new`;
  const handle = await open(beside, "w", 0o600);
  try {
    if (as) {
      await handle.chmod(as.mode & 0o777);
      if (process.getuid?.() === 0) await handle.chown(as.uid, as.gid);
    }
    await handle.writeFile(text);
    await handle.sync();
  } finally {
    await handle.close();
  }
  await rename(beside, file);
  const folder = await open(dirname(file), "r");
  try {
    await folder.sync();
  } finally {
    await folder.close();
  }
}

const whole = (text: string): string[] => text.split("\n").slice(0, -1);

const sha256 = (text: string): string => createHash("sha256").update(text).digest("hex");

async function readIf(file: string): Promise<string | undefined> {
  return readFile(file, "utf8").catch((error: NodeJS.ErrnoException) => {
    if (error.code === "ENOENT") return undefined;
    throw error;
  });
}
