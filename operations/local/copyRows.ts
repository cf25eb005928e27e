import { once } from "node:events";
import { PassThrough } from "node:stream";
import { text } from "node:stream/consumers";
import type Docker from "dockerode";
import { failure } from "../../components/model/diagnostics.ts";
import { answeringDocker } from "../../engine/docker.ts";
import { masks } from "../../migrations/guard.ts";
import type { Living } from "../stage.ts";

/**
 * Copies all rows of the app's schema from one stack's database into another's, which has the same schema and loses
 * its own rows: all of it or none. They never touch this machine's disk.
 * @throws DiagnosticsError with what PostgreSQL's tools said
 */
export async function copyRows(from: Living, to: Living): Promise<void> {
  const docker = await answeringDocker();
  const database = ["--username=postgres", `--dbname=${from.context.spec.name}`];
  const socket = "--host=/run/postgresql";
  const dump = await started(docker, from, [
    "pg_dump",
    socket,
    ...database,
    ...["--data-only", "--schema=public", "--exclude-table=public.schema_migrations", "--disable-triggers"],
    // The other database may have been made in another month, and have other partitions.
    "--load-via-partition-root",
  ]);
  const load = await started(docker, to, [
    ...["psql", socket, ...database, "--quiet", "--no-psqlrc"],
    ...["--single-transaction", "--set=ON_ERROR_STOP=1"],
  ]);
  load.input.write(`TRUNCATE ${tables().join(", ")};\n`);
  for await (const part of dump.output) {
    if (!load.input.write(part)) await once(load.input, "drain");
  }
  const read = await dump.ended();
  // A dump that broke off must not be taken for a whole one: what was sent of it is not committed.
  if (read.code !== 0) load.input.write("\nSELECT 1/0;\n");
  load.input.end();
  load.output.resume();
  const written = await load.ended();
  const failed = [read, written].find(({ code }) => code !== 0);
  if (failed) {
    const said = failed.stderr.trim().split("\n").slice(0, 3).join("\n");
    throw failure(`the rows could not be copied: ${said}`, "mend what PostgreSQL says", "pg_dump");
  }
}

const tables = (): string[] => [
  ...new Set(
    Object.keys(masks)
      .filter((path) => path.startsWith("public."))
      .map((path) => path.slice(0, path.lastIndexOf("."))),
  ),
];

async function started(docker: Docker, living: Living, Cmd: string[]) {
  const name = living.outputs.parts.database?.[0] ?? "";
  const exec = await docker
    .getContainer(name)
    .exec({ Cmd, AttachStdin: true, AttachStdout: true, AttachStderr: true });
  const input = await exec.start({ hijack: true, stdin: true });
  const [output, err] = [new PassThrough(), new PassThrough()];
  docker.modem.demuxStream(input, output, err);
  input.on("end", () => {
    output.end();
    err.end();
  });
  const stderr = text(err);
  return {
    input,
    output,
    ended: async () => ({ stderr: await stderr, code: (await exec.inspect()).ExitCode ?? 1 }),
  };
}
