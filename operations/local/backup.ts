import { z } from "zod";
import { failure } from "../../components/model/diagnostics.ts";
import { answeringDocker } from "../../engine/docker.ts";
import type { Backup, BackupOperations, Living } from "../stage.ts";
import { execIn } from "./exec.ts";

export const backup: BackupOperations = {
  async now(living, kind) {
    await tool(living, "now", kind === "full" ? "full" : "incr");
    const made = (await list(living)).at(-1);
    if (!made) throw failure("the backup was made but is not listed", 'see "rung logs backup"', "pgbackrest");
    return made.name;
  },
  list,
};

const kinds = { full: "full", incr: "incremental", diff: "differential" } as const;

/** What `pgbackrest info --output=json` says, as far as it is read. */
const info = z.array(
  z.object({
    backup: z.array(
      z.object({
        label: z.string(),
        type: z.literal(["full", "incr", "diff"]),
        timestamp: z.object({ start: z.number(), stop: z.number() }),
        info: z.object({ size: z.number(), repository: z.object({ delta: z.number() }) }),
      }),
    ),
  }),
);

async function list(living: Living): Promise<Backup[]> {
  const said = info.parse(JSON.parse(await tool(living, "list", "--json")));
  return said
    .flatMap((repository) => repository.backup)
    .map((one) => ({
      name: one.label,
      kind: kinds[one.type],
      finished: new Date(one.timestamp.stop * 1000).toISOString(),
      seconds: one.timestamp.stop - one.timestamp.start,
      databaseBytes: one.info.size,
      storedBytes: one.info.repository.delta,
    }));
}

/** Runs the backup container's own command. */
async function tool(living: Living, ...args: string[]): Promise<string> {
  const [name] = living.outputs.parts.backup ?? [];
  if (name === undefined)
    throw failure("this stack keeps no backups", "give the spec a database", "rung backup");
  const ran = await execIn(await answeringDocker(), name, ["backup", ...args]);
  if (ran.code === 0) return ran.stdout;
  throw failure(
    `backup ${args.join(" ")} failed: ${(ran.stderr || ran.stdout).trim().split("\n").slice(-12).join("\n")}`,
    'see "rung status" and "rung logs backup"',
    "pgbackrest",
  );
}
