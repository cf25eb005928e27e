import { PassThrough } from "node:stream";
import { text } from "node:stream/consumers";
import type Docker from "dockerode";
import { failure } from "../components/model/diagnostics.ts";
import type { Ran } from "./run.ts";

export interface ExecOptions {
  /** Beside the container's own: what it holds is in no list of processes. */
  readonly env?: Readonly<Record<string, string>>;
  /** After which it is waited for no longer; in the container it may go on. */
  readonly timeoutMilliseconds?: number;
}

/** The code of a program that was not waited for to its end. */
export const tooLong = 124;

/**
 * Runs a program inside a container to its end. One that takes too long has the code 124.
 * @throws DiagnosticsError when the container is not running
 */
export async function execIn(
  docker: Docker,
  container: string,
  command: readonly string[],
  { env = {}, timeoutMilliseconds }: ExecOptions = {},
): Promise<Ran> {
  const Env = Object.entries(env).map(([key, value]) => `${key}=${value}`);
  const options = { Cmd: [...command], Env, AttachStdout: true, AttachStderr: true };
  const notRunning = (error: { statusCode?: number }) => {
    if (error.statusCode !== 404 && error.statusCode !== 409) throw error;
    throw failure(`${container} is not running`, 'bring the stack up again with "rung up"', "docker");
  };
  const exec = await docker.getContainer(container).exec(options).catch(notRunning);
  const stream = await exec.start({}).catch(notRunning);
  const [out, err] = [new PassThrough(), new PassThrough()];
  docker.modem.demuxStream(stream, out, err);
  let late = false;
  const timer = setTimeout(() => {
    late = true;
    stream.destroy();
  }, timeoutMilliseconds ?? longest);
  stream.on("close", () => {
    clearTimeout(timer);
    out.end();
    err.end();
  });
  const [stdout, stderr] = await Promise.all([text(out), text(err)]);
  if (late) return { code: tooLong, stdout, stderr };
  return { code: (await exec.inspect()).ExitCode ?? 1, stdout, stderr };
}

/** Node's longest timer, 24 days. */
const longest = 2 ** 31 - 1;
/** Docker's own, where a health check names none. */
const usualTimeout = 30e9;

/**
 * Runs a container's health check now, as Docker does at each interval.
 * @param config the container's, as `inspect` tells it; a check of its image is in there
 * @returns its end, with the code 124 after the check's timeout; undefined when there is no check
 * @throws DiagnosticsError when the container is not running
 */
export async function checkIn(
  docker: Docker,
  container: string,
  { Healthcheck }: Docker.ContainerInspectInfo["Config"],
): Promise<Ran | undefined> {
  const [form, ...rest] = Healthcheck?.Test ?? [];
  if (form !== "CMD" && form !== "CMD-SHELL") return undefined;
  const command = form === "CMD" ? rest : ["/bin/sh", "-c", ...rest];
  const timeoutMilliseconds = (Healthcheck?.Timeout || usualTimeout) / 1e6;
  return execIn(docker, container, command, { timeoutMilliseconds });
}
