import { DiagnosticsError } from "../components/model/diagnostics.ts";
import type { StageName } from "../components/model/words.ts";
import { settingsFile } from "./settings.ts";

/**
 * A living stack never changes its stage in place: that would delete its database.
 * @param living the stage in the stack's outputs; undefined when nothing lives
 * @throws DiagnosticsError with exit code 3 when another is wanted
 */
export function refuseOtherStage(stack: string, living: unknown, wanted: StageName): void {
  if (living === undefined || living === wanted) return;
  throw new DiagnosticsError(
    [
      {
        what: `this stack lives on ${living}; its stage is never changed in place, that would delete its data`,
        where: { file: settingsFile(stack), key: "config.rung:stage" },
        found: wanted,
        allowed: String(living),
        mend: `make another stack for ${wanted}, and move the data there`,
      },
    ],
    3,
  );
}
