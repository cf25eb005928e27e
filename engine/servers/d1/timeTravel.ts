import { createHash } from "node:crypto";
import { type Query, sqlite } from "./databases.ts";

/** A database that goes back in time: what had changed it by a moment is done again, on an empty one. */
export interface TimeTravel {
  readonly query: Query;
  /** The name of a moment: of the last change before it. @param atMs milliseconds since 1970 */
  bookmark(atMs: number): string;
  /** @returns false when no moment has that name */
  restore(bookmark: string): Promise<boolean>;
}

interface Moment {
  readonly atMs: number;
  readonly bookmark: string;
  /** All that made the database what it was then. */
  readonly made: readonly string[];
}

export function timeTravel(): TimeTravel {
  let now = sqlite();
  const moments: Moment[] = [{ atMs: 0, bookmark: nameOf(0), made: [] }];
  const last = () => moments.at(-1)?.made ?? [];
  const add = (made: readonly string[]) =>
    moments.push({ atMs: Date.now(), bookmark: nameOf(moments.length), made });
  return {
    query: async (sql) => {
      const rows = await now(sql);
      if (!/^\s*SELECT\b/i.test(sql)) add([...last(), sql]);
      return rows;
    },
    bookmark: (atMs) => moments.findLast((one) => one.atMs <= atMs)?.bookmark ?? nameOf(0),
    async restore(bookmark) {
      const moment = moments.find((one) => one.bookmark === bookmark);
      if (!moment) return false;
      const again = sqlite();
      for (const sql of moment.made) await again(sql);
      now = again;
      // Going back is a change as well: what was there before has a name, too.
      add(moment.made);
      return true;
    },
  };
}

/** As D1 writes one: four groups of hexadecimal digits. */
function nameOf(index: number): string {
  const hex = (value: number) => value.toString(16).padStart(8, "0");
  return `${hex(index)}-00000000-${hex(0x4e00)}-${createHash("md5").update(String(index)).digest("hex")}`;
}
