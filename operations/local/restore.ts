import { createInterface } from "node:readline";
import { PassThrough } from "node:stream";
import { setTimeout as sleep } from "node:timers/promises";
import type Docker from "dockerode";
import { nameOf } from "../../components/kit/context.ts";
import { failure } from "../../components/model/diagnostics.ts";
import { answeringDocker } from "../../engine/docker.ts";
import { execIn } from "../../engine/exec.ts";
import { step } from "../progress.ts";
import type { BackupOperations, Living, Restored } from "../stage.ts";

/**
 * A container of its own copies and recovers the cluster beside the target's, which stands still, and then puts it in
 * its place. It is told where the source keeps its backups, and with which key.
 */
export const restore: BackupOperations["restore"] = async (from, target, report) => {
  const docker = await answeringDocker();
  const began = performance.now();
  const database = docker.getContainer(partOf(target, "database"));
  await step(report, "stop the database", () =>
    database.stop().catch((error: { statusCode?: number }) => {
      if (error.statusCode !== 304) throw error; // stopped already
    }),
  );
  let lastTransaction: string | undefined;
  try {
    lastTransaction = await step(report, `restore ${from.backup.name}`, (say) =>
      recovered(docker, from, target, say),
    );
  } finally {
    // One that failed has left the database as it was: it serves on.
    await step(report, "start the database", async () => {
      await database.start();
      await healthy(docker, database, target.context.healthTimeoutMinutes);
    });
  }
  const seconds = (performance.now() - began) / 1000;
  return { seconds, ...(lastTransaction ? { lastTransaction } : {}) } satisfies Restored;
};

function partOf(living: Living, capability: "database" | "backup"): string {
  const [name] = living.outputs.parts[capability] ?? [];
  if (name !== undefined) return name;
  throw failure(`${living.context.stack} has no database`, "give the spec one", "rung backup restore");
}

/** Runs the restoring container to its end. @returns the newest transaction, when its log names one */
async function recovered(
  docker: Docker,
  { source, backup, to, point }: Parameters<BackupOperations["restore"]>[0],
  target: Living,
  say: (text: string) => void,
): Promise<string | undefined> {
  const keeper = await docker.getContainer(partOf(source, "backup")).inspect();
  const place = await docker.getContainer(partOf(target, "database")).inspect();
  const settings = place.Config.Env.filter((one) => one.startsWith("DATABASE_SETTINGS="));
  const [type, until] = point ? ["name", point] : to ? ["time", postgresTime(to)] : ["default", undefined];
  const name = nameOf(target.context, "restore");
  // What a killed run left holds the volume.
  await docker.getContainer(name).remove({ force: true }).catch(notThere);
  const container = await docker.createContainer({
    name,
    Image: place.Image,
    Cmd: ["restore", backup.name, type, ...(until ? [until] : [])],
    Env: [...keeper.Config.Env, ...settings, `RESTORE_BYTES=${backup.databaseBytes}`],
    // With the labels of the stack's own, the next update removes it should this process be killed.
    Labels: place.Config.Labels,
    HostConfig: {
      NetworkMode: Object.keys(keeper.NetworkSettings.Networks)[0] ?? "none",
      // The cluster alone: over the socket's volume a backup could reach a server that is still recovering.
      Binds: (place.HostConfig.Binds ?? []).filter((one) => one.includes(":/var/lib/postgresql/data")),
      Tmpfs: Object.fromEntries(
        ["/tmp", "/run/database", "/run/postgresql"].map((path) => [
          path,
          "rw,nosuid,nodev,mode=0700,uid=10002",
        ]),
      ),
      ReadonlyRootfs: true,
      CapDrop: ["ALL"],
      SecurityOpt: ["no-new-privileges"],
      ...(place.HostConfig.Memory ? { Memory: place.HostConfig.Memory } : {}),
      ...(place.HostConfig.ShmSize ? { ShmSize: place.HostConfig.ShmSize } : {}),
    },
  });
  try {
    const { code, out, err } = await ran(docker, container, say);
    if (code === 0) return out.find((line) => line.startsWith("last completed"))?.split("log time ")[1];
    throw failure(
      `the restore of ${backup.name} failed; the database is as it was: ${err.slice(-6).join("\n")}`,
      'restore another backup ("rung backup list"), or see what "rung backup verify" says',
      "pgbackrest",
    );
  } finally {
    await container.remove({ force: true }).catch(notThere);
  }
}

async function ran(docker: Docker, container: Docker.Container, say: (text: string) => void) {
  const [out, err]: [string[], string[]] = [[], []];
  const stream = await container.attach({ stream: true, stdout: true, stderr: true });
  const [stdout, stderr] = [new PassThrough(), new PassThrough()];
  docker.modem.demuxStream(stream, stdout, stderr);
  stream.on("end", () => {
    stdout.end();
    stderr.end();
  });
  createInterface({ input: stdout }).on("line", (line) => {
    out.push(line);
    say(line);
  });
  createInterface({ input: stderr }).on("line", (line) => err.push(line));
  await container.start();
  const { StatusCode } = (await container.wait()) as { StatusCode: number };
  return { code: StatusCode, out, err };
}

/** PostgreSQL reads ISO 8601 but for its `T`. */
const postgresTime = (iso: string): string => iso.replace("T", " ").replace("Z", "+00");

const notThere = (error: { statusCode?: number }): void => {
  if (error.statusCode !== 404) throw error;
};

/** Asks the container itself: Docker does so every other second alone, and an app waits. */
async function healthy(docker: Docker, container: Docker.Container, minutes: number): Promise<void> {
  const until = performance.now() + minutes * 60_000;
  for (;;) {
    // Refused while it is not running.
    const asked = await execIn(docker, container.id, ["healthy"]).catch(() => undefined);
    if (asked?.code === 0) return;
    if (performance.now() > until) {
      throw failure(
        "the restored database does not become healthy",
        'see "rung logs database"',
        "rung backup restore",
      );
    }
    await sleep(250);
  }
}
