import { failure } from "../../components/model/diagnostics.ts";
import type { Reach } from "../database/reach.ts";
import type { Living } from "../stage.ts";
import { forward } from "./forward.ts";

/**
 * The database by a socket in a folder that only this user opens, to PostgreSQL's own socket in its container. Nothing
 * is published, and no password is needed.
 * @param role what the sessions are; `postgres` may everything
 */
export async function reachDatabase(living: Living, role = "owner"): Promise<Reach> {
  const name = living.outputs.parts.database?.[0];
  if (name === undefined) throw failure("this stack has no database", "give the spec one", "rung db");
  return reachContainer(name, living.context.spec.name, role);
}

/** The same for a database's container that belongs to no stack. */
export async function reachContainer(container: string, database: string, role = "owner"): Promise<Reach> {
  const { folder, close } = await forward(
    container,
    "UNIX-CONNECT:/run/postgresql/.s.PGSQL.5432",
    ".s.PGSQL.5432",
  );
  const asRole = role === "postgres" ? "" : `&options=${encodeURIComponent(`-c role=${role}`)}`;
  return {
    url: `postgresql://postgres@/${database}?host=${encodeURIComponent(folder)}&sslmode=disable${asRole}`,
    close,
  };
}
