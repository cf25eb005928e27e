import type { RDSClient } from "@aws-sdk/client-rds";
import { failure } from "../../../../components/model/diagnostics.ts";
import type { Patience, ProviderBackup, WantedOfProvider, Window } from "../provider.ts";

/** What RDS makes snapshots of, and restores beside itself: an instance, or a cluster of Aurora's. */
export interface Restorable {
  readonly kind: "instance" | "cluster";
  /** The living one's. */
  readonly name: string;
  readonly region: string;
  /** Letters that the name of one restored beside it may have. */
  readonly longestName: number;
  /** Begins one. */
  snapshot(client: RDSClient, name: string): Promise<void>;
  /** In any order. */
  snapshots(client: RDSClient): Promise<readonly ProviderBackup[]>;
  window(client: RDSClient): Promise<Window | undefined>;
  /** All of this kind in the region, whosever they are. */
  all(client: RDSClient): Promise<readonly Tagged[]>;
  /** Begins a restore into a new one, as closed as the living one. */
  begin(client: RDSClient, made: string, wanted: WantedOfProvider, own: Own): Promise<void>;
  /**
   * Looks at what was begun, and begins what comes next.
   * @returns where it answers; undefined while it does not
   * @throws DiagnosticsError when it never will
   */
  look(client: RDSClient, made: string, say: Say): Promise<Endpoint | undefined>;
  /** Asks for what can be deleted now. @returns true once nothing is left of it */
  remove(client: RDSClient, made: string, say: Say): Promise<true | undefined>;
  /** The commands by which a person deletes one that was restored, in their order. */
  deletion(made: string): readonly string[];
}

/** In what one that is restored differs from the living one. */
export interface Own {
  /** Left out: as the living one. */
  readonly isProtected?: boolean;
  readonly tags?: Readonly<Record<string, string>>;
}

export interface Tagged {
  readonly name: string;
  readonly tags: Readonly<Record<string, string>>;
}

export interface Endpoint {
  readonly host: string;
  readonly port: number;
}

export type Say = (text: string) => void;

export const waiting = ({ withinSeconds, everyMs }: Patience) => ({
  everyMs,
  seconds: withinSeconds,
  signal: new AbortController().signal,
});

/** As RDS lists and takes them. */
interface Tag {
  Key?: string | undefined;
  Value?: string | undefined;
}

export const tagsOf = (list: readonly Tag[] | undefined): Record<string, string> =>
  Object.fromEntries((list ?? []).map(({ Key = "", Value = "" }) => [Key, Value]));

export const asTags = (tags: Readonly<Record<string, string>> = {}) =>
  Object.entries(tags).map(([Key, Value]) => ({ Key, Value }));

/** The error codes of what is not there, or not in a state for it, as `RDSClient` names them: with and without `Fault`. */
export const isNotThere = (error: unknown): boolean =>
  error instanceof Error && /^DB(Instance|Cluster)NotFound(Fault)?$/.test(error.name);
export const isNotNow = (error: unknown): boolean =>
  error instanceof Error && /^InvalidDB(Instance|Cluster)State(Fault)?$/.test(error.name);

/**
 * Of the statuses of instances and clusters those that nothing but a person ends (the RDS and Aurora User Guides, "DB
 * instance status" and "DB cluster status", 2026-11).
 */
const neverAvailable =
  /^(failed|restore-error|incompatible-\w+|cloning-failed|migration-failed|inaccessible-encryption-credentials)$/;

/** @returns whether it is available @throws DiagnosticsError when it never will be */
export function isAvailable(name: string, status: string | undefined, say: Say): boolean {
  say(status ?? "");
  if (neverAvailable.test(status ?? ""))
    throw failure(`RDS could not restore it: ${name} is ${status}`, "see its events in RDS", "RDS");
  return status === "available";
}

/** Never guessed: what is restorable ends where RDS says; it begins as long ago as is kept, and not before it was made. */
export function windowOf(
  latest: Date | undefined,
  keptDays: number,
  made: Date | undefined,
): Window | undefined {
  if (!latest || keptDays === 0) return undefined;
  const kept = latest.getTime() - keptDays * 24 * 60 * 60 * 1000;
  const earliest = new Date(Math.max(kept, made?.getTime() ?? 0));
  return { earliest: earliest.toISOString(), latest: latest.toISOString() };
}
