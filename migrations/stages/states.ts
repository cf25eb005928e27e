import { z } from "zod";

/**
 * Where a move is. Each but the last row serves from the source; from `cutover` on, `decided` in the journal says which
 * side serves: until it is written the source does, from then on the target.
 */
export const states = [
  "planned",
  "target-ready",
  "copying",
  "following",
  "verified",
  "cutover",
  "cut-over",
  "finished",
  "rolling-back",
  "rolled-back",
  "aborted",
] as const;
export type State = (typeof states)[number];

/** What may follow what. A second run of a step begins in the state that the first one was killed in. */
export const transitions: Readonly<Record<State, readonly State[]>> = {
  planned: ["target-ready", "aborted"],
  "target-ready": ["copying", "aborted"],
  // a snapshot ends with the session that holds it: a copy that was cut off begins anew
  copying: ["following", "target-ready", "aborted"],
  following: ["verified", "aborted"],
  verified: ["following", "cutover", "aborted"],
  // back where it was, when the pause would have grown too long or a guard said no
  cutover: ["cut-over", "following"],
  "cut-over": ["rolling-back", "finished"],
  "rolling-back": ["rolled-back", "cut-over"],
  finished: [],
  "rolled-back": [],
  aborted: [],
};

export const ended: readonly State[] = ["finished", "rolled-back", "aborted"];

export const serving = (journal: Journal): Serving => (journal.decided === "target" ? "target" : "source");
export type Serving = "source" | "target";

const instant = z.iso.datetime();
const lsn = z.string().regex(/^[0-9A-F]+\/[0-9A-F]+$/);

/** What is remembered of a move. Names no password: addresses come from the environment or the stacks each time. */
export const journalSchema = z.object({
  version: z.literal(1),
  /** Eight hex digits; slot, publication and subscription carry it in their names. */
  id: z.string().regex(/^[0-9a-f]{8}$/),
  from: z.string(),
  to: z.string(),
  state: z.enum(states),
  began: instant,
  changed: instant,
  /** `system identifier/database` of each side, as PostgreSQL tells it: no address may lead to another one later. */
  identity: z.object({ source: z.string(), target: z.string() }),
  schemas: z.array(z.string()).min(1),
  /** SHA-256 of the source's schema when it was copied: what is changed since is not followed. */
  schema: z.string().optional(),
  /** Tables that were given REPLICA IDENTITY FULL for the move; put back when it ends. */
  identityFull: z.array(z.string()),
  copied: z.object({ at: instant, bytes: z.number(), seconds: z.number() }).optional(),
  verified: z.object({ at: instant, tables: z.number(), rows: z.number() }).optional(),
  /** Which side was last decided to serve. Written before traffic is let go. */
  decided: z.enum(["source", "target"]),
  /** The last change of the side that stopped serving: the other has applied all up to it. */
  drained: lsn.optional(),
  cutOverAt: instant.optional(),
  pauseMs: z.number().optional(),
  /** Changes flow back to the source, so that a rollback loses nothing. */
  wayBack: z.boolean(),
  /** Why it ended, or what stopped the last step. */
  reason: z.string().optional(),
});
export type Journal = z.output<typeof journalSchema>;

/** The names that a move's parts have on the servers. */
export const namesOf = ({ id }: Pick<Journal, "id">) => ({
  /** From the source to the target: slot, publication and subscription. */
  forth: `rung_move_${id}`,
  /** From the target to the source, after the cutover. */
  back: `rung_back_${id}`,
  /** Every session of Rung's, so that what a killed run left can be told from others'. */
  application: `rung-promote-${id}`,
});
