import { mkdir, readdir, rm } from "node:fs/promises";
import { join } from "node:path";
import { paths } from "../engine/paths.ts";
import { abort } from "../migrations/stages/back.ts";
import { begin } from "../migrations/stages/begin.ts";
import { compareAll } from "../migrations/stages/compare.ts";
import { openMemory } from "../migrations/stages/journal.ts";
import { type Move, usual } from "../migrations/stages/move.ts";
import { openMove } from "../migrations/stages/open.ts";
import { literal, name, type Side, type Sides, withSession } from "../migrations/stages/side.ts";
import { ended } from "../migrations/stages/states.ts";
import { differencesInWords } from "../migrations/stages/verify.ts";
import { type PromoteOptions, planMove, quotedTables, sidesFrom, unblocked } from "./promote.ts";

export interface Rehearsed {
  /** From the first table made to the last row compared. */
  readonly seconds: number;
  readonly bytes: number;
  readonly rows: number;
  /** In words; empty where both sides were the same. */
  readonly differences: readonly string[];
}

const application = "rung-promote";

/**
 * The move up to its comparison, into a throw-away database beside the target, which is dropped afterwards. The source
 * has a slot and a publication meanwhile; what a rehearsal that was killed has left is taken away first.
 * @throws DiagnosticsError, exit code 3, for what would block the move
 */
export async function rehearseMove(options: PromoteOptions, say: (what: string) => void): Promise<Rehearsed> {
  const sides = sidesFrom(options);
  const folder = join(paths.own, "rehearsals", `${options.from}-to-${options.to}`);
  await mkdir(folder, { recursive: true, mode: 0o700 });
  for (const left of await readdir(folder)) await takeAway(folder, left, sides);
  const database = `rung_rehearsal_${Date.now().toString(36)}`;
  await mkdir(join(folder, database));
  try {
    await makeLike(sides.target, database);
    return await rehearsed(options, beside(sides, database), join(folder, database), say);
  } finally {
    await takeAway(folder, database, sides);
  }
}

async function rehearsed(
  options: PromoteOptions,
  sides: Sides,
  folder: string,
  say: (what: string) => void,
): Promise<Rehearsed> {
  const asked = { ...options, wayBack: false };
  unblocked((await planMove(asked, sides)).findings);
  const memory = await openMove(join(folder, "move"), sides, {
    ...asked,
    identityFull: quotedTables(options),
  });
  const move: Move = { sides, memory, limits: { ...usual, ...options.limits }, say };
  const began = performance.now();
  await begin(move);
  const found = await compareAll(move);
  return {
    seconds: (performance.now() - began) / 1000,
    bytes: memory.journal.copied?.bytes ?? 0,
    rows: found.rows,
    differences: differencesInWords(found),
  };
}

/** The same two servers, with another database at the target. */
function beside({ source, target }: Sides, database: string): Sides {
  const url = new URL(target.url);
  url.pathname = `/${database}`;
  return { source, target: { ...target, url: url.href, urlForPeer: url.href } };
}

/** An empty database with the encoding and the locale of the target's, unless it is there already. */
const makeLike = (target: Side, database: string): Promise<void> =>
  withSession(target, application, async (client) => {
    if ((await client.query("SELECT FROM pg_database WHERE datname = $1", [database])).rows.length > 0)
      return;
    const { rows } = await client.query(
      `SELECT pg_encoding_to_char(encoding) AS encoding, datcollate, datctype, datlocprovider AS provider,
              coalesce(to_jsonb(d) ->> 'datlocale', to_jsonb(d) ->> 'daticulocale') AS locale
       FROM pg_database d WHERE datname = current_database()`,
    );
    const { encoding, datcollate, datctype, provider, locale } = rows[0] ?? {};
    const icu = provider === "i" ? `LOCALE_PROVIDER icu ICU_LOCALE ${literal(locale)}` : "";
    await client.query(
      `CREATE DATABASE ${name(database)} TEMPLATE template0 ENCODING ${literal(encoding)}
       LC_COLLATE ${literal(datcollate)} LC_CTYPE ${literal(datctype)} ${icu}`,
    );
  });

/** The slot and the publication at the source, the database at the target, and what is remembered of it. */
async function takeAway(folder: string, database: string, sides: Sides): Promise<void> {
  const copy = beside(sides, database);
  const memory = await openMemory(join(folder, database, "move"));
  if (memory && !ended.includes(memory.journal.state)) {
    await makeLike(sides.target, database); // somebody dropped it: what the source keeps must still go
    await abort({ sides: copy, memory, limits: usual, say: () => {} }, "rehearsed");
  }
  await withSession(sides.target, application, (client) =>
    client.query(`DROP DATABASE IF EXISTS ${name(database)} WITH (FORCE)`),
  );
  await rm(join(folder, database), { recursive: true, force: true });
}
