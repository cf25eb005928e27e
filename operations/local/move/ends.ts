import { nameOf } from "../../../components/kit/context.ts";
import { peerName } from "../../../components/local/database.ts";
import { failure } from "../../../components/model/diagnostics.ts";
import { answeringDocker } from "../../../engine/docker.ts";
import type { Living } from "../../stage.ts";

/** A stack at one end of a move, by the names that its parts have in Docker. */
export interface End {
  readonly stack: string;
  /** Of PostgreSQL's. */
  readonly databaseName: string;
  readonly database: string;
  readonly pooler: string;
  readonly network: string;
  /** The database's name on the other end's network; its certificate has it. */
  readonly peer: string;
}

/** @throws DiagnosticsError where the stack has no database */
export function endOf({ context, outputs }: Living): End {
  const [database, pooler] = outputs.parts.database ?? [];
  if (database === undefined || pooler === undefined)
    throw failure(`the stack ${context.stack} has no database`, "give the spec one", "rung promote");
  return {
    stack: context.stack,
    databaseName: context.spec.name,
    database,
    pooler,
    network: nameOf(context, "private"),
    peer: peerName(context),
  };
}

/** What a container was started with; who may use Docker may read it. */
export async function environmentIn(container: string): Promise<ReadonlyMap<string, string>> {
  const { Config } = await (await answeringDocker()).getContainer(container).inspect();
  return new Map(
    (Config.Env ?? []).map((line) => {
      const at = line.indexOf("=");
      return [line.slice(0, at), line.slice(at + 1)];
    }),
  );
}
