import { join } from "node:path";
import { expect, test } from "vitest";
import { decode } from "../../../../engine/providers/docker/container/logs.ts";
import { docker } from "../../../../engine/providers/docker/index.ts";
import { officialReplaces } from "../../../../engine/providers/docker/replaces.ts";
import { generatedFor, tableOf } from "../../../../engine/providers/generate.ts";
import { unknown } from "../../../../engine/providers/generic/values.ts";
import type { Values } from "../../../../engine/providers/provider.ts";
import { checkCall, definition } from "./calls.ts";

const container = definition(docker, "docker:index/container:Container");
const network = definition(docker, "docker:index/network:Network");
const image = definition(docker, "docker:index/remoteImage:RemoteImage");

const reasons = async (given: Values, of = container) =>
  (await of.check(given, undefined, checkCall())).failures.map(({ reason }) => reason).join("\n");

/** Paths of what differs, those that replace marked with `!`. */
const differ = (old: Values, now: Values, of = container): string[] =>
  of
    .diff({ id: "1", inputs: old, state: {} }, now, [])
    .changes.map(({ path, replaces }) => (replaces ? `${path}!` : path));

const base = { image: "debian", name: "main", envs: ["A=1", "B=2"], memory: 64 };

test.each(["docker", "random", "tls"])(
  "the table of %s is what the installed SDK declares",
  async (provider) => {
    const committed = await import(`../../../../engine/providers/${provider}/table.json`, {
      with: { type: "json" },
    });
    const modules = join(import.meta.dirname, "../../../../node_modules");
    expect(committed.default).toEqual(JSON.parse(JSON.stringify(tableOf(provider, modules))));
    expect(generatedFor).toContain(provider);
  },
);

test("every input that replaces is one that the SDK has", async () => {
  const { default: table } = await import("../../../../engine/providers/docker/table.json", {
    with: { type: "json" },
  });
  for (const [type, keys] of Object.entries(officialReplaces)) {
    const entry = Object.entries(table.resources).find(([token]) => token.endsWith(`:${type}`));
    expect(Object.keys(entry?.[1].inputs ?? {})).toEqual(expect.arrayContaining([...keys]));
  }
});

test("unknown, missing and wrong inputs are refused by name, nested ones too", async () => {
  expect(await reasons({ ...base, memmory: 1 })).toMatch(/"memmory"; did you mean "memory"/);
  expect(await reasons({ name: "x" })).toMatch(/"image" is missing/);
  expect(await reasons({ ...base, ports: [{ internal: "80" }] })).toMatch(
    /"ports\[0\].internal" must be a number/,
  );
  expect(await reasons({ ...base, volumes: [{ volumename: "x", containerPath: "/" }] })).toMatch(
    /"volumes\[0\].volumename"; did you mean "volumeName"/,
  );
  expect(await reasons({ ...base, healthcheck: { interval: "3 seconds" } })).toMatch(
    /must be a duration such as "3s"/,
  );
  expect(await reasons({ ...base, restart: "sometimes" })).toMatch(/no, on-failure, always, unless-stopped/);
  expect(await reasons({ ...base, uploads: [{ file: "/x" }] })).toMatch(
    /one of "content", "contentBase64" and "source"/,
  );
  expect(await reasons({ ...base, envs: ["A"] })).toMatch(/"envs\[0\]" must be KEY=value/);
  expect(await reasons({ name: "x", build: { context: ".", sbom: "true" } }, image)).toMatch(
    /"build.sbom" needs the official/,
  );
  expect(await reasons({ ...base, envs: [unknown], image: unknown, memory: unknown })).toBe("");
});

test("a value is never in what is said of it", async () => {
  expect(
    await reasons({
      ...base,
      envs: ["hunter2"],
      uploads: [{ file: "/x", content: 5, contentBase64: "s3cret" }],
    }),
  ).not.toMatch(/hunter2|s3cret/);
});

test("a name is made up when none is given, kept, and new for a replacement", async () => {
  const { inputs } = await network.check({}, undefined, checkCall("private", "1"));
  expect(inputs.name).toMatch(/^private-[0-9a-f]{7}$/);
  expect((await network.check({}, undefined, checkCall("private", "1"))).inputs.name).toBe(inputs.name);
  expect((await network.check({}, inputs, checkCall("private", "2"))).inputs.name).toBe(inputs.name);
  expect((await network.check({}, undefined, checkCall("private", "2"))).inputs.name).not.toBe(inputs.name);
  const { inputs: given } = await network.check({ name: "mine" }, inputs, checkCall("private", "1"));
  expect(given).toEqual({ name: "mine" });
});

test("where a name was given, the old one goes first", async () => {
  const first = (old: Values, now: Values) =>
    container.diff({ id: "1", inputs: old, state: {} }, now, []).deleteBeforeReplace;
  expect(first(base, { ...base, envs: [] })).toBe(true);
  expect(first(base, { ...base, name: "other" })).toBe(false);
  const madeUp = { ...base, name: "main-1234567", __defaults: ["name"] };
  expect(first(madeUp, { ...madeUp, envs: [] })).toBe(false);
});

test("what Docker can change in place, and what takes another container", () => {
  expect(differ(base, { ...base, memory: 96, memorySwap: 96, cpuShares: 512, restart: "always" })).toEqual([
    "memory",
    "memorySwap",
    "cpuShares",
    "restart",
  ]);
  expect(differ(base, { ...base, destroyGraceSeconds: 3, wait: true, mustRun: false })).toEqual([
    "destroyGraceSeconds",
    "wait",
    "mustRun",
  ]);
  expect(differ(base, { ...base, envs: ["A=1"], command: ["x"], cpus: "1" })).toEqual([
    "envs!",
    "command!",
    "cpus!",
  ]);
  expect(
    differ(base, { ...base, healthcheck: { tests: ["NONE"] }, tmpfs: { "/t": "rw" }, init: true }),
  ).toEqual(["healthcheck!", "tmpfs!", "init!"]);
  const { memory: _, ...unlimited } = base;
  expect(differ(base, unlimited)).toEqual(["memory!"]);
});

test("spellings of one thing are no difference", () => {
  expect(differ(base, { ...base, envs: ["B=2", "A=1"] })).toEqual([]);
  expect(
    differ(base, {
      ...base,
      readOnly: false,
      restart: "no",
      mustRun: true,
      labels: [],
      networkMode: "bridge",
    }),
  ).toEqual([]);
  expect(
    differ(
      {
        ...base,
        capabilities: { drops: ["ALL", "CAP_NET_RAW"] },
        ports: [{ internal: 80 }],
        healthcheck: { interval: "60s" },
      },
      {
        ...base,
        capabilities: { adds: [], drops: ["net_raw", "ALL"] },
        ports: [{ internal: 80, ip: "0.0.0.0", protocol: "tcp" }],
        healthcheck: { interval: "1m", timeout: "0s" },
      },
    ),
  ).toEqual([]);
  expect(differ({ ...base, command: ["a", "b"] }, { ...base, command: ["b", "a"] })).toEqual(["command!"]);
});

test("a value that is not known yet is a change; ignored ones are none", () => {
  expect(differ(base, { ...base, image: unknown })).toEqual(["image!"]);
  const known = { id: "1", inputs: base, state: {} };
  expect(container.diff(known, { ...base, memory: 1, image: "x" }, ["memory", "image"]).changes).toEqual([]);
});

test("a preview knows what it was given, and nothing that Docker chooses", () => {
  const planned = container.plan(base, undefined);
  expect(planned).toMatchObject({ ...base, exitCode: unknown, networkDatas: unknown });
  expect(image.plan({ name: "x" }, undefined)).toEqual({ name: "x", imageId: unknown, repoDigest: unknown });
});

test("an image: its build and triggers replace it, what a removal does does not", () => {
  const old = { name: "x", build: { context: "a" }, triggers: { h: "1" }, keepLocally: true };
  expect(differ(old, { ...old, triggers: { h: "2" } }, image)).toEqual(["triggers!"]);
  expect(differ(old, { ...old, build: { context: "b" } }, image)).toEqual(["build!"]);
  expect(differ(old, { ...old, keepLocally: false }, image)).toEqual(["keepLocally"]);
});

test("a container's output comes in pieces with headers", () => {
  const piece = (stream: number, text: string) => {
    const header = Buffer.from([stream, 0, 0, 0, 0, 0, 0, 0]);
    header.writeUInt32BE(Buffer.byteLength(text), 4);
    return Buffer.concat([header, Buffer.from(text)]);
  };
  expect(decode(Buffer.concat([piece(1, "out ä\n"), piece(2, "err\n")]), false)).toBe("out ä\nerr\n");
  expect(decode(Buffer.from("raw"), true)).toBe("raw");
});
