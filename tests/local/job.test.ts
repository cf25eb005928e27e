import { execFile } from "node:child_process";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { expect, test } from "vitest";
import { docker, theContainer } from "./docker.ts";
import { living } from "./living.ts";

const run = promisify(execFile);

/** As a scheduler of containers starts it: the app's image and settings, one job, no traffic. */
async function job(path: string) {
  const { Id, Config } = await theContainer(living, "app-1");
  const folder = await mkdtemp(join(tmpdir(), "rung-job-"));
  const file = join(folder, "env");
  try {
    await writeFile(file, Config.Env.filter((one) => !one.includes("\n")).join("\n"), { mode: 0o600 });
    const network = await docker("inspect", Id, "--format", "{{.HostConfig.NetworkMode}}");
    const mounts = await docker(
      "inspect",
      Id,
      "--format",
      "{{range .Mounts}}{{.Name}}:{{.Destination}}:ro {{end}}",
    );
    const volumes = mounts.split(" ").filter(Boolean);
    const args = ["--network", network, "--env-file", file, ...volumes.flatMap((one) => ["-v", one])];
    return await run("docker", [
      "run",
      "--rm",
      "--read-only",
      "--tmpfs",
      "/tmp",
      ...args,
      Config.Image,
      "job",
      path,
    ]).then(
      ({ stdout }) => ({ code: 0, stdout }),
      ({ code, stdout }: { code: number; stdout: string }) => ({ code, stdout }),
    );
  } finally {
    await rm(folder, { recursive: true });
  }
}

test("a container of the app does one job and ends with how it went", async () => {
  const done = await job("/api/cron/metrics");
  expect(done.stdout).toMatch(/HTTP\/1\.1 2\d\d/);
  expect(done.code).toBe(0);
  const failed = await job("/api/cron/nobody");
  expect(failed.stdout).toContain("404");
  expect(failed.code).toBe(1);
});
