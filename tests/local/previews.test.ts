import { rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { stringify } from "yaml";
import { root, rung } from "../support/rung.ts";
import { docker, theContainer } from "./docker.ts";

/** A number that no other clone's preview on this machine has. */
const pr = 900_000 + (process.pid % 90_000);
const stack = `pr-${pr}`;
const template = `Pulumi.test-pr-${pr}.yaml`;
const own = (command: string, ...args: string[]) =>
  rung("pr", command, ...args, "--template", template, "--json");

/** The last line, which tells how it ended. */
const last = (out: string) => JSON.parse(out.trim().split("\n").at(-1) ?? "");

beforeAll(() =>
  writeFile(
    join(root, template),
    stringify({ config: { "rung:stage": "local", "rung:size": "small", "preview:users": 7 } }),
  ),
);
afterAll(async () => {
  await own("down", "--pr", String(pr));
  await rm(join(root, template), { force: true });
});

const all = async () =>
  JSON.parse((await own("list")).out) as {
    pr: number;
    url: string;
    state: string;
    activity: string;
    expires: string;
  }[];
const list = async () => (await all()).find((one) => one.pr === pr);

const named = async () =>
  (
    await Promise.all([
      docker("container", "ls", "--all", "--quiet", "--filter", `label=dev.rung.stack=${stack}`),
      docker("volume", "ls", "--quiet", "--filter", `label=dev.rung.stack=${stack}`),
      docker("network", "ls", "--quiet", "--filter", `label=dev.rung.stack=${stack}`),
    ])
  ).filter((one) => one !== "");

test("one comes up with the same made-up rows each time", async () => {
  const { code, out, err } = await own("up", "--pr", String(pr));
  expect({ code, err }).toEqual({ code: 0, err: "" });
  expect(last(out)).toMatchObject({ result: "succeeded", stack, filled: { data: "seeded", users: 7 } });
  expect(await list()).toMatchObject({ state: "up", url: last(out).urls.app });
});

test("a push that changes nothing makes nothing, keeps the rows, and counts as activity", async () => {
  const before = await list();
  const { code, out } = await own("up", "--pr", String(pr));
  expect(code).toBe(0);
  const none = { create: 0, update: 0, replace: 0, delete: 0 };
  expect(last(out)).toMatchObject({ changes: none, filled: { data: "kept" } });
  const after = await list();
  expect(Date.parse(after?.activity ?? "")).toBeGreaterThan(Date.parse(before?.activity ?? ""));
  const idle = Date.parse(after?.expires ?? "") - Date.parse(after?.activity ?? "");
  expect(idle, "its expiry counts from there").toBe(3 * 24 * 3600 * 1000);
  expect((await list())?.expires, "looking is no activity").toBe(after?.expires);
});

test("its containers are on its own network alone, and reach no other stack's database", async () => {
  const other = { stack: process.env.RUNG_TEST_STACK ?? "", url: "" };
  const address = "{{range .NetworkSettings.Networks}}{{.IPAddress}}{{end}}";
  const database = await docker("inspect", "--format", address, (await theContainer(other, "database")).Id);
  const preview = { stack, url: "" };
  const ids = (await docker("ps", "--quiet", "--filter", `label=dev.rung.stack=${stack}`)).split("\n");
  const networks = "{{range $name, $_ := .NetworkSettings.Networks}}{{$name}} {{end}}";
  const on = (await docker("inspect", "--format", networks, ...ids)).split(/\s+/).filter((one) => one !== "");
  expect(new Set(on)).toEqual(new Set([`pulse-${stack}-private`]));
  const { Id } = await theContainer(preview, "pooler");
  const dial = (host: string) =>
    docker("exec", Id, "timeout", "3", "bash", "-c", `</dev/tcp/${host}/5432`).then(
      () => "reached",
      () => "no way",
    );
  expect(await dial("database"), "its own").toBe("reached");
  expect(await dial(database), "the other stack's").toBe("no way");
});

test("two events at once, a push and a close: one after the other, and nothing is left", async () => {
  const [up, down] = await Promise.all([own("up", "--pr", String(pr)), own("down", "--pr", String(pr))]);
  expect(up.code, up.out).toBe(0);
  expect(down.code, down.out).toBe(0);
  expect(last(down.out).left).toEqual([]);
  // whichever came last; the previews of whoever runs this stay
  const others = (await all()).filter((one) => one.pr !== pr).map((one) => one.pr);
  const swept = await own("sweep", "--open", others.join(",") || "none");
  expect(swept.code, swept.out).toBe(0);
  expect(last(swept.out)).toMatchObject({ busy: [], failed: [], left: [] });
  expect(await list()).toBeUndefined();
  expect(await named()).toEqual([]);
});

test("what has no stack left is found by its labels, and another clone's is left to it", async () => {
  const id = (await import("node:fs")).readFileSync(join(root, ".rung", "id"), "utf8").trim();
  const mine = ["--label", `dev.rung.stack=${stack}`, "--label", `dev.rung.clone=${id}`];
  const theirs = ["--label", `dev.rung.stack=${stack}`, "--label", "dev.rung.clone=000000000000"];
  await docker("volume", "create", ...mine, `pulse-${stack}-orphan`);
  await docker("network", "create", ...mine, `pulse-${stack}-orphan`);
  await docker("volume", "create", ...theirs, `pulse-${stack}-theirs`);
  try {
    const { code, out } = await own("sweep", "--open", String(pr));
    expect(code, out).toBe(0);
    expect(last(out)).toMatchObject({ removed: [{ stack, why: "orphan" }], left: [] });
    expect(await named()).toEqual([`pulse-${stack}-theirs`]);
  } finally {
    await docker("volume", "rm", `pulse-${stack}-theirs`);
  }
});

test("what cannot be removed fails the sweep, which names it, and goes with the next", async () => {
  const id = (await import("node:fs")).readFileSync(join(root, ".rung", "id"), "utf8").trim();
  const name = `pulse-${stack}-held`;
  await docker(
    "volume",
    "create",
    "--label",
    `dev.rung.stack=${stack}`,
    "--label",
    `dev.rung.clone=${id}`,
    name,
  );
  const { Config } = await theContainer({ stack: process.env.RUNG_TEST_STACK ?? "", url: "" }, "cache");
  await docker("create", "--name", `holds-${stack}`, "--volume", `${name}:/held`, Config.Image);
  try {
    const { code, out } = await own("sweep", "--open", String(pr));
    expect(code, out).toBe(1);
    expect(last(out).left).toContain(`volume ${name}`);
  } finally {
    await docker("rm", "--force", `holds-${stack}`);
  }
  const { code, out } = await own("sweep", "--open", String(pr));
  expect(code, out).toBe(0);
  expect(await named()).toEqual([]);
});

test("one too many is refused before anything is made", async () => {
  const full = { "rung:stage": "local", "preview:maxCount": 1 };
  await writeFile(join(root, template), stringify({ config: full }));
  const file = join(root, `Pulumi.pr-${pr + 1}.yaml`);
  await writeFile(file, "config: {rung:stage: local}\n");
  try {
    const { code, out } = await own("up", "--pr", String(pr));
    expect(code).toBe(3);
    expect(last(out).errors[0]).toMatchObject({ what: "there are as many previews as may be" });
    expect(await named()).toEqual([]);
  } finally {
    await rm(file);
  }
});
