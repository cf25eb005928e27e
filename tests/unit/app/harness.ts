import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { PGlite } from "@electric-sql/pglite";
import { createApp } from "../../../app/src/app.ts";
import { database } from "../../../app/src/node/database.ts";
import { clientAddress } from "../../../app/src/node/services.ts";
import type { Query, Sql } from "../../../app/src/node/sql.ts";
import { Unavailable } from "../../../app/src/refusal.ts";
import type { Cache, Realtime, Services, Storage } from "../../../app/src/services.ts";

const migrations = join(import.meta.dirname, "..", "..", "..", "migrations", "schema");

/** A PostgreSQL of the test's own, in this process, with the app's roles and schema. */
export async function postgres(): Promise<PGlite> {
  const pg = new PGlite();
  await pg.exec(`
    CREATE ROLE owner CREATEROLE; CREATE ROLE app; CREATE ROLE monitor;
    GRANT CREATE, USAGE ON SCHEMA public TO owner; GRANT CREATE ON DATABASE postgres TO owner;
    SET ROLE owner;`);
  for (const name of readdirSync(migrations).toSorted()) {
    const text = readFileSync(join(migrations, name), "utf8");
    await pg.exec(text.slice(0, text.indexOf("-- migrate:down")));
  }
  await pg.exec("RESET ROLE; GRANT USAGE ON SCHEMA public TO app");
  return pg;
}

/** The app's transactions on it, as the app's role. `away` plays a database that does not answer. */
export function sqlOn(pg: PGlite): Sql & { away: boolean } {
  const sql = {
    away: false,
    async transaction<T>(userId: string | undefined, work: (query: Query) => Promise<T>): Promise<T> {
      if (sql.away) throw new Unavailable("database", new Error("connect ECONNREFUSED 10.0.0.5:6432"));
      return pg.transaction(async (tx) => {
        await tx.exec(`SET LOCAL ROLE app; SET LOCAL app.user_id = '${userId ?? ""}'`);
        // rows are what the caller's SQL makes them
        return work(async <Row extends object>(text: string, values: readonly unknown[] = []) => {
          return (await tx.query(text, [...values])).rows as Row[];
        });
      });
    },
    async ping() {
      if (sql.away) throw new Error("connect ECONNREFUSED 10.0.0.5:6432");
      await pg.query("SELECT 1");
    },
  };
  return sql;
}

/** In place of Valkey: keeps values in this process, for as long as the clock says. */
export class MemoryCache implements Cache {
  away = false;
  readonly #values = new Map<string, { value: string; until: number }>();
  readonly #counters = new Map<string, number>();
  readonly #now: () => Date;

  constructor(now: () => Date) {
    this.#now = now;
  }

  #mustAnswer(): void {
    if (this.away) throw new Error("the cache is away");
  }
  async ping(): Promise<void> {
    this.#mustAnswer();
  }
  async get(key: string): Promise<string | undefined> {
    this.#mustAnswer();
    const found = this.#values.get(key);
    return found && found.until > this.#now().getTime() ? found.value : undefined;
  }
  async set(key: string, value: string, seconds: number): Promise<void> {
    this.#mustAnswer();
    this.#values.set(key, { value, until: this.#now().getTime() + seconds * 1000 });
  }
  async delete(key: string): Promise<void> {
    this.#mustAnswer();
    this.#values.delete(key);
  }
  async hit(key: string, windowMs: number, nowMs: number): Promise<number> {
    this.#mustAnswer();
    const current = `${key}:${Math.floor(nowMs / windowMs)}`;
    await this.add({ [current]: 1 });
    return this.#counters.get(current) ?? 0;
  }
  async add(counters: Readonly<Record<string, number>>): Promise<void> {
    this.#mustAnswer();
    for (const [name, by] of Object.entries(counters))
      this.#counters.set(name, (this.#counters.get(name) ?? 0) + by);
  }
  async counts(names: readonly string[]): Promise<number[]> {
    this.#mustAnswer();
    return names.map((name) => this.#counters.get(name) ?? 0);
  }
}

/** In place of the object storage: keeps bytes in this process. */
export class MemoryStorage implements Storage {
  away = false;
  readonly objects = new Map<string, Uint8Array<ArrayBuffer>>();
  async ping(): Promise<void> {
    if (this.away) throw new Error("the storage is away");
  }
  async put(key: string, body: Uint8Array<ArrayBuffer>): Promise<void> {
    await this.ping();
    this.objects.set(key, body);
  }
  async get(key: string): Promise<ReadableStream<Uint8Array> | undefined> {
    await this.ping();
    return this.objects.has(key) ? (new Response(this.objects.get(key)).body ?? undefined) : undefined;
  }
  async remove(key: string): Promise<void> {
    this.objects.delete(key);
  }
}

/** In place of publish and subscribe: this process alone. */
class MemoryRealtime implements Realtime {
  readonly #readers = new Map<string, Set<(message: string) => void>>();
  async publish(userId: string, message: string): Promise<void> {
    for (const read of this.#readers.get(userId) ?? []) read(message);
  }
  async subscribe(userId: string, onMessage: (message: string) => void): Promise<() => void> {
    const readers = this.#readers.get(userId) ?? new Set();
    this.#readers.set(userId, readers.add(onMessage));
    return () => void readers.delete(onMessage);
  }
}

/** The app on real SQL, with a clock, a log and a lifecycle that tests may look at and set. */
export function harness(pg: PGlite) {
  const clock = { time: new Date(), now: () => clock.time };
  const sql = sqlOn(pg);
  const cache = new MemoryCache(() => clock.time);
  const storage = new MemoryStorage();
  const logged: { message: string; fields: object }[] = [];
  const say = (fields: object, message: string) => void logged.push({ fields, message });
  const ending = new AbortController();
  const lifecycle = { draining: false, ending: ending.signal };
  const degraded: string[] = [];
  const services: Services = {
    database: database(sql),
    cache,
    storage,
    realtime: new MemoryRealtime(),
    assets: {
      page: "<!doctype html><title>pulse</title>",
      files: new Map([["/assets/page-1a2b3c4d.css", { contentType: "text/css", body: "" }]]),
    },
    metrics: {
      request() {},
      cache() {},
      ingested() {},
      degraded: (part) => void degraded.push(part),
    },
    clock,
    log: { debug: say, info: say, warn: say, error: say },
    info: {
      name: "pulse",
      stack: "test",
      stage: "local",
      size: "small",
      version: "sha256:0",
      replica: "r1",
      startedAt: clock.time.toISOString(),
    },
    config: {
      publicOrigin: "https://pulse.example.com",
      corsOrigins: ["https://partner.example.com"],
      rateLimitPerMinute: 50,
      authSecret: "a-secret-that-is-long-enough-for-tests",
      cronSecret: "another-secret-for-cron",
      eventsArchived: false,
    },
    lifecycle,
    clientAddress,
  };
  const app = createApp(services);
  let client = 0;
  return {
    app,
    services,
    sql,
    cache,
    storage,
    clock,
    logged,
    degraded,
    lifecycle,
    end: () => ending.abort(),
    /** One request; each test's clients have addresses of their own. */
    ask: (path: string, init: RequestInit = {}) => Promise.resolve(app.request(path, init)),
    /** A new user, as a client with a bearer token. */
    async user() {
      client += 1;
      const address = { "x-forwarded-for": `10.1.0.${client}` };
      const made = await app.request("/api/session", { method: "POST", headers: address });
      // as routes/session.ts answers
      const { token, userId } = (await made.json()) as { token: string; userId: string };
      const headers = { ...address, authorization: `Bearer ${token}` };
      return {
        userId,
        headers,
        get: (path: string, more: Record<string, string> = {}) =>
          Promise.resolve(app.request(path, { headers: { ...headers, ...more } })),
        send: (path: string, body: unknown) =>
          Promise.resolve(
            app.request(path, {
              method: "POST",
              headers: { ...headers, "content-type": "application/json" },
              body: typeof body === "string" ? body : JSON.stringify(body),
            }),
          ),
        upload(name: string, type: string, body: string | Uint8Array<ArrayBuffer>) {
          const form = new FormData();
          form.set("file", new File([body], name, { type }));
          return Promise.resolve(app.request("/api/files", { method: "POST", headers, body: form }));
        },
      };
    },
  };
}

export type Harness = ReturnType<typeof harness>;
