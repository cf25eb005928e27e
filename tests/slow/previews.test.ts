import { rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, beforeAll, expect, test } from "vitest";
import { stringify } from "yaml";
import { ask, docker } from "../local/docker.ts";
import { root, rung, startRung } from "../support/rung.ts";

/** Five at a time on this machine, and a sweep that is killed. */
const first = 700_000 + (process.pid % 9_000) * 10;
const five = [0, 1, 2, 3, 4].map((one) => first + one);
const template = `Pulumi.test-pr-${first}.yaml`;
const args = (command: string, ...more: string[]) => [
  "pr",
  command,
  ...more,
  "--template",
  template,
  "--json",
];
const pr = (command: string, ...more: string[]) => rung(...args(command, ...more));
const last = (out: string) => JSON.parse(out.trim().split("\n").at(-1) ?? "");

interface Listed {
  readonly pr: number;
  readonly stack: string;
  readonly state: string;
  readonly url: string;
}
const all = async () => JSON.parse((await pr("list")).out) as Listed[];
const mine = async () => (await all()).filter((one) => five.includes(one.pr));
let others = 0;

/** Everybody else's are open: only what this test made is swept. */
const open = async (...besides: number[]) => {
  const theirs = (await all()).map((one) => one.pr).filter((one) => !five.includes(one));
  return [...theirs, ...besides].join(",") || "none";
};

beforeAll(async () => {
  await writeFile(join(root, template), stringify({ config: { "rung:stage": "local" } }));
  others = (await all()).length;
  const config = { "rung:stage": "local", "preview:maxCount": others + 5, "preview:users": 3 };
  await writeFile(join(root, template), stringify({ config }));
});
afterAll(async () => {
  await pr("sweep", "--open", await open());
  await rm(join(root, template), { force: true });
});

test("five at once, each on ports of its own, each with its own database", async () => {
  const ups = await Promise.all(five.map((one) => pr("up", "--pr", String(one))));
  for (const { code, out, err } of ups) expect(code, out.slice(-2000) + err).toBe(0);
  const found = await mine();
  expect(found.map(({ state }) => state)).toEqual(five.map(() => "up"));
  expect(new Set(found.map(({ url }) => url)).size).toBe(5);
  for (const { stack, url } of found) expect((await ask({ stack, url }, "/api/ready")).status).toBe(200);
});

test("a sixth is one too many", async () => {
  const { code, out } = await pr("up", "--pr", String(first + 5));
  expect(code).toBe(3);
  expect(last(out).errors[0].found).toContain(`pr-${first}`);
});

test("a sweep that is killed half-way is finished by the next, and what is open stays", async () => {
  const [stays = 0] = five;
  const going = startRung(args("sweep", "--open", await open(stays)));
  await sleep(7000);
  going.kill("SIGKILL");
  await going.ended;
  const swept = await pr("sweep", "--open", await open(stays));
  expect(swept.code, swept.out.slice(-3000) + swept.err).toBe(0);
  expect(last(swept.out)).toMatchObject({ busy: [], failed: [], left: [] });
  expect((await mine()).map((one) => one.pr)).toEqual([stays]);
  const gone = await pr("sweep", "--open", await open());
  expect(gone.code, gone.out.slice(-3000)).toBe(0);
  expect(await mine()).toEqual([]);
  for (const one of five)
    for (const kind of ["container", "volume", "network"]) {
      const hidden = kind === "container" ? ["--all"] : [];
      expect(
        await docker(kind, "ls", ...hidden, "--quiet", "--filter", `label=dev.rung.stack=pr-${one}`),
        kind,
      ).toBe("");
    }
});
