import { createHash } from "node:crypto";
import { existsSync, readFileSync } from "node:fs";
import { homedir } from "node:os";
import { join } from "node:path";

/** Where a Docker daemon is to be spoken to, e.g. `unix:///var/run/docker.sock`. */
export interface DockerHost {
  readonly host: string;
  /** Whether somebody said so: then no other is looked for, and none is installed. */
  readonly chosen: boolean;
}

const usual = "/var/run/docker.sock";

/**
 * As the docker command finds it: DOCKER_HOST, the chosen context, the usual socket; then those of Docker Desktop,
 * rootless Docker, Colima and OrbStack.
 */
export function dockerHost(): DockerHost {
  const named = process.env.DOCKER_HOST;
  if (named) return { host: named, chosen: true };
  const context = contextHost();
  if (context) return { host: context, chosen: true };
  const home = homedir();
  const runtime = process.env.XDG_RUNTIME_DIR;
  const sockets = [
    usual,
    join(home, ".docker", "run", "docker.sock"),
    join(home, ".docker", "desktop", "docker.sock"),
    ...(runtime ? [join(runtime, "docker.sock")] : []),
    join(home, ".colima", "default", "docker.sock"),
    join(home, ".orbstack", "run", "docker.sock"),
  ];
  return { host: `unix://${sockets.find((socket) => existsSync(socket)) ?? usual}`, chosen: false };
}

/** For programs that only look at the usual socket: nothing, where that is the one. */
export function dockerEnv(): Record<string, string> {
  const { host } = dockerHost();
  return host === `unix://${usual}` ? {} : { DOCKER_HOST: host };
}

/** The daemon of the context that `docker context use` chose, or DOCKER_CONTEXT names. */
function contextHost(): string | undefined {
  const folder = process.env.DOCKER_CONFIG || join(homedir(), ".docker");
  const config = readJson<{ currentContext?: string }>(join(folder, "config.json"));
  const name = process.env.DOCKER_CONTEXT || config?.currentContext;
  if (!name || name === "default") return undefined;
  const id = createHash("sha256").update(name).digest("hex");
  const meta = readJson<{ Endpoints?: { docker?: { Host?: string } } }>(
    join(folder, "contexts", "meta", id, "meta.json"),
  );
  return meta?.Endpoints?.docker?.Host;
}

function readJson<T>(file: string): T | undefined {
  try {
    return JSON.parse(readFileSync(file, "utf8")) as T;
  } catch {
    return undefined; // not there, or not for us to judge
  }
}
