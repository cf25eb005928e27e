import { spawn } from "node:child_process";
import { closeSync, existsSync, mkdirSync, openSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import type Docker from "dockerode";
import { failure } from "../components/model/diagnostics.ts";
import type { OnProgress } from "./cached.ts";
import { dockerHost } from "./dockerHost.ts";
import { withFileLock } from "./fileLock.ts";
import { cache, paths } from "./paths.ts";
import { lastLines, onPath, run } from "./run.ts";

/** A Docker daemon that answers. */
export interface Daemon {
  readonly version: string;
  readonly arch: "x64" | "arm64";
  readonly host: string;
}

/** The client for the daemon of this machine. */
export async function dockerClient(): Promise<Docker> {
  const { host } = dockerHost();
  const { default: Client } = await import("dockerode");
  if (host.startsWith("unix://")) return new Client({ socketPath: host.slice("unix://".length) });
  // dockerode reads DOCKER_HOST, DOCKER_TLS_VERIFY and DOCKER_CERT_PATH itself
  process.env.DOCKER_HOST ??= host;
  return new Client();
}

/** The daemon, if it answers; otherwise why it does not. */
export async function pingDocker(): Promise<
  Daemon | { readonly unreachable: string; readonly code: string }
> {
  try {
    const { Version, Arch } = await (await dockerClient()).version();
    return { version: Version, arch: Arch === "arm64" ? "arm64" : "x64", host: dockerHost().host };
  } catch (error) {
    const { code = "", message = String(error) } = error as NodeJS.ErrnoException;
    return { unreachable: message, code };
  }
}

/**
 * A Docker daemon that answers. On Debian and Ubuntu, as root, it is installed and started when there is none.
 * @throws DiagnosticsError with the one thing to do
 */
export async function ensureDocker(onProgress: OnProgress = () => {}): Promise<Daemon> {
  const found = await pingDocker();
  if ("version" in found) return found;
  const { host, chosen } = dockerHost();
  if (found.code === "EACCES") throw forbidden(host);
  if (chosen || process.platform !== "linux" || process.getuid?.() !== 0) throw notRunning(host);
  const lock = {
    doing: "starting Docker",
    waitSeconds: 600,
    onWait: () => onProgress("waiting for another rung"),
  };
  await withFileLock(join(cache(), "locks", "docker"), lock, async () => {
    if ("version" in (await pingDocker())) return;
    if (!onPath("dockerd")) await install(host, onProgress);
    await start(onProgress);
  });
  const daemon = await pingDocker();
  if ("version" in daemon) return daemon;
  throw notRunning(host);
}

/**
 * The client for a daemon that answers; it is not started for those who only look.
 * @throws DiagnosticsError with the one thing to do
 */
export async function answeringDocker(): Promise<Docker> {
  const found = await pingDocker();
  if ("version" in found) return dockerClient();
  const { host } = dockerHost();
  throw found.code === "EACCES" ? forbidden(host) : notRunning(host);
}

const forbidden = (host: string) =>
  failure(
    `Docker at ${host} may not be used by this user`,
    'add yourself to the group docker ("sudo usermod -aG docker $USER") and log in again, or run this as root',
    "docker",
  );

function notRunning(host: string) {
  const mend =
    process.platform === "darwin"
      ? "start Docker Desktop, Colima or OrbStack, then run this again"
      : onPath("dockerd")
        ? 'start it ("sudo systemctl start docker"), then run this again'
        : "install Docker Engine, or run this as root on Debian or Ubuntu, where Rung installs it";
  return failure(`Docker does not answer at ${host}`, mend, "docker");
}

async function install(host: string, onProgress: OnProgress): Promise<void> {
  if (!isDebian()) throw notRunning(host);
  onProgress("installing Docker from the distribution's packages");
  await aptInstall(["docker.io", "iptables"]);
}

/** Debian, Ubuntu, or one that says it is like them. */
export function isDebian(): boolean {
  try {
    const text = readFileSync("/etc/os-release", "utf8");
    return /^ID(_LIKE)?=.*\b(debian|ubuntu)\b/m.test(text);
  } catch {
    return false;
  }
}

/**
 * Installs packages of the distribution. Only as root.
 * @throws DiagnosticsError with the end of what apt said
 */
export async function aptInstall(packages: readonly string[]): Promise<void> {
  const env = { ...process.env, DEBIAN_FRONTEND: "noninteractive" };
  const wait = ["-o", "DPkg::Lock::Timeout=120"];
  const install = () =>
    run("apt-get", [...wait, "install", "-y", "--no-install-recommends", ...packages], { env });
  let ran = await install();
  // The lists may be missing, or too old: they are renewed once.
  if (ran.code !== 0) {
    await run("apt-get", [...wait, "update"], { env });
    ran = await install();
  }
  if (ran.code === 0) return;
  throw failure(
    `${packages.join(" and ")} cannot be installed: ${lastLines(ran.stderr)}`,
    `see what apt says here, or install ${packages.join(" and ")} yourself`,
    "apt-get",
  );
}

const startSeconds = 60;

async function start(onProgress: OnProgress): Promise<void> {
  onProgress("starting Docker");
  const log = join(paths.own, "dockerd.log");
  const systemd = existsSync("/run/systemd/system");
  if (systemd) await run("systemctl", ["start", "docker"]);
  else if (!(await answersWithin(3))) startDetached(log); // installing it may have started it
  if (await answersWithin(startSeconds)) return;
  const said = systemd
    ? (await run("journalctl", ["-u", "docker", "-n", "12", "--no-pager"])).stdout
    : readLog(log);
  throw failure(
    `Docker was started but does not answer: ${lastLines(said)}`,
    `see ${systemd ? '"journalctl -u docker"' : ".rung/dockerd.log"}`,
    "dockerd",
  );
}

async function answersWithin(seconds: number): Promise<boolean> {
  const until = performance.now() + seconds * 1000;
  for (;;) {
    if ("version" in (await pingDocker())) return true;
    if (performance.now() >= until) return false;
    await sleep(200);
  }
}

/** Where nothing supervises services, as in a container: the daemon outlives us. */
function startDetached(log: string): void {
  mkdirSync(paths.own, { recursive: true });
  const out = openSync(log, "a");
  const daemon = spawn("dockerd", [], { detached: true, stdio: ["ignore", out, out] });
  daemon.on("error", () => {}); // it then does not answer, which is told
  daemon.unref();
  closeSync(out);
}

/** Stops a daemon that was started here, once nobody needs it; one that systemd or somebody else runs goes on. */
export async function stopDocker(): Promise<void> {
  if (existsSync("/run/systemd/system")) return;
  const pid = Number(readLog("/var/run/docker.pid"));
  if (!Number.isInteger(pid) || pid <= 1) return;
  process.kill(pid, "SIGTERM");
  const until = performance.now() + startSeconds * 1000;
  while (performance.now() < until && existsSync(`/proc/${pid}`)) await sleep(200);
}

function readLog(file: string): string {
  try {
    return readFileSync(file, "utf8");
  } catch {
    return "";
  }
}
