import { guardLag } from "./begin.ts";
import { applicationOf, type Move, sideOf, slotIn, step } from "./move.ts";
import { objectsCompared } from "./objects/index.ts";
import { type Serving, serving } from "./states.ts";
import { differencesInWords, type Verified, verify } from "./verify.ts";

/** Compares all, while the side that serves is written to. Good: the move is verified, and may be cut over. */
export async function compareAll(move: Move): Promise<Verified> {
  return step(move, "verify", ["following", "verified", "cut-over"], async (sessions) => {
    const { memory, say } = move;
    const leader = serving(memory.journal);
    await guardLag(move, sessions[leader], slotIn(move));
    const rows = await verify({
      ...both(move, leader),
      jobs: move.limits.jobs,
      slot: slotIn(move),
      sequences: false,
      // those are copied while requests wait, and compared then
      only: ({ unlogged }) => !unlogged,
      onTable: ({ table }, done, of) => say(`${done} of ${of}: ${table}`),
    });
    const objects = await objectsCompared(move, leader);
    const found: Verified = objects
      ? { ...rows, objects, good: rows.good && objects.differences.length === 0 }
      : rows;
    const seen = { at: new Date().toISOString(), tables: found.tables.length, rows: found.rows };
    const state =
      memory.journal.state === "cut-over"
        ? {}
        : { state: found.good ? ("verified" as const) : ("following" as const) };
    await memory.write({ ...state, ...(found.good ? { verified: seen } : {}) }, evidenceOf(found));
    return found;
  });
}

export const both = (move: Move, leader: Serving) => ({
  leader: sideOf(move, leader),
  follower: sideOf(move, leader === "source" ? "target" : "source"),
  application: applicationOf(move),
  schemas: move.memory.journal.schemas,
});

/** What of a comparison goes into the evidence: counts and digests; keys only of what differs. */
export const evidenceOf = (found: Verified) => ({
  good: found.good,
  schema: found.schema,
  tables: Object.fromEntries(
    found.tables.map(({ table, source }) => [table, { rows: source.rows, digest: source.sum }]),
  ),
  ...(found.objects ? { objects: found.objects.objects, objectBytes: found.objects.bytes } : {}),
  ...(found.good ? {} : { differences: differencesInWords(found) }),
});
