import { existsSync } from "node:fs";
import { PassThrough } from "node:stream";
import type Docker from "dockerode";
import type { Ran } from "./run.ts";

export interface ContainerRun {
  readonly image: string;
  /** For `sh -c`; `args` are its positional parameters. */
  readonly script: string;
  readonly args: readonly string[];
  readonly env: Readonly<Record<string, string | undefined>>;
  /** `from:to[:ro]`. */
  readonly mounts: readonly string[];
  /** Mounted only where `from` is there. */
  readonly optionalMounts?: readonly string[];
  readonly onLine?: (line: string) => void;
}

/** Runs a script in a container that is removed afterwards. */
export async function runInContainer(docker: Docker, given: ContainerRun): Promise<Ran> {
  const optional = (given.optionalMounts ?? []).filter((mount) => existsSync(mount.split(":")[0] ?? ""));
  const container = await docker.createContainer({
    Image: given.image,
    Entrypoint: ["sh", "-c", given.script, "sh"],
    Cmd: [...given.args],
    Env: Object.entries(given.env).flatMap(([key, value]) =>
      value === undefined ? [] : [`${key}=${value}`],
    ),
    Labels: { "dev.rung.build": "true" },
    HostConfig: { Binds: [...given.mounts, ...optional], AutoRemove: false },
  });
  try {
    const stream = await container.attach({ stream: true, stdout: true, stderr: true });
    const text = { stdout: "", stderr: "" };
    const [out, err] = [new PassThrough(), new PassThrough()];
    out.setEncoding("utf8").on("data", (more: string) => {
      text.stdout += more;
    });
    let line = "";
    err.setEncoding("utf8").on("data", (more: string) => {
      text.stderr += more;
      const lines = (line + more).split("\n");
      line = lines.pop() ?? "";
      for (const each of lines) given.onLine?.(each);
    });
    docker.modem.demuxStream(stream, out, err);
    await container.start();
    // dockerode types the answer as any
    const { StatusCode } = (await container.wait()) as { StatusCode: number };
    return { code: StatusCode, ...text };
  } finally {
    await container.remove({ force: true, v: true }).catch(() => {}); // gone already
  }
}
