import { spawn } from "node:child_process";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import bcrypt from "bcryptjs";
import { aptInstall, isDebian } from "../../engine/docker.ts";
import { onPath } from "../../engine/run.ts";

/** A real registry on this machine: CNCF's `distribution`, as Debian packages it. */
export interface Registry {
  /** `127.0.0.1:<port>`; the Docker daemon takes it without TLS. */
  readonly host: string;
  /** Everything it was asked, and how it answered. */
  log(): string;
  stop(): Promise<void>;
}

/**
 * Starts one.
 * @param login who may use it; everyone without
 */
export async function startRegistry(login?: { user: string; password: string }): Promise<Registry> {
  const program = onPath("docker-registry") ?? (await install());
  const folder = await mkdtemp(join(tmpdir(), "rung-registry-"));
  const settings: Record<string, unknown> = {
    version: "0.1",
    log: { formatter: "json" },
    storage: { filesystem: { rootdirectory: join(folder, "data") } },
    http: { addr: "127.0.0.1:0" },
  };
  if (login) {
    const file = join(folder, "htpasswd");
    await writeFile(file, `${login.user}:${await bcrypt.hash(login.password, 4)}\n`);
    settings.auth = { htpasswd: { realm: "test", path: file } };
  }
  const config = join(folder, "config.yml");
  await writeFile(config, JSON.stringify(settings)); // JSON is YAML
  const child = spawn(program, ["serve", config], { stdio: ["ignore", "pipe", "pipe"] });
  let said = "";
  for (const stream of [child.stdout, child.stderr])
    stream.setEncoding("utf8").on("data", (text: string) => {
      said += text;
    });
  const host = await new Promise<string>((resolve, reject) => {
    const look = () => {
      const port = /listening on 127\.0\.0\.1:(\d+)/.exec(said)?.[1];
      if (port) resolve(`127.0.0.1:${port}`);
    };
    for (const stream of [child.stdout, child.stderr]) stream.on("data", look);
    child.on("exit", () => reject(new Error(`docker-registry ended: ${said}`)));
  });
  return {
    host,
    log: () => said,
    async stop() {
      child.removeAllListeners("exit").kill();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

async function install(): Promise<string> {
  if (!isDebian() || process.getuid?.() !== 0)
    throw new Error('install the registry that tests push to: "apt install docker-registry"');
  await aptInstall(["docker-registry"]);
  return onPath("docker-registry") ?? "docker-registry";
}
