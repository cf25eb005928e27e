import { PassThrough } from "node:stream";
import { text } from "node:stream/consumers";
import type Docker from "dockerode";
import { failure } from "../../components/model/diagnostics.ts";
import type { Ran } from "../../engine/run.ts";

/**
 * Runs a program inside a container to its end.
 * @param env beside the container's own: what it holds is in no list of processes
 * @throws DiagnosticsError when the container is not running
 */
export async function execIn(
  docker: Docker,
  container: string,
  command: readonly string[],
  env: Readonly<Record<string, string>> = {},
): Promise<Ran> {
  const Env = Object.entries(env).map(([key, value]) => `${key}=${value}`);
  const options = { Cmd: [...command], Env, AttachStdout: true, AttachStderr: true };
  const exec = await docker
    .getContainer(container)
    .exec(options)
    .catch((error: { statusCode?: number }) => {
      if (error.statusCode !== 404 && error.statusCode !== 409) throw error;
      throw failure(`${container} is not running`, 'bring the stack up again with "rung up"', "docker");
    });
  const stream = await exec.start({});
  const [out, err] = [new PassThrough(), new PassThrough()];
  docker.modem.demuxStream(stream, out, err);
  stream.on("end", () => {
    out.end();
    err.end();
  });
  const [stdout, stderr] = await Promise.all([text(out), text(err)]);
  return { code: (await exec.inspect()).ExitCode ?? 1, stdout, stderr };
}
