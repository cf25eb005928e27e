import { rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Cron } from "croner";
import pg from "pg";
import { archive } from "../../../migrations/archive/archive.ts";
import { dueBefore } from "../../../migrations/archive/due.ts";
import { type Bucket, bucketAt } from "../../../migrations/s3/bucket.ts";

/** There while the last run ended well: the container's health. */
const wellFile = join(tmpdir(), "archived");

/**
 * Takes old months of events to the archive, as the owner of the schema.
 * Environment: ARCHIVE_DATABASE_URL; ARCHIVE_KEEP_MONTHS; ARCHIVE_ENDPOINT, ARCHIVE_REGION, ARCHIVE_BUCKET,
 * ARCHIVE_ACCESS_KEY_ID, ARCHIVE_SECRET_ACCESS_KEY.
 * @param schedule five cron fields, UTC: runs for ever; left out: once, and ends with 1 when it failed
 */
async function main(schedule: string | undefined): Promise<void> {
  const told = environment();
  if (schedule === undefined) return run(told);
  const job = new Cron(schedule, { timezone: "UTC", protect: true }, () => watched(told));
  for (const signal of ["SIGTERM", "SIGINT"] as const) process.on(signal, () => void ended(job));
  await writeFile(wellFile, "");
  say(`waiting for ${job.nextRun()?.toISOString()}`);
}

/** What is written and not yet dropped stays in the table, and is written again at the next run. */
function ended(job: Cron): void {
  job.stop();
  process.exit(0);
}

/** One that fails is tried again at its next time; until then the container is not healthy. */
async function watched(told: Told): Promise<void> {
  try {
    await run(told);
    await writeFile(wellFile, "");
  } catch (error) {
    await rm(wellFile, { force: true });
    complain(error);
  }
}

interface Told {
  readonly url: string;
  readonly keepMonths: number;
  readonly bucket: Bucket;
}

async function run({ url, keepMonths, bucket }: Told): Promise<void> {
  const client = new pg.Client({ connectionString: url, application_name: "rung archive" });
  client.on("error", () => {}); // told by the query that fails of it
  try {
    await client.connect();
    const before = dueBefore(new Date(), keepMonths);
    const done = await archive(client, bucket, before, () => {});
    for (const { partition, rows, bytes } of done) say(`${partition}: ${rows} rows in ${bytes} bytes`);
    if (done.length === 0) say(`no whole month before ${before.slice(0, 10)}`);
  } finally {
    await client.end().catch(() => {});
  }
}

/** @throws Error naming what is missing */
function environment(): Told {
  const told = (name: string): string => {
    const value = process.env[`ARCHIVE_${name}`];
    if (!value) throw new Error(`ARCHIVE_${name} is not set`);
    return value;
  };
  return {
    url: told("DATABASE_URL"),
    keepMonths: Number(told("KEEP_MONTHS")),
    bucket: bucketAt({
      endpoint: told("ENDPOINT"),
      region: told("REGION"),
      bucket: told("BUCKET"),
      prefix: process.env.ARCHIVE_PREFIX ?? "",
      accessKeyId: told("ACCESS_KEY_ID"),
      secretAccessKey: told("SECRET_ACCESS_KEY"),
    }),
  };
}

const say = (text: string) => console.log(`archive: ${text}`);
const complain = (error: unknown) =>
  console.error(`archive: ${error instanceof Error ? error.message : error}`);

main(process.argv[2]).catch((error: unknown) => {
  complain(error);
  process.exit(1);
});
