import { join } from "node:path";
import { resolveBinary } from "dbmate";
import { DiagnosticsError, failure } from "../../components/model/diagnostics.ts";
import { root } from "../../engine/paths.ts";
import {
  type MigrationState,
  MigrationsDiffer,
  migrationStates,
  readMigrations,
  runMigrations,
} from "../../migrations/runner.ts";
import type { Report } from "../progress.ts";
import { step } from "../progress.ts";
import type { Living } from "../stage.ts";
import { operationsOf } from "../stages.ts";
import { d1Folder } from "./d1.ts";
import { lintOrThrow } from "./lint.ts";
import { withDatabase } from "./reach.ts";

export const schemaFolder = "migrations/schema";
const folder = join(root, schemaFolder);

/** What is applied to a living stack, and what is not. */
export async function statusOfMigrations(living: Living): Promise<readonly MigrationState[]> {
  const other = await otherDialect(living);
  if (other) return other.status();
  return withDatabase(living, async (client) =>
    migrationStates((text, values) => client.query(text, values), await readMigrations(folder)),
  );
}

/**
 * Applies what is pending, or takes the last one back. Migrations are linted first.
 * @returns what changed its state
 * @throws DiagnosticsError when an applied file has changed, a rule is broken, or the database refuses; then nothing
 *   of the migration that failed is left
 */
export async function changeSchema(
  living: Living,
  what: "migrate" | "rollback",
  report: Report,
): Promise<readonly MigrationState[]> {
  const other = await otherDialect(living);
  if (other) {
    return step(report, what, async (say) => {
      try {
        return await other.change(what, say);
      } catch (error) {
        throw toldOf(error, what, d1Folder);
      }
    });
  }
  return withDatabase(living, (client, { url }) =>
    step(report, what, async (say) => {
      const query = (text: string, values?: unknown[]) => client.query(text, values);
      if (what === "migrate") {
        const states = await migrationStates(query, await readMigrations(folder));
        const pending = states.filter(({ state }) => state === "pending");
        await lintOrThrow(pending.map(({ name }) => join(folder, name)));
      }
      try {
        return await runMigrations(query, url, what, { folder, dbmate: resolveBinary(), say });
      } catch (error) {
        throw toldOf(error, what, schemaFolder);
      }
    }),
  );
}

const otherDialect = async (living: Living) =>
  (await operationsOf(living.context.stage)).migrations?.(living);

function toldOf(error: unknown, what: string, folder: string): DiagnosticsError {
  if (error instanceof DiagnosticsError) return error;
  if (error instanceof MigrationsDiffer) {
    return new DiagnosticsError(
      error.states.map(({ name }) => ({
        what: "was changed after it had been applied",
        where: { file: `${folder}/${name}` },
        mend: "put it back as it was (git log), and write a new migration",
      })),
      3,
    );
  }
  const said = error instanceof Error ? error.message : String(error);
  return failure(
    `${what} failed, and the database is as it was: ${said}`,
    "mend the migration, and run it again",
    folder,
  );
}
