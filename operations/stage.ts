import type { StackContext } from "../components/kit/context.ts";
import type { DatabaseAt } from "../components/model/databaseAt.ts";
import type { Diagnostic } from "../components/model/diagnostics.ts";
import type { Rollout } from "../components/model/rollout.ts";
import type { Capability } from "../components/model/words.ts";
import type { Checkpoint } from "../engine/pulumi.ts";
import type { Toolchain } from "../engine/toolchain.ts";
import type { MigrationState } from "../migrations/runner.ts";
import type { Bucket } from "../migrations/s3/bucket.ts";
import type { Stores } from "../migrations/stages/objects/store.ts";
import type { Sides } from "../migrations/stages/side.ts";
import type { Serving } from "../migrations/stages/states.ts";
import type { Traffic } from "../migrations/stages/traffic.ts";
import type { Reach } from "./database/reach.ts";
import type { ProviderBackups } from "./hosted/backups/provider.ts";
import type { Report } from "./progress.ts";
import type { Target } from "./target.ts";

/** What the engine is not asked about, and differs between stages. */
export interface StageOperations {
  /** Brings what the stage is made with, before anything is touched. */
  prepare(report: Report): Promise<void>;
  /**
   * What is in the way, e.g. a taken port.
   * @param made whether the stack has made anything yet
   * @throws DiagnosticsError for settings that are missing
   */
  obstacles(target: Target, made: () => Promise<boolean>): Promise<readonly Diagnostic[]>;
  /** Puts right what a killed run left. Call it inside the stack's lock, with no engine running. */
  recover(context: StackContext, checkpoint: Checkpoint | undefined): Promise<Recovered>;
  /** Waits until the app answers its users; where others' clocks decide (DNS, certificates), nothing is waited for. */
  answers(living: Living): Promise<void>;
  /**
   * Asks the platform whether it runs what the last update brought out, and waits while it is at it: one that rolled
   * back by itself has told the engine of success. Left out where the engine sees all there is.
   * @returns what went wrong; undefined when the release serves
   * @throws DiagnosticsError when the platform cannot be asked
   */
  failedRollout?(living: Living, report: Report): Promise<FailedRollout | undefined>;
  /**
   * What the app said since a time (milliseconds since 1970), where the engine itself waits for a rollout and failed
   * with it; left out where the platform is asked after the engine.
   */
  lastLines?(living: Living, since: number): Promise<readonly string[]>;
  /** How each capability's parts are now. */
  health(living: Living): Promise<Readonly<Partial<Record<Capability, readonly Part[]>>>>;
  /**
   * What the parts say.
   * @throws DiagnosticsError where the stage's provider must be asked, naming how
   */
  logs(living: Living, asked: LogRequest, take: (line: LogLine) => void): Promise<void>;
  /** The provider itself refuses to delete stores until an update has lifted that. */
  readonly providerProtects: boolean;
  /** Takes the data out of stores that the provider deletes only when they are empty, before they are destroyed. */
  emptyStores?(toolchain: Toolchain, stack: string, report: Report): Promise<void>;
  /** What a person must do about a destroy that the provider refused, where that is known; else the error as it is. */
  refusedDown?(error: unknown): unknown;
  /** What carries the labels of this clone's stacks, whatever the states say; left out where only a vendor knows. */
  readonly labelled?: Labelled;
  /** The stage's PostgreSQL, as the owner of its schema; left out where it has none. */
  readonly database?: (living: Living) => Promise<Reach>;
  /** The migrations of a database that is not PostgreSQL; left out, or undefined, where it is. */
  readonly migrations?: (living: Living) => Promise<MigrationOperations | undefined>;
  /** The bucket that old partitions go to; left out where the stage has no PostgreSQL. */
  readonly archive?: (living: Living) => Promise<OpenArchive>;
  /** Puts all rows of one stack's app into another's; left out where Rung reaches no two databases at once. */
  readonly copyRows?: (from: Living, to: Living) => Promise<void>;
  /** Reaches two stacks of the stage for a move; left out where their addresses must be given. */
  readonly move?: (from: Living, to: Living) => Promise<MoveReach>;
  /** Takes away what others have attached to a stack, before it goes down. */
  readonly detach?: (context: StackContext) => Promise<void>;
  /** Backups that Rung makes itself; left out where the provider makes them. */
  readonly backup?: BackupOperations;
  /** Backups that the provider makes, by its API; undefined where it has none that Rung drives. */
  readonly providerBackups?: (living: Living) => Promise<ProviderBackups | undefined>;
}

/** How `rung promote` reaches two stacks, until `close`. */
export interface MoveReach {
  readonly sides: Sides;
  /** Left out where one of them keeps none. */
  readonly objects?: Stores;
  readonly traffic: Traffic;
  /** Puts traffic right by itself if this process is killed. @returns what ends it */
  readonly guardian: (folder: string) => Promise<() => Promise<void>>;
  /** Roles that may stay connected past the pooler. */
  readonly knownRoles: readonly string[];
  /** Lets both servers reach each other, and the source's pooler the target. Doing it twice does no harm. */
  bridge(): Promise<void>;
  /** Closes what is not needed any more, once a move has ended. */
  unbridge(serves: Serving): Promise<void>;
  close(): Promise<void>;
}

/** What was made, by the labels that it was made with: how orphans are found. */
export interface Labelled {
  list(): Promise<readonly LabelledThing[]>;
  /** Removes all of it; what is gone already is no error. */
  remove(things: readonly LabelledThing[]): Promise<void>;
}

export interface LabelledThing {
  readonly stack: string;
  readonly kind: "container" | "volume" | "network";
  readonly id: string;
  readonly name: string;
  /** Made by this clone; another's is listed, and left to it. */
  readonly own: boolean;
}

/** A release that the platform does not run. */
export interface FailedRollout {
  /** One sentence, with the platform's own reason. */
  readonly what: string;
  readonly mend: string;
  /** What its containers, or its build, said last, the part before each line. */
  readonly lines: readonly string[];
  /** Resources that no longer are as the engine believes, as `type::name`: they are read again. */
  readonly differ: readonly string[];
  /** Resources that bring a release out, as `type::name`: the next `up` makes them anew. */
  readonly brings: readonly string[];
}

/** A stack that was brought up, and what it said of itself. */
export interface Living {
  readonly context: StackContext;
  readonly outputs: LivingOutputs;
}

/** The outputs of a stack, as far as operations read them; secrets are masked. */
export interface LivingOutputs {
  readonly stage: string;
  readonly size: string;
  readonly urls: Readonly<Record<string, string>>;
  readonly image: string;
  readonly rollout?: Rollout;
  readonly database?: DatabaseAt;
  readonly releases?: readonly { readonly image: string; readonly since: string }[];
  readonly parts: Readonly<Partial<Record<Capability, readonly string[]>>>;
  readonly logins?: Readonly<Record<string, { readonly user: string; readonly password: string }>>;
  readonly certificateAuthority?: string;
}

export interface Recovered {
  /** What a killed run made and the state does not know; it is gone now. */
  readonly removed: readonly string[];
  /** Something of the state is gone, or stopped: the engine must look before it changes anything. */
  readonly drifted: boolean;
}

/** `done`: ran once and ended well. */
export const healths = ["healthy", "done", "starting", "unhealthy", "stopped", "missing", "unknown"] as const;
export type Health = (typeof healths)[number];

export interface Part {
  readonly name: string;
  readonly health: Health;
  /** What it says of itself while it is not healthy. */
  readonly why?: string;
}

export interface LogRequest {
  readonly capability?: Capability;
  /** Goes on until the signal. */
  readonly follow: boolean;
  /** The newest so many lines of each part. */
  readonly lines: number;
  readonly signal: AbortSignal;
}

export interface LogLine {
  readonly part: string;
  /** RFC 3339. */
  readonly time: string;
  readonly text: string;
}

export interface OpenArchive {
  readonly bucket: Bucket;
  close(): Promise<void>;
}

/** A schema's migrations in a dialect of their own. */
export interface MigrationOperations {
  /** What is applied, and what is not. */
  status(): Promise<readonly MigrationState[]>;
  /**
   * Applies what is pending, or takes the last one back; each all or nothing.
   * @returns what changed its state
   * @throws MigrationsDiffer; DiagnosticsError when the linter or the database refuses
   */
  change(what: "migrate" | "rollback", say: (line: string) => void): Promise<readonly MigrationState[]>;
}

export interface BackupOperations {
  /** Makes one now. @returns its name */
  now(living: Living, kind: "full" | "incremental"): Promise<string>;
  /** The oldest first. */
  list(living: Living): Promise<readonly Backup[]>;
  /** Reads all that is kept and compares its checksums. @throws DiagnosticsError naming what is missing or wrong */
  verify(living: Living): Promise<string>;
  /**
   * Puts what `source` kept into the place of `target`'s database, which stands still meanwhile. Killed, it leaves the
   * database as it was, and can be run again.
   * @param point a restore point to stop at, instead of a time
   */
  restore(
    from: { readonly source: Living; readonly backup: Backup; readonly to?: string; readonly point?: string },
    target: Living,
    report: Report,
  ): Promise<Restored>;
  /**
   * What is in the database, exactly as it is at a restore point that is made for it.
   * @param point its name; left out, none is made
   */
  witness(living: Living, point?: string): Promise<Witness>;
  /** Waits until all that is committed by now is in the archive. @returns how many seconds that took */
  archived(living: Living): Promise<number>;
}

export interface Backup {
  readonly name: string;
  readonly kind: "full" | "incremental" | "differential";
  /** ISO 8601. */
  readonly finished: string;
  readonly seconds: number;
  /** Bytes of the database, and what the backup takes in the repository. */
  readonly databaseBytes: number;
  readonly storedBytes: number;
  /** Which database it is of: one that was made anew has another. */
  readonly cluster: string;
  /** What the database held just after; left out when it could not be counted. */
  readonly witness?: Witness;
}

/** What a database holds, without any of it. */
export interface Witness {
  /** ISO 8601. */
  readonly at: string;
  /** PostgreSQL's system identifier. */
  readonly system: string;
  /** Rows, and a digest that any changed value changes, by table. */
  readonly tables: Readonly<Record<string, { readonly rows: number; readonly digest: string }>>;
  readonly roles: readonly string[];
  /** A digest of columns, constraints, indexes and policies. */
  readonly schema: string | null;
}

export interface Restored {
  readonly seconds: number;
  /** The newest transaction that was brought back from the archive, as PostgreSQL tells it; none: only the backup. */
  readonly lastTransaction?: string;
}
