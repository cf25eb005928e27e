import { z } from "zod";
import { madeOnce } from "./owned.ts";

/** SQL, the oldest first. One that has run is not run again; one that is taken out is not undone. */
export const migrationsInput = z.array(
  z.strictObject({ version: z.string().regex(/^\d+$/), sql: z.string().min(1) }),
);
type Migrations = z.output<typeof migrationsInput>;

/**
 * Runs what has not run yet, in order. Each must keep its version in the same transaction: what nobody answered is
 * then resolved by looking.
 * @param ran the versions that have run
 * @throws what `run` throws; what ran before it stays
 */
export async function bringUp(
  migrations: Migrations,
  ran: () => Promise<ReadonlySet<string>>,
  run: (version: string, sql: string) => Promise<void>,
): Promise<void> {
  const before = await ran();
  for (const { version, sql } of migrations.toSorted((a, b) => a.version.localeCompare(b.version))) {
    if (before.has(version)) continue;
    await madeOnce(
      async () => ((await ran()).has(version) ? version : undefined),
      async () => {
        await run(version, sql);
        return version;
      },
    );
  }
}
