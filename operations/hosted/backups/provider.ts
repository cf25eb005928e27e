import type { DatabaseAt, DatabaseVendor } from "../../../components/model/databaseAt.ts";
import type { Dumps } from "../../dumps/dumps.ts";
import type { Report } from "../../progress.ts";
import type { Copies } from "./copies.ts";

/** A database at one vendor's. */
export type At<V extends DatabaseVendor> = Extract<DatabaseAt, { vendor: V }>;

/** Backups that a provider makes and keeps, driven through its API. */
export interface ProviderBackups {
  /** Makes one now. @returns its name @throws DiagnosticsError where the provider makes them on its own schedule alone */
  now(report: Report): Promise<string>;
  /** The oldest first. */
  list(): Promise<readonly ProviderBackup[]>;
  /** Between which moments any can be restored, ISO 8601; undefined where none can but those of `list`. */
  window(): Promise<Window | undefined>;
  /** Copies that a drill looks into; left out where the provider restores in place alone. */
  readonly copies?: Copies;
  /** Backups that a drill fetches and restores on its own machine; left out where none can be fetched. */
  readonly dumps?: Dumps;
  /**
   * Brings the database back.
   * @param beside a name for a new database beside the living one; left out: in place
   * @throws DiagnosticsError, before anything is touched, where the provider restores the other way alone
   */
  restore(wanted: WantedOfProvider, beside: string | undefined, report: Report): Promise<RestoredByProvider>;
}

export interface ProviderBackup {
  readonly name: string;
  /** In the provider's own words, e.g. `automated`. */
  readonly kind: string;
  /** ISO 8601. */
  readonly finished: string;
  /** It can be restored from: whole, and not under way. */
  readonly ok: boolean;
  /** Bytes; null where the provider does not say. */
  readonly bytes: number | null;
}

export interface Window {
  readonly earliest: string;
  readonly latest: string;
}

/** One of the two, or neither: as new as can be. */
export interface WantedOfProvider {
  /** ISO 8601. */
  readonly to?: string;
  readonly backup?: string;
}

export interface RestoredByProvider {
  /** What holds the data now, as the provider names it. */
  readonly into: string;
  readonly seconds: number;
  /** What a person does next, a sentence each. */
  readonly next: readonly string[];
}

/** How long to wait, and between two looks. */
export interface Patience {
  readonly withinSeconds: number;
  readonly everyMs: number;
}
