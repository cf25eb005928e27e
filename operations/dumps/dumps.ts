import type { Spec } from "../../components/model/spec.ts";
import type { Check } from "../drill/evidence.ts";
import type { Report } from "../progress.ts";
import type { Witness } from "../stage.ts";

/** Backups that lie in a bucket, whole: each can be fetched, and restored on the machine that asks. */
export interface Dumps {
  /** What they are, for the evidence: a stage may have other backups, which are not drilled by these. */
  readonly kind: string;
  /** The oldest first. */
  list(): Promise<readonly Dump[]>;
  /**
   * Where one is restored, on this machine; nothing is made yet.
   * @throws DiagnosticsError with exit code 64 for what that takes and this machine lacks, the bucket's key included
   */
  bench(spec: Spec): Promise<Bench>;
}

export interface Dump {
  readonly name: string;
  /** ISO 8601: what was written after it is not in it. */
  readonly taken: string;
  readonly bytes: number;
}

/** A throw-away database on this machine. */
export interface Bench {
  /** @throws Error where the dump does not come, or not as it was put there, or with what the database's tools say */
  restore(dump: Dump, report: Report): Promise<Restored>;
  /** Ends and deletes all of it, also what was left by a drill that was killed. */
  clear(): Promise<void>;
}

/** A dump that was restored, until its bench is cleared. */
export interface Restored {
  readonly witness: Witness;
  /** What the database held when the dump was taken, by whoever took it; undefined: nobody noted it. */
  readonly noted: Witness | undefined;
  /** What else is looked at: rights, schema, users kept apart. */
  checks(): Promise<readonly Check[]>;
}
