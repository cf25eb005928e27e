import type { Query } from "../../migrations/runner.ts";
import { withDatabase } from "../database/reach.ts";
import { seed } from "../database/seed.ts";
import { type Report, step } from "../progress.ts";
import type { Living } from "../stage.ts";
import { operationsOf } from "../stages.ts";
import { mustBeOwn } from "./ownDatabase.ts";
import type { Limits } from "./template.ts";

/** What came of a preview's data. */
export type Filled =
  | { readonly data: "seeded"; readonly users: number; readonly events: number }
  | { readonly data: "anonymized"; readonly from: string; readonly backup: string; readonly rows: number }
  /** It had rows already. */
  | { readonly data: "kept" }
  | { readonly data: "none"; readonly why: string };

/** Gives an empty preview its rows; one that has some keeps them. */
export async function fill(
  living: Living,
  limits: Limits,
  anonymizedFrom: string | undefined,
  report: Report,
): Promise<Filled> {
  const { spec, stage, stack } = living.context;
  const { database } = await operationsOf(stage);
  if (!spec.database || !database) return { data: "none", why: `${stack} has no PostgreSQL` };
  const reachable = await mustBeOwn(living);
  if (!reachable) {
    const why = `the database of ${stack} is reached by its owner's address, and RUNG_DATABASE_URL is not set`;
    report({ event: "message", severity: "warning", text: `${why}: it stays empty` });
    return { data: "none", why };
  }
  if (await hasRows(living)) return { data: "kept" };
  if (anonymizedFrom !== undefined) {
    const { fillAnonymized } = await import("./anonymized.ts");
    return fillAnonymized(living, anonymizedFrom, report);
  }
  return step(report, "data", async (say) => {
    const { users, until } = limits;
    if (users === 0) return { data: "none", why: "preview:users is 0" } as const;
    const made = await withDatabase(living, (client) =>
      seed(queryOf(client), { users, eventsPerUser: 50, days: 30, until, seed: 1 }),
    );
    say(`${made.users} users, ${made.events} events`);
    return { data: "seeded", ...made } as const;
  });
}

export const queryOf =
  (client: { query: Query }): Query =>
  (text, values) =>
    client.query(text, values);

const hasRows = (living: Living): Promise<boolean> =>
  withDatabase(living, async (client) => {
    const { rows } = await client.query("SELECT EXISTS (SELECT FROM public.users) AS some");
    return rows[0]?.some === true;
  });
