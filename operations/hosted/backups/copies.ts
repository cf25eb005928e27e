import type { Report } from "../../progress.ts";

/** Copies of a database beside the living one, at the provider's, that a drill looks into and removes. */
export interface Copies {
  /** What drills left that were killed: the names. */
  left(): Promise<readonly string[]>;
  /**
   * Makes one, as the database was at a moment.
   * @param to ISO 8601, a whole second
   * @throws DiagnosticsError; what was made by then is in `left`
   */
  make(to: string, report: Report): Promise<Copy>;
  /** Takes it away for good, and waits until it is gone; what is gone already is no error. */
  remove(name: string, report: Report): Promise<void>;
}

export interface Copy {
  readonly name: string;
  /** Where it answers, with the roles and passwords of the living one. */
  readonly host: string;
  readonly port: number;
}
