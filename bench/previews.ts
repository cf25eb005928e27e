/**
 * `node bench/previews.ts [runs]`: a preview stack of a pull request from nothing to healthy (images built, rows made),
 * a push that changes nothing, and away. The peer is `docker compose up --wait` and `down --volumes` of the same
 * containers: the same images, variables, limits, checks, volumes and network, in the same order. It makes no keys,
 * certificates, roles of its own or rows, asks nobody whether another stack is in the way, and keeps no state.
 */
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { loadavg, tmpdir } from "node:os";
import { join } from "node:path";
import { figures, heading, once, told } from "./measure.ts";
import { composeOf } from "./peers/compose.ts";
import { dockerCompose } from "./peers.ts";

const pr = String(990_000 + (process.pid % 9000));
const runs = Number(process.argv[2] ?? 3);
const compose = await dockerCompose();
const folder = await mkdtemp(join(tmpdir(), "rung-compose-"));
const file = join(folder, "compose.yaml");
const rung = (command: string) =>
  once({ name: `rung pr ${command}`, command: ["./rung", "pr", command, "--pr", pr] });
const peer = (...args: string[]) =>
  once({ name: `compose ${args[0]}`, command: [compose, "-p", `bench-pr-${pr}`, "-f", file, ...args] });

heading("A preview stack, size small, images built");
const times = { up: [], again: [], away: [], peerUp: [], peerAway: [] } as Record<string, number[]>;
const note = async (name: string, run: Promise<number>) => times[name]?.push(await run);
try {
  for (let run = 0; run < runs; run += 1) {
    await note("up", rung("up"));
    if (run === 0) await writeFile(file, composeOf(`pr-${pr}`), { mode: 0o600 });
    await note("again", rung("up"));
    await note("away", rung("down"));
    await note("peerUp", peer("up", "--wait"));
    await note("peerAway", peer("down", "--volumes"));
  }
} finally {
  await rung("down");
  await peer("down", "--volumes").catch(() => {});
  await rm(folder, { recursive: true, force: true });
}
const of = (name: string) => figures(times[name] ?? []);
told("rung pr up, from nothing to healthy", of("up"));
told("peer: docker compose up --wait", of("peerUp"));
told("rung pr up, nothing to change", of("again"));
told("rung pr down, with a look at what is left", of("away"));
told("peer: docker compose down --volumes", of("peerAway"));
const ratio = (ours: string, theirs: string) => (of(ours).median / of(theirs).median).toFixed(2);
console.log(`\nratios: up ${ratio("up", "peerUp")} ×, down ${ratio("away", "peerAway")} ×`);
console.log(
  `load at the end: ${loadavg()
    .map((one) => one.toFixed(1))
    .join(", ")}`,
);
