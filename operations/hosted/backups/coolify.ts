import { randomBytes } from "node:crypto";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { z } from "zod";
import { ensureRoles } from "../../../app/src/node/roles.ts";
import { failure } from "../../../components/model/diagnostics.ts";
import { anything } from "../../../components/providers/coolify/provider/api.ts";
import { listedSchedules } from "../../../components/providers/coolify/provider/backupSchedule.ts";
import { until } from "../../../components/providers/kit/wait.ts";
import type { Bucket } from "../../../migrations/s3/bucket.ts";
import type { Dump, Dumps } from "../../dumps/dumps.ts";
import { olderRowsAreIn } from "../../dumps/living.ts";
import { postgresBench, restoreArchive } from "../../dumps/postgres.ts";
import { rightsGiven } from "../../dumps/rights.ts";
import { step } from "../../progress.ts";
import { withCoolify } from "../coolify.ts";
import { backupBucket } from "../r2.ts";
import type { At, Patience, ProviderBackups } from "./provider.ts";

const shown = z.looseObject({
  executions: z.array(
    z.looseObject({
      uuid: z.string(),
      status: z.string(),
      filename: z.string().nullish(),
      message: z.string().nullish(),
    }),
  ),
});

/**
 * Coolify's: a dump on schedule, in R2. It is made by `pg_dump --format=custom --no-acl --no-owner` and put under the
 * path that it has on the server (coollabsio/coolify, app/Jobs/DatabaseBackupJob.php, 2026-11).
 */
export function coolifyBackups(
  { database, dumps: bucket }: At<"coolify">,
  stack: string,
  patience: Patience,
): ProviderBackups {
  const opened = () => backupBucket(stack, bucket);
  const list = async () => dumpsIn(await opened(), database);
  return {
    now: (report) => step(report, "dump", (say) => dumpNow(stack, database, list, patience, say)),
    list: async () =>
      (await list()).map(({ name, taken, bytes }) => ({
        name,
        kind: "dump",
        finished: taken,
        ok: bytes > 0,
        bytes,
      })),
    window: async () => undefined,
    dumps: coolifyDumps(opened, database),
    async restore() {
      throw failure(
        "Coolify brings a dump back on its own page alone",
        "Coolify, the database, Backups, Import; then what docs/restore.md says of rights. rung drill tries it beside",
        "rung backup restore",
        64,
      );
    },
  };
}

/** Coolify's container is ruled by the schema's owner; the app makes the other roles when it starts. */
const coolifyDumps = (opened: () => Promise<Bucket>, database: string): Dumps => ({
  kind: "pg_dump by Coolify",
  list: async () => dumpsIn(await opened(), database),
  async bench(spec) {
    const bucket = await opened();
    return postgresBench(`coolify ${database}`, spec, {
      superuser: "owner",
      owner: "owner",
      prepare: (client) => ensureRoles((text) => client.query(text), randomBytes(16).toString("hex")),
      async load({ name }, at, report) {
        const file = join(at.folder, "dump");
        await step(report, "fetch", () => bucket.fetch(name, file));
        await step(report, "restore", () => restoreArchive(file, at));
      },
      noted: async () => undefined,
      after: [rightsGiven, olderRowsAreIn],
    });
  },
});

/** The path ends in the database's UUID; the file's name says when it was begun, in seconds since 1970. */
async function dumpsIn(bucket: Bucket, database: string): Promise<readonly Dump[]> {
  const ours = new RegExp(`-${database}/pg-dump-.+-(\\d{10})\\.dmp$`);
  return (await bucket.objects(""))
    .flatMap(({ key, bytes }) => {
      const began = ours.exec(key)?.[1];
      return began === undefined
        ? []
        : [{ name: key, taken: new Date(Number(began) * 1000).toISOString(), bytes }];
    })
    .toSorted((a, b) => a.taken.localeCompare(b.taken));
}

/** Coolify queues it; it counts once it lies in the bucket, which Coolify calls a success without, too. */
async function dumpNow(
  stack: string,
  uuid: string,
  list: () => Promise<readonly Dump[]>,
  { withinSeconds, everyMs }: Patience,
  say: (text: string) => void,
): Promise<string> {
  const before = new Set((await list()).map(({ name }) => name));
  await withCoolify(stack, async (api) => {
    const [schedule] = await api.call("GET /databases/{uuid}/backups", { path: { uuid } }, listedSchedules);
    if (!schedule) throw failure("Coolify has no schedule for the database", "rung up makes it", "Coolify");
    const path = { uuid, scheduled_backup_uuid: schedule.uuid };
    const executions = async () =>
      (await api.call("GET /databases/{uuid}/backups/{scheduled_backup_uuid}/executions", { path }, shown))
        .executions;
    const earlier = new Set((await executions()).map((one) => one.uuid));
    await api.call(
      "PATCH /databases/{uuid}/backups/{scheduled_backup_uuid}",
      { path, body: { backup_now: true } },
      anything,
    );
    const look = async () => {
      const ours = (await executions()).find((one) => !earlier.has(one.uuid));
      say(ours?.status ?? "queued");
      if (ours?.status === "failed")
        throw failure(
          `Coolify could not dump: ${ours.message ?? "it does not say why"}`,
          "see Coolify",
          "Coolify",
        );
      return ours?.status === "success" ? ours : undefined;
    };
    await until(look, { what: "Coolify's dump", everyMs, seconds: withinSeconds });
  });
  // R2 lists at once what was put; another server may take a moment.
  for (let looked = 0; looked < 5; looked += 1) {
    const made = (await list()).findLast(({ name }) => !before.has(name));
    if (made) return made.name;
    await sleep(everyMs);
  }
  throw failure(
    "Coolify calls its dump a success, and it is not in the bucket",
    "see what Coolify says of the upload: the database, Backups",
    "Coolify",
  );
}
