import { failure } from "../../components/model/diagnostics.ts";
import type { Backup } from "../stage.ts";

/** What is asked for: the newest state there is, one point in time, or one backup by its name. */
export interface Wanted {
  /** ISO 8601. */
  readonly to?: string;
  readonly backup?: string;
}

/**
 * The backup that a restore begins with: the newest that had ended by then.
 * @param all the oldest first
 * @throws DiagnosticsError when there is none, or when guessing could bring back the wrong database
 */
export function chooseBackup(all: readonly Backup[], { to, backup }: Wanted): Backup {
  const names = all.map(({ name }) => name).join(", ") || "none";
  if (backup !== undefined) {
    const named = all.find(({ name }) => name === backup);
    if (named) return named;
    throw failure(`there is no backup ${backup}`, `choose one of: ${names}`, "--backup", 64);
  }
  const before = all.filter(({ finished }) => to === undefined || finished <= to);
  const newest = before.at(-1);
  if (newest === undefined) {
    throw failure(
      to === undefined ? "there is no backup" : `no backup had ended by ${to}`,
      all[0] ? `the earliest time that can be restored is ${all[0].finished}` : "rung backup now",
      "rung backup restore",
    );
  }
  // A volume that was lost and made anew: the newest backup is of the empty database, not of the one that is missed.
  const other = before.findLast(({ cluster }) => cluster !== newest.cluster);
  if (other === undefined) return newest;
  throw failure(
    `the backups are of two databases: ${newest.name} is of one that was made after ${other.name}`,
    `say which: --backup ${other.name} brings the earlier one back`,
    "rung backup restore",
    3,
  );
}
