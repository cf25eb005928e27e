import { rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, beforeAll, expect, test } from "vitest";
import { stringify } from "yaml";
import { ask, docker } from "../local/docker.ts";
import { root, rung, startRung } from "../support/rung.ts";

/** Five at a time on this machine, of six that ask for a place at once, and a sweep that is killed. */
const first = 700_000 + (process.pid % 9_000) * 10;
const six = [0, 1, 2, 3, 4, 5].map((one) => first + one);
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
const mine = async () => (await all()).filter((one) => six.includes(one.pr));
let others = 0;

/** Everybody else's are open: only what this test made is swept. */
const open = async (...besides: number[]) => {
  const theirs = (await all()).map((one) => one.pr).filter((one) => !six.includes(one));
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

test("six at once: five are let in, each on ports and a database of its own; one is too many, and makes nothing", async () => {
  const ups = await Promise.all(six.map(async (one) => ({ one, ...(await pr("up", "--pr", String(one))) })));
  const refused = ups.filter(({ code }) => code === 3);
  for (const { code, out, err } of ups.filter((one) => !refused.includes(one)))
    expect(code, out.slice(-2000) + err).toBe(0);
  expect(refused.map(({ out }) => last(out).errors[0].what)).toEqual([
    "there are as many previews as may be",
  ]);
  const found = await mine();
  expect(found.map(({ state }) => state)).toEqual(["up", "up", "up", "up", "up"]);
  expect(found.map((one) => one.pr)).not.toContain(refused[0]?.one);
  expect(new Set(found.map(({ url }) => url)).size).toBe(5);
  for (const { stack, url } of found) expect((await ask({ stack, url }, "/api/ready")).status).toBe(200);
});

test("a sweep that is killed half-way is finished by the next, and what is open stays", async () => {
  const stays = (await mine())[0]?.pr ?? 0;
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
  for (const one of six)
    for (const kind of ["container", "volume", "network"]) {
      const hidden = kind === "container" ? ["--all"] : [];
      expect(
        await docker(kind, "ls", ...hidden, "--quiet", "--filter", `label=dev.rung.stack=pr-${one}`),
        kind,
      ).toBe("");
    }
});
