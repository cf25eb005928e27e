import { setTimeout as sleep } from "node:timers/promises";
import pg from "pg";

/** Writers that note each write once the database has acknowledged it. */
export interface Ledger {
  /** Acknowledged writes: `<writer>-<number>`. */
  readonly acknowledged: Set<string>;
  /** Writes that ended without an answer: they may be there or not. */
  readonly unknown: Set<string>;
  /** What a request was refused with. */
  readonly failures: string[];
  /** The longest time between two acknowledged writes of one writer, in milliseconds. */
  longestMs(): number;
  /** Lets each end what it does, and closes its session. */
  stop(): Promise<void>;
}

export const ledgerSchema = `
  DO $$ BEGIN CREATE ROLE app LOGIN PASSWORD 'secret-app'; EXCEPTION WHEN duplicate_object THEN NULL; END $$;
  CREATE TABLE entries (id bigserial PRIMARY KEY, writer int NOT NULL, number int NOT NULL, body text, doc jsonb, at timestamptz DEFAULT clock_timestamp());
  CREATE TABLE balances (writer int PRIMARY KEY, entries int NOT NULL DEFAULT 0, big text);
  INSERT INTO balances SELECT i, 0, (SELECT string_agg(md5((i * 1000 + j)::text), '') FROM generate_series(1, 400) j) FROM generate_series(0, 63) i;
  GRANT SELECT, INSERT, UPDATE, DELETE ON entries, balances TO app;
  GRANT USAGE ON SEQUENCE entries_id_seq TO app;`;

/**
 * Each writer adds an entry and counts it, in one transaction, as quick as it can: `balances.entries` must be the
 * number of its entries, and its large text stays as it was, unchanged and out of line.
 */
export function startLedger(url: string, writers = 8, pauseMs = 0): Ledger {
  const acknowledged = new Set<string>();
  const unknown = new Set<string>();
  const failures: string[] = [];
  let [going, longest] = [true, 0];
  const write = async (writer: number) => {
    let client: pg.Client | undefined;
    let last = performance.now();
    for (let number = 1; going; number += 1) {
      const name = `${writer}-${number}`;
      let asked = false;
      try {
        if (!client) {
          client = new pg.Client({ connectionString: url });
          client.on("error", () => {});
          await client.connect();
        }
        await client.query("BEGIN");
        await client.query("INSERT INTO public.entries (writer, number, body, doc) VALUES ($1, $2, $3, $4)", [
          writer,
          number,
          "x".repeat(number % 50),
          { number },
        ]);
        await client.query("UPDATE public.balances SET entries = entries + 1 WHERE writer = $1", [writer]);
        asked = true;
        await client.query("COMMIT");
        acknowledged.add(name);
        longest = Math.max(longest, performance.now() - last);
        last = performance.now();
      } catch (error) {
        if (asked) unknown.add(name);
        failures.push((error as Error).message);
        await client?.end().catch(() => {});
        client = undefined;
        await sleep(20);
      }
      if (pauseMs > 0) await sleep(pauseMs);
    }
    await client?.end().catch(() => {});
  };
  const all = Promise.all(Array.from({ length: writers }, (_, writer) => write(writer)));
  return {
    acknowledged,
    unknown,
    failures,
    longestMs: () => longest,
    async stop() {
      going = false;
      await all;
    },
  };
}

/** Compares what was acknowledged with what is in a database. */
export async function audit(url: string, { acknowledged, unknown }: Ledger) {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    const { rows } = await client.query(
      "SELECT writer || '-' || number AS name, count(*)::int AS times FROM public.entries GROUP BY 1",
    );
    const there = new Map(rows.map((row) => [row.name as string, row.times as number]));
    const sums = await client.query(
      `SELECT b.writer FROM public.balances b LEFT JOIN (SELECT writer, count(*) AS n FROM public.entries GROUP BY 1) e USING (writer)
       WHERE b.entries <> coalesce(e.n, 0)
          OR b.big <> (SELECT string_agg(md5((b.writer * 1000 + j)::text), '') FROM generate_series(1, 400) j)`,
    );
    return {
      lost: [...acknowledged].filter((name) => !there.has(name)).length,
      doubled: [...there.values()].filter((times) => times > 1).length,
      invented: [...there.keys()].filter((name) => !acknowledged.has(name) && !unknown.has(name)).length,
      wrongBalances: sums.rows.length,
    };
  } finally {
    await client.end();
  }
}

export const nothingLost = { lost: 0, doubled: 0, invented: 0, wrongBalances: 0 };
