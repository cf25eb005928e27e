import { readFile, stat } from "node:fs/promises";
import pg from "pg";
import { stop } from "./guard.ts";
import { writeDurably } from "./journal.ts";
import type { Sides } from "./side.ts";
import type { Serving } from "./states.ts";

/** Where the app's requests go through, and can be made to wait. */
export interface Traffic {
  /**
   * From here on requests wait, and none is in a transaction any more.
   * @throws DiagnosticsError when they do not come to an end by then; they go on as before
   */
  hold(until: number): Promise<void>;
  /**
   * Has what comes next go to that side; who waits, waits on.
   * @throws DiagnosticsError when that is not taken
   */
  point(to: Serving): Promise<void>;
  /** Lets requests go on, also after another run has held them. Doing it twice does no harm. */
  go(): Promise<void>;
}

export interface Pooler {
  /** PgBouncer's console: `postgresql://…/pgbouncer`. Holds a password. */
  readonly admin: string;
  /** A file that its `pgbouncer.ini` includes (`%include`), and that holds `[databases]` and nothing else. */
  readonly file: string;
  /** What the app calls the database there. */
  readonly database: string;
}

/** PgBouncer: what is in a transaction ends, what comes then waits, and goes on to another server unnoticed. */
export function poolerTraffic(pooler: Pooler, sides: Sides): Traffic {
  const console = async <T>(work: (client: pg.Client) => Promise<T>): Promise<T> => {
    // the console knows the simple protocol alone, which `pg` speaks without values
    const client = new pg.Client({ connectionString: pooler.admin, application_name: "rung-promote" });
    client.on("error", () => {});
    await client.connect();
    try {
      return await work(client);
    } finally {
      client.end().catch(() => {}); // a PAUSE that still waits ends with it
    }
  };
  const quoted = `"${pooler.database.replaceAll('"', '""')}"`;
  const resume = () =>
    console((client) =>
      client.query(`RESUME ${quoted}`).catch((error: Error) => {
        if (!/not paused/.test(error.message)) throw error;
      }),
    );
  return {
    async hold(until) {
      const waited = await console((client) => {
        const paused = client.query(`PAUSE ${quoted}`).then(
          () => "held",
          (error: Error) => (/already/.test(error.message) ? "held" : Promise.reject(error)),
        );
        const late = new Promise<string>((resolve) =>
          setTimeout(resolve, until - Date.now(), "late").unref(),
        );
        return Promise.race([paused, late]);
      });
      if (waited === "held") return;
      await resume();
      throw stop(
        "a transaction of the app's does not come to its end",
        "find it in pg_stat_activity; the source serves as before",
      );
    },
    async point(to) {
      const { hostname, port, pathname } = new URL(sides[to].url);
      const database = decodeURIComponent(pathname.slice(1));
      const line = `${pooler.database} = host=${hostname} port=${port || "5432"} dbname=${database}`;
      const before = await readFile(pooler.file, "utf8").catch(() => "");
      // what else is said of it, e.g. its pool's size, stays
      const kept = new RegExp(`^${pooler.database}\\s*=.*$`, "m").exec(before)?.[0] ?? "";
      const more = kept
        .replace(/^[^=]*=/, "")
        .replaceAll(/\b(host|port|dbname)=\S+\s*/g, "")
        .trim();
      const others = before
        .split("\n")
        .filter((one) => one !== kept && one.trim() !== "" && one.trim() !== "[databases]");
      await rewrite(pooler.file, `${["[databases]", `${line} ${more}`.trim(), ...others].join("\n")}\n`);
      await console(async (client) => {
        await client.query("RELOAD");
        const { rows } = await client.query("SHOW DATABASES");
        const now = rows.find((row) => row.name === pooler.database);
        if (now?.host === hostname && String(now?.port) === (port || "5432") && now?.database === database)
          return;
        throw stop(
          `the pooler still leads to ${now?.host}:${now?.port}, and not to the ${to}`,
          `see that it may read ${pooler.file}, and that its pgbouncer.ini includes it`,
        );
      });
    },
    async go() {
      await resume();
    },
  };
}

/** The pooler reads it as another user: whose it is, and who may read it, stays. */
async function rewrite(file: string, text: string): Promise<void> {
  const { uid, gid, mode } = await stat(file);
  await writeDurably(file, text, { uid, gid, mode });
}
