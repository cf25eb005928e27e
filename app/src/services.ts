/**
 * What the handlers stand on, whatever they run on. One folder a host binds them (`node/`); the handlers know of no
 * host. All times are the clock's.
 */
export interface Services {
  readonly database: Database;
  readonly cache: Cache;
  readonly storage: Storage;
  readonly realtime: Realtime;
  readonly assets: Assets;
  readonly metrics: Metrics;
  readonly clock: Clock;
  readonly log: Log;
  readonly info: Info;
  readonly config: Config;
  readonly lifecycle: Lifecycle;
  /** The client's address, as the host's own edge tells it; never as the client does. */
  clientAddress(headers: Headers): string;
}

/** Anything that can be asked whether it works. */
export interface Probed {
  /** Really asks. @throws whatever is wrong */
  ping(): Promise<void>;
}

export interface Database extends Probed {
  /** Makes the user, if it is not there. */
  addUser(userId: string): Promise<void>;
  /** Keeps events; those whose ids are there already are left. @returns the ids that are new, after the commit */
  ingest(userId: string, events: readonly UsageEvent[]): Promise<string[]>;
  /** @param userId only this user's events; left out: everyone's, as sums */
  insights(days: number, userId?: string): Promise<Insights>;
  addFile(userId: string, file: StoredFile): Promise<void>;
  file(userId: string, id: string): Promise<StoredFile | undefined>;
  /** The newest first. */
  files(userId: string, limit: number): Promise<StoredFile[]>;
  overview(): Promise<Overview>;
  /**
   * One batch of what is older than the retention; `busy` when another call is at it.
   * @param keepEvents only users who left nothing behind: the archive takes events
   */
  cleanup(
    retentionDays: number,
    batch: number,
    keepEvents: boolean,
  ): Promise<{ events: number; users: number; busy: boolean }>;
  /** @returns how many rows changed */
  rollUp(days: number): Promise<number>;
}

export interface UsageEvent {
  readonly id: string;
  readonly name: string;
  readonly properties: Readonly<Record<string, string | number | boolean | null>>;
  /** ISO 8601. */
  readonly occurredAt: string;
}

export interface Insights {
  readonly events: number;
  readonly uniqueUsers: number;
  readonly top: readonly { readonly name: string; readonly events: number; readonly users: number }[];
  readonly daily: readonly { readonly day: string; readonly events: number; readonly users: number }[];
}

export interface StoredFile {
  readonly id: string;
  readonly name: string;
  readonly contentType: string;
  readonly bytes: number;
  readonly sha256: string;
  /** ISO 8601. */
  readonly createdAt: string;
}

export interface Overview {
  readonly eventsToday: number;
  readonly lastBackup:
    | {
        readonly kind: string;
        readonly label: string | null;
        readonly finishedAt: string;
        readonly bytes: number;
      }
    | undefined;
}

/** Fast and forgetful. Every method fails when the cache is away; callers go on without it. */
export interface Cache extends Probed {
  get(key: string): Promise<string | undefined>;
  set(key: string, value: string, seconds: number): Promise<void>;
  delete(key: string): Promise<void>;
  /** Counts one use of the key. @returns uses in the sliding window, this one included */
  hit(key: string, windowMs: number, nowMs: number): Promise<number>;
  /** Adds to counters that all replicas share. */
  add(counters: Readonly<Record<string, number>>): Promise<void>;
  counts(counters: readonly string[]): Promise<number[]>;
}

export interface Storage extends Probed {
  put(key: string, body: Uint8Array<ArrayBuffer>, contentType: string): Promise<void>;
  get(key: string): Promise<ReadableStream<Uint8Array> | undefined>;
  remove(key: string): Promise<void>;
}

export interface Realtime {
  publish(userId: string, message: string): Promise<void>;
  /** @returns ends the subscription */
  subscribe(userId: string, onMessage: (message: string) => void): Promise<() => void>;
}

/** The page and what it loads, as built. */
export interface Assets {
  readonly page: string;
  /** By path, e.g. `/assets/page-1a2b3c4d.css`. */
  readonly files: ReadonlyMap<string, { readonly contentType: string; readonly body: string }>;
}

export interface Metrics {
  request(method: string, route: string, status: number, seconds: number): void;
  cache(name: string, hit: boolean): void;
  ingested(accepted: number, duplicates: number): void;
  /** Something failed, and the app went on: the cache was away, a message was not published. */
  degraded(part: string): void;
}

export interface Clock {
  now(): Date;
}

type Say = (fields: object, message: string) => void;
export interface Log {
  readonly debug: Say;
  readonly info: Say;
  readonly warn: Say;
  readonly error: Say;
}

/** What it runs on, for people. */
export interface Info {
  readonly name: string;
  readonly stack: string;
  readonly stage: string;
  readonly size: string;
  readonly version: string;
  /** Which of the replicas this is. */
  readonly replica: string;
  readonly startedAt: string;
}

export interface Config {
  readonly publicOrigin: string;
  readonly corsOrigins: readonly string[];
  readonly rateLimitPerMinute: number;
  readonly authSecret: string;
  readonly cronSecret: string;
  /** Old months of events go to an archive: cleaning up leaves events alone. */
  readonly eventsArchived: boolean;
}

export interface Lifecycle {
  /** It has been told to stop: not ready, but serving on. */
  readonly draining: boolean;
  /** Aborted when long answers must end. */
  readonly ending: AbortSignal;
}
