import { stop } from "./guard.ts";
import { createMemory, type Memory, newId, openMemory } from "./journal.ts";
import { identityOf, type Sides, withSession } from "./side.ts";
import { ended } from "./states.ts";

/** Schemas that a vendor or an extension makes itself, and fills with what means nothing elsewhere. */
export const vendors = [
  "_analytics",
  "_realtime",
  "cron",
  "extensions",
  "graphql",
  "graphql_public",
  "net",
  "pgbouncer",
  "pgmq",
  "pgsodium",
  "pgsodium_masks",
  "realtime",
  "rung_promote",
  "storage",
  "supabase_functions",
  "supabase_migrations",
  "tiger",
  "topology",
  "vault",
];

export interface Asked {
  readonly from: string;
  readonly to: string;
  readonly wayBack: boolean;
  /** Which schemas; all that no vendor makes unless said. */
  readonly schemas?: readonly string[];
  /** Tables without a key whose whole rows are logged during the move, quoted. */
  readonly identityFull: readonly string[];
}

/** The move in that folder: the one that is under way, or a new one. @throws DiagnosticsError for one of other stacks */
export async function openMove(folder: string, sides: Sides, asked: Asked): Promise<Memory> {
  const there = await openMemory(folder);
  if (there && !ended.includes(there.journal.state)) {
    if (there.journal.from !== asked.from || there.journal.to !== asked.to)
      throw stop(
        `a move from ${there.journal.from} to ${there.journal.to} is under way`,
        "finish or abort it first",
      );
    return there;
  }
  if (there) throw stop(`${folder} holds a move that has ended`, "begin the next one in another folder");
  const identity = {
    source: await withSession(sides.source, "rung-promote", identityOf),
    target: await withSession(sides.target, "rung-promote", identityOf),
  };
  if (identity.source === identity.target)
    throw stop("source and target are the same database", "give two addresses");
  const now = new Date().toISOString();
  return createMemory(folder, {
    version: 1,
    id: newId(),
    from: asked.from,
    to: asked.to,
    state: "planned",
    began: now,
    changed: now,
    identity,
    schemas: [...(asked.schemas ?? (await schemasOf(sides)))],
    identityFull: [...asked.identityFull],
    decided: "source",
    wayBack: asked.wayBack,
  });
}

/** All schemas of the source that no vendor makes. */
export const schemasOf = ({ source }: Sides): Promise<string[]> =>
  withSession(source, "rung-promote", async (client) => {
    const { rows } = await client.query(
      `SELECT nspname AS name FROM pg_namespace n WHERE nspname !~ '^pg_' AND nspname <> 'information_schema'
         AND NOT nspname = ANY ($1)
         AND NOT EXISTS (SELECT FROM pg_depend d WHERE d.classid = 'pg_namespace'::regclass AND d.objid = n.oid AND d.deptype = 'e')
       ORDER BY 1`,
      [vendors],
    );
    return rows.map(({ name }) => String(name));
  });
