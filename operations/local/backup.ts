import { setTimeout as sleep } from "node:timers/promises";
import { z } from "zod";
import { failure } from "../../components/model/diagnostics.ts";
import { answeringDocker } from "../../engine/docker.ts";
import { execIn } from "../../engine/exec.ts";
import { readWitness } from "../database/witness.ts";
import type { Backup, BackupOperations, Living } from "../stage.ts";
import { restore } from "./restore.ts";

export const backup: BackupOperations = {
  async now(living, kind) {
    await tool(living, ["backup", "now", kind === "full" ? "full" : "incr"]);
    const made = (await list(living)).at(-1);
    if (!made) throw failure("the backup was made but is not listed", 'see "rung logs backup"', "pgbackrest");
    return made.name;
  },
  list,
  verify: (living) => tool(living, ["backup", "verify"]),
  restore,
  witness: async (living, point) => readWitness(await tool(living, ["witness", ...(point ? [point] : [])])),
  archived,
};

const kinds = { full: "full", incr: "incremental", diff: "differential" } as const;

/** pgBackRest's code for what it does not know the reason of. */
const unknownStatus = 99;

/** What `pgbackrest info --output=json` says, as far as it is read. */
const info = z.array(
  z.object({
    status: z.object({ code: z.number(), message: z.string() }),
    backup: z.array(
      z.object({
        label: z.string(),
        type: z.literal(["full", "incr", "diff"]),
        database: z.object({ id: z.number() }),
        timestamp: z.object({ start: z.number(), stop: z.number() }),
        info: z.object({ size: z.number(), repository: z.object({ delta: z.number() }) }),
        annotation: z.object({ witness: z.string().optional() }).optional(),
      }),
    ),
  }),
);

async function list(living: Living): Promise<Backup[]> {
  // An error of its own comes inside the JSON, line breaks and all.
  const text = (await tool(living, ["backup", "list", "--json"])).replace(/\p{Cc}/gu, " ");
  const said = info.parse(JSON.parse(text));
  const unreadable = said.find(({ status }) => status.code === unknownStatus);
  if (unreadable) {
    throw failure(
      `the repository cannot be read, as with the wrong key: ${unreadable.status.message}`,
      "it is opened by the key backup-cipher of the stack's state; see rung logs backup",
      "pgbackrest",
    );
  }
  return said
    .flatMap((stanza) => stanza.backup)
    .toSorted((a, b) => a.timestamp.stop - b.timestamp.stop)
    .map((one) => ({
      name: one.label,
      kind: kinds[one.type],
      finished: new Date(one.timestamp.stop * 1000).toISOString(),
      seconds: one.timestamp.stop - one.timestamp.start,
      databaseBytes: one.info.size,
      storedBytes: one.info.repository.delta,
      cluster: String(one.database.id),
      ...(one.annotation?.witness ? { witness: readWitness(one.annotation.witness) } : {}),
    }));
}

const archivePatienceMs = 180_000;

/** As the archiver itself says: a segment counts once it lies in the repository. */
async function archived(living: Living): Promise<number> {
  const psql = ["psql", "-X", "-At", "-h", "/run/postgresql", "-U", "postgres", "-d", "postgres", "-c"];
  const began = performance.now();
  // A commit of its own, so that there is something to wait for.
  const marked = await tool(living, [
    ...psql,
    "SELECT pg_walfile_name(pg_logical_emit_message(true, 'rung.marker', ''))",
  ]);
  const file = marked.trim();
  for (;;) {
    const asked = `SELECT coalesce(last_archived_wal >= '${file}', false) FROM pg_stat_archiver`;
    if ((await tool(living, [...psql, asked])).trim() === "t") return (performance.now() - began) / 1000;
    if (performance.now() - began > archivePatienceMs) {
      throw failure(
        `WAL does not reach the archive: ${file} is not there after ${archivePatienceMs / 60_000} min`,
        'see "rung status" for storage and "rung logs database"',
        "pgbackrest",
      );
    }
    await sleep(500);
  }
}

/** Runs a command of the backup container's. */
async function tool(living: Living, command: readonly string[]): Promise<string> {
  const [name] = living.outputs.parts.backup ?? [];
  if (name === undefined)
    throw failure("this stack keeps no backups", "give the spec a database", "rung backup");
  const ran = await execIn(await answeringDocker(), name, command);
  if (ran.code === 0) return ran.stdout;
  const said = (ran.stderr.trim() || ran.stdout.trim()).split("\n");
  throw failure(
    `${command.slice(0, 2).join(" ")} failed: ${said.slice(-12).join("\n")}`,
    'see "rung status" and "rung logs backup"',
    "pgbackrest",
  );
}
