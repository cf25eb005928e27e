import type { Query } from "../../migrations/runner.ts";

export interface SeedOptions {
  readonly users: number;
  readonly eventsPerUser: number;
  /** Over how many days before `until` the events lie. */
  readonly days: number;
  /** The last day, `YYYY-MM-DD`, UTC. */
  readonly until: string;
  /** Other seeds make other rows. */
  readonly seed: number;
}

/** The beginning of every seeded user's id: they are told from real ones by it. */
export const seededPrefix = "5eed0000";

/**
 * Users and their events; the same options make the same rows, and a second time adds none.
 * @param query a session of the owner's
 * @returns how many rows were added
 */
export async function seed(query: Query, options: SeedOptions): Promise<{ users: number; events: number }> {
  const { users, eventsPerUser, days, until, seed: salt } = options;
  const id = (what: string) => `md5(concat_ws('-', $1::int, ${what}))`;
  const user = `('${seededPrefix}' || substr(${id("'user', u")}, 9))::uuid`;
  // a fraction from 0 to 1, out of the digest
  const chance = (what: string) => `(('x' || left(${id(what)}, 8))::bit(32)::bigint / 4294967296.0)`;
  await query("BEGIN");
  try {
    const madeUsers = await query(
      `WITH made AS (INSERT INTO public.users (id, created_at)
         SELECT ${user}, $3::date::timestamp AT TIME ZONE 'utc' - ($4::int + 1) * interval '1 day'
         FROM generate_series(1, $2::int) AS u ON CONFLICT DO NOTHING RETURNING 1)
       SELECT count(*) AS count FROM made`,
      [salt, users, until, days],
    );
    const madeEvents = await query(
      `WITH made AS (INSERT INTO public.events (user_id, id, name, properties, occurred_at, received_at)
         SELECT ${user}, ${id("'event', u, e")}::uuid,
                (ARRAY['page.view', 'page.view', 'page.view', 'button.click', 'search', 'signup', 'purchase'])[1 + floor(${chance("'name', u, e")} * 7)::int],
                jsonb_build_object('path', '/' || left(${id("'path', u, e")}, 4), 'amount', round((${chance("'amount', u, e")} * 100)::numeric, 2)),
                at, at + interval '1 second'
         FROM generate_series(1, $2::int) AS u, generate_series(1, $5::int) AS e,
              LATERAL (SELECT $3::date::timestamp AT TIME ZONE 'utc' - ${chance("'time', u, e")} * $4::int * interval '1 day' AS at) AS t
         ON CONFLICT DO NOTHING RETURNING 1)
       SELECT count(*) AS count FROM made`,
      [salt, users, until, days, eventsPerUser],
    );
    await query("COMMIT");
    return { users: Number(madeUsers.rows[0]?.count), events: Number(madeEvents.rows[0]?.count) };
  } catch (error) {
    await query("ROLLBACK");
    throw error;
  }
}

/** Whether there are users that no seed made: then it is somebody's real database. */
export async function holdsOthers(query: Query): Promise<boolean> {
  const { rows } = await query(
    `SELECT EXISTS (SELECT FROM public.users WHERE left(id::text, 8) <> '${seededPrefix}') AS others`,
  );
  return rows[0]?.others === true;
}
