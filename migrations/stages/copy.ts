import type pg from "pg";
import { name, type Sides } from "./side.ts";
import type { Table } from "./tables.ts";
import { start } from "./tools.ts";

export interface CopyOptions {
  readonly sides: Sides;
  readonly application: string;
  /** The source's snapshot, held by another session meanwhile; left out, each part is read as it is. */
  readonly snapshot?: string;
  /** Parts copied side by side. */
  readonly jobs: number;
  /** Before each part; when it throws, all end. */
  readonly guard?: () => Promise<void>;
  readonly onPart?: (bytes: number) => void;
}

/** What one session copies at a time: a stretch of a large table, or some small tables. */
interface Part {
  readonly bytes: number;
  readonly pieces: readonly { readonly table: Table; readonly where: string }[];
}

/** 128 MB: large enough that a session's start does not count, small enough that all sessions end together. */
const pagesOfPart = 16_384;
const pageBytes = 8192;

/**
 * Copies the rows of `tables`, large ones in stretches side by side. Each part is a transaction at the target that only
 * commits once the source's side of it has ended well.
 * @returns bytes copied, by the size of the tables
 */
export async function copyTables(
  tables: readonly Table[],
  options: CopyOptions,
  source: pg.Client,
): Promise<number> {
  const parts = await partsOf(tables, source);
  const left = parts.toSorted((a, b) => a.bytes - b.bytes);
  const stop = new AbortController();
  // One look at a time: it has one session.
  let looking = Promise.resolve();
  const look = () => {
    looking = looking.then(options.guard);
    return looking;
  };
  const work = async () => {
    for (let part = left.pop(); part !== undefined && !stop.signal.aborted; part = left.pop()) {
      await look();
      await copyPart(part, options, stop.signal);
      options.onPart?.(part.bytes);
    }
  };
  const workers = Array.from({ length: options.jobs }, () =>
    work().catch((error) => {
      stop.abort();
      throw error;
    }),
  );
  const ended = await Promise.allSettled(workers);
  const failed = ended.find((one) => one.status === "rejected");
  if (failed) throw failed.reason;
  return parts.reduce((bytes, part) => bytes + part.bytes, 0);
}

async function partsOf(tables: readonly Table[], source: pg.Client): Promise<Part[]> {
  const parts: Part[] = [];
  let small: Table[] = [];
  const flush = () => {
    if (small.length > 0)
      parts.push({
        bytes: small.reduce((bytes, { bytes: more }) => bytes + more, 0),
        pieces: small.map((table) => ({ table, where: "" })),
      });
    small = [];
  };
  for (const table of tables.filter(({ columns }) => columns.length > 0)) {
    const { rows } = await source.query("SELECT (pg_relation_size($1::oid) / $2)::float8 AS pages", [
      table.oid,
      pageBytes,
    ]);
    const pages = Number(rows[0]?.pages);
    if (table.bytes >= 16_000_000) parts.push(...stretches(table, pages));
    else {
      small.push(table);
      if (small.length >= 50 || small.reduce((bytes, one) => bytes + one.bytes, 0) > 32_000_000) flush();
    }
  }
  flush();
  return parts;
}

/** By the pages that rows lie in: a stretch is read without an index. TOAST lies elsewhere, and goes with its rows. */
function stretches(table: Table, pages: number): Part[] {
  const count = Math.max(1, Math.ceil(Math.max(pages, table.bytes / pageBytes) / pagesOfPart));
  const step = Math.max(1, Math.ceil(pages / count));
  return Array.from({ length: count }, (_, at) => {
    const ends = [
      at > 0 ? `ctid >= '(${at * step},0)'` : "",
      // what was added since is in the last one, as far as the snapshot sees it
      at < count - 1 ? `ctid < '(${(at + 1) * step},0)'` : "",
    ].filter(Boolean);
    const where = ends.length > 0 ? `WHERE ${ends.join(" AND ")}` : "";
    return { bytes: table.bytes / count, pieces: [{ table, where }] };
  });
}

/**
 * The source's psql writes the script that the target's runs. Its last line, COMMIT, is only written here, when the
 * first one has ended well: a connection that breaks looks like an end of the rows otherwise.
 */
async function copyPart(part: Part, options: CopyOptions, signal: AbortSignal): Promise<void> {
  const { sides, application, snapshot } = options;
  const args = ["-X", "-q", "-v", "ON_ERROR_STOP=1", "-f", "-"];
  const reader = start("psql", args, sides.source, application);
  const writer = start("psql", args, sides.target, application);
  const end = () => {
    reader.child.kill("SIGKILL");
    writer.child.kill("SIGKILL");
  };
  signal.addEventListener("abort", end);
  for (const { child } of [reader, writer]) child.stdin.on("error", () => {}); // its exit tells why
  try {
    writer.child.stdin.write("SET synchronous_commit = off;\nBEGIN;\n");
    reader.child.stdout.pipe(writer.child.stdin, { end: false });
    writer.child.stdout.resume();
    reader.child.stdin.end(script(part, snapshot));
    // whichever fails first is the reason; the writer cannot end well before it is told to
    await Promise.race([reader.ended, writer.ended]);
    await reader.ended;
    writer.child.stdin.end("COMMIT;\n");
    await writer.ended;
  } finally {
    signal.removeEventListener("abort", end);
    end();
  }
}

function script({ pieces }: Part, snapshot: string | undefined): string {
  const lines = ["BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY;"];
  if (snapshot !== undefined) lines.push(`SET TRANSACTION SNAPSHOT '${snapshot}';`);
  for (const { table, where } of pieces) {
    const columns = table.columns.map(name).join(", ");
    lines.push(
      `\\echo ${echoed(`COPY ${table.sql} (${columns}) FROM STDIN;`)}`,
      `COPY (SELECT ${columns} FROM ONLY ${table.sql} ${where}) TO STDOUT;`,
      `\\echo ${echoed("\\.")}`,
    );
  }
  return `${lines.join("\n")}\nCOMMIT;\n`;
}

/** As psql's `\echo` takes it: one line, between quotes. */
const echoed = (text: string): string => `'${text.replaceAll("\\", "\\\\").replaceAll("'", "''")}'`;
