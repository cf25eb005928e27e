/**
 * `node bench/previews.ts [runs]`: a preview stack of a pull request from nothing to healthy (images built, rows made),
 * a push that changes nothing, and away. The peers do Docker's part of the same work on the same containers:
 * `docker restart`, and `docker rm --force` with network and volumes; neither makes keys, certificates, roles or rows,
 * nor keeps a state.
 */
import { execFileSync } from "node:child_process";
import { figures, heading, once, told } from "./measure.ts";

const pr = String(990_000 + (process.pid % 9000));
const runs = Number(process.argv[2] ?? 3);
const rung = (command: string) =>
  once({ name: `rung pr ${command}`, command: ["./rung", "pr", command, "--pr", pr] });
const docker = (...args: string[]) => once({ name: `docker ${args[0]}`, command: ["docker", ...args] });
const ids = (kind: string, ...more: string[]) =>
  execFileSync("docker", [kind, "ls", "--quiet", ...more, "--filter", `label=dev.rung.stack=pr-${pr}`], {
    encoding: "utf8",
  })
    .trim()
    .split("\n");

heading("A preview stack, size small, images built");
const up: number[] = [];
const again: number[] = [];
const away: number[] = [];
const peerUp: number[] = [];
const peerAway: number[] = [];
try {
  for (let run = 0; run < runs; run += 1) {
    up.push(await rung("up"));
    again.push(await rung("up"));
    away.push(await rung("down"));
  }
  await rung("up");
  peerUp.push(await docker("restart", ...ids("container")));
  const removed =
    (await docker("rm", "--force", ...ids("container", "--all"))) +
    (await docker("network", "rm", ...ids("network"))) +
    (await docker("volume", "rm", ...ids("volume")));
  peerAway.push(removed);
} finally {
  await rung("down");
}
told("rung pr up, from nothing to healthy", figures(up));
told("peer: docker restart of the same containers", figures(peerUp));
told("rung pr up, nothing to change", figures(again));
told("rung pr down, with a look at what is left", figures(away));
told("peer: docker rm of the same", figures(peerAway));
const median = (values: readonly number[]) => figures(values).median;
console.log(
  `\nratios: up ${(median(up) / median(peerUp)).toFixed(2)} ×, down ${(median(away) / median(peerAway)).toFixed(2)} ×`,
);
