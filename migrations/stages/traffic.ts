import { readFile, stat } from "node:fs/promises";
import pg from "pg";
import { stop } from "./guard.ts";
import { writeDurably } from "./journal.ts";
import type { Side, Sides } from "./side.ts";
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

/** The pooler's file, wherever it lies. */
export interface PoolerFile {
  read(): Promise<string>;
  /** Replaces it as a whole; whose it is, and who may read it, stays. */
  write(text: string): Promise<void>;
}

const onThisMachine = (file: string): PoolerFile => ({
  read: () => readFile(file, "utf8").catch(() => ""),
  async write(text) {
    const { uid, gid, mode } = await stat(file);
    await writeDurably(file, text, { uid, gid, mode });
  },
});

/** PgBouncer: what is in a transaction ends, what comes then waits, and goes on to another server unnoticed. */
export function poolerTraffic(
  pooler: Pooler,
  sides: Sides,
  file: PoolerFile = onThisMachine(pooler.file),
): Traffic {
  /** Kept from `hold` to `go`: while requests wait no session is begun. */
  let kept: pg.Client | undefined;
  const console = async <T>(work: (client: pg.Client) => Promise<T>): Promise<T> => {
    const client = kept ?? (await openConsole(pooler));
    kept = client;
    try {
      return await work(client);
    } catch (error) {
      leave();
      throw error;
    }
  };
  const leave = (): void => {
    kept?.end().catch(() => {}); // a PAUSE that still waits ends with it
    kept = undefined;
  };
  const quoted = `"${pooler.database.replaceAll('"', '""')}"`;
  const resume = async () => {
    await console((client) =>
      client.query(`RESUME ${quoted}`).catch((error: Error) => {
        if (!/not paused/.test(error.message)) throw error;
      }),
    );
    leave();
  };
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
      leave();
      await resume();
      throw stop(
        "a transaction of the app's does not come to its end",
        "find it in pg_stat_activity; the source serves as before",
      );
    },
    async point(to) {
      const { hostname, port, database, line } = leading(sides[to], pooler);
      await file.write(withLine(await file.read(), pooler.database, line));
      await console(async (client) => {
        await client.query("RELOAD");
        const { rows } = await client.query("SHOW DATABASES");
        const now = rows.find((row) => row.name === pooler.database);
        if (now?.host === hostname && String(now?.port) === port && now?.database === database) return;
        throw stop(
          `the pooler still leads to ${now?.host}:${now?.port}, and not to the ${to}`,
          `see that it may read ${pooler.file}, and that its pgbouncer.ini includes it`,
        );
      });
    },
    go: resume,
  };
}

/** The requests of two poolers wait together, and one of them is led elsewhere: the other's database stays where it is. */
export function together(led: Traffic, other: Traffic): Traffic {
  const go = async () => void (await Promise.all([led.go(), other.go()]));
  return {
    async hold(until) {
      const held = await Promise.allSettled([led.hold(until), other.hold(until)]);
      const failed = held.find((one) => one.status === "rejected");
      if (!failed) return;
      await go();
      throw failed.reason;
    },
    point: (to) => led.point(to),
    go,
  };
}

/** The console knows the simple protocol alone, which `pg` speaks without values. */
async function openConsole({ admin }: Pooler): Promise<pg.Client> {
  const client = new pg.Client({ connectionString: admin, application_name: "rung-promote" });
  client.on("error", () => {}); // told by the query that fails of it
  await client.connect();
  return client;
}

/** The line of `[databases]` that leads to a side. */
function leading(side: Side, pooler: Pooler) {
  const { hostname, port, pathname, username, password } = new URL(side.urlForPooler ?? side.url);
  const database = decodeURIComponent(pathname.slice(1));
  const address = { hostname, port: port || "5432", database };
  const parts = [
    `${pooler.database} = host=${hostname} port=${address.port} dbname=${database}`,
    // how the pooler signs in is its own matter where it has one way to both
    ...(side.urlForPooler && username ? [`user=${username} password=${decodeURIComponent(password)}`] : []),
  ];
  const replaced = side.urlForPooler
    ? /\b(host|port|dbname|user|password)=\S+\s*/g
    : /\b(host|port|dbname)=\S+\s*/g;
  return { ...address, line: { text: parts.join(" "), replaced } };
}

/** What else is said of the database, e.g. its pool's size, stays, as do the others. */
function withLine(
  before: string,
  database: string,
  { text, replaced }: { readonly text: string; readonly replaced: RegExp },
): string {
  const kept = new RegExp(`^${database}\\s*=.*$`, "m").exec(before)?.[0] ?? "";
  const more = kept
    .replace(/^[^=]*=/, "")
    .replaceAll(replaced, "")
    .trim();
  const others = before
    .split("\n")
    .filter((one) => one !== kept && one.trim() !== "" && one.trim() !== "[databases]");
  return `${["[databases]", `${text} ${more}`.trim(), ...others].join("\n")}\n`;
}
