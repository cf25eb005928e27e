import { failure } from "../components/model/diagnostics.ts";
import { rollBack } from "../migrations/stages/back.ts";
import type { Paused } from "../migrations/stages/cutover.ts";
import { stop } from "../migrations/stages/guard.ts";
import type { Move } from "../migrations/stages/move.ts";
import type { Edge } from "../migrations/stages/weights/haproxy.ts";
import { type Answered, shift, shiftBack, strict } from "../migrations/stages/weights/shift.ts";
import { goingMove, type PromoteOptions } from "./promote.ts";

/** The HAProxy in front of both stacks' apps. */
export const edgeVariables = {
  socket: "RUNG_PROMOTE_EDGE",
  servers: "RUNG_PROMOTE_EDGE_SERVERS",
  ring: "RUNG_PROMOTE_EDGE_RING",
} as const;

/** @throws DiagnosticsError, exit code 64, for servers that are not named */
export function edgeFrom(env: NodeJS.ProcessEnv = process.env): Edge | undefined {
  const socket = env[edgeVariables.socket];
  if (!socket) return undefined;
  const [source = "", target = ""] = (env[edgeVariables.servers] ?? "").split(",").map((one) => one.trim());
  const [backend, from] = source.split("/");
  const [same, to] = target.split("/");
  if (!backend || !from || !to || same !== backend)
    throw failure(
      "which of HAProxy's servers are the two stacks' is not said",
      `set ${edgeVariables.servers}=backend/source,backend/target`,
      "rung promote traffic",
      64,
    );
  return {
    socket,
    backend,
    servers: { source: from, target: to },
    ring: env[edgeVariables.ring] || "requests",
  };
}

/** Lets the target's app answer step by step. @throws DiagnosticsError, exit code 3, before the cutover, and once it was taken back */
export async function moveTraffic(
  options: PromoteOptions,
  { back, watchSeconds = strict.watchSeconds }: { readonly back: boolean; readonly watchSeconds?: number },
  say: (what: string) => void,
): Promise<Answered | undefined> {
  const edge = mustSplit(options);
  const { memory } = await goingMove(options, say);
  if (back) {
    await shiftBack(edge, memory);
    return undefined;
  }
  if (memory.journal.state !== "cut-over")
    throw stop(
      `the move is ${memory.journal.state}: the target's app would write beside the source's`,
      "traffic follows cutover",
    );
  return shift(edge, memory, say, { ...strict, watchSeconds });
}

/** The way back begins with the requests: the target's app must not write to a database that no longer serves. */
export async function rollBackAll(move: Move): Promise<Paused> {
  const edge = edgeFrom();
  if (edge) await shiftBack(edge, move.memory);
  return rollBack(move);
}

function mustSplit({ from, to }: PromoteOptions): Edge {
  const edge = edgeFrom();
  if (edge) return edge;
  throw stop(
    `nothing is known that splits requests between ${from} and ${to}: Rung gives weights to an HAProxy alone, whose log tells how each request was answered; DNS and a platform's own router do not`,
    `put one before both and name it (${Object.values(edgeVariables).slice(0, 2).join(", ")}), or let DNS follow at once`,
  );
}
