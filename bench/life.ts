/**
 * `node bench/life.ts`: the stack `dev` from nothing (images built), down, up again, an image changed and rolled back,
 * the memory that it takes, and the CPU at rest. The peer is `docker compose`'s own work, as far as it goes: starting
 * the same containers again with `docker restart`.
 */
import { execFileSync } from "node:child_process";
import { appendFileSync, readFileSync, writeFileSync } from "node:fs";
import { cpus } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { figures, heading, once, root, told } from "./measure.ts";

const rung = (...args: string[]) => once({ name: `rung ${args.join(" ")}`, command: ["./rung", ...args] });
const docker = (...args: string[]) => execFileSync("docker", args, { encoding: "utf8" }).trim();

heading("A life of the local stage, size small");
await rung("down", "--delete-data", "--yes");
const times: Record<string, number[]> = {
  "up, images built, no data": [],
  "up after down": [],
  rollback: [],
};
times["up, images built, no data"]?.push(await rung("up"));
for (let run = 0; run < 3; run += 1) {
  await rung("down");
  times["up after down"]?.push(await rung("up"));
}

// A release that differs, made from the app's own sources, so that there is one to go back from.
const page = join(root, "app", "page", "index.html");
const before = readFileSync(page, "utf8");
try {
  appendFileSync(page, "<!-- bench -->\n<p hidden>bench</p>\n");
  times["up with a new image"] = [await rung("up")];
} finally {
  writeFileSync(page, before);
}
for (let run = 0; run < 3; run += 1) times.rollback?.push(await rung("rollback"));
for (const [name, values] of Object.entries(times)) told(name, figures(values));

const ids = docker("ps", "-q", "--filter", "label=dev.rung.stack=dev").split("\n");
told(
  "peer: docker restart of the same containers",
  figures([await once({ name: "docker restart", command: ["docker", "restart", ...ids] })]),
);
await rung("up");

const megabytes = docker(
  "stats",
  "--no-stream",
  "--format",
  "{{.MemUsage}}",
  ...docker("ps", "-q", "--filter", "label=dev.rung.stack=dev").split("\n"),
)
  .split("\n")
  .map((line) => {
    const [, value = "0", unit = "MiB"] = /^([\d.]+)(\w+)/.exec(line) ?? [];
    return Number(value) * (unit === "GiB" ? 1024 : unit === "KiB" ? 1 / 1024 : 1);
  });
const total = megabytes.reduce((sum, one) => sum + one, 0);
console.log(`\nmemory of its ${megabytes.length} containers: ${Math.round(total)} MiB`);

/** Milliseconds since the machine came up: busy ones, and all, of all its CPUs. */
function spent(): { readonly busy: number; readonly all: number } {
  const times = cpus().map((one) => one.times);
  const all = times.flatMap((one) => Object.values(one)).reduce((sum, one) => sum + one, 0);
  return { busy: all - times.reduce((sum, { idle }) => sum + idle, 0), all };
}

await sleep(60_000); // what the update and the first jobs began has ended
const began = spent();
await sleep(60_000);
const ended = spent();
const share = (ended.busy - began.busy) / (ended.all - began.all);
console.log(`CPU at rest, the whole machine's: ${(share * 100).toFixed(1)} % of ${cpus().length} cores`);
