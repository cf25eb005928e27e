import { existsSync } from "node:fs";
import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { containers, docker, inside, theContainer } from "../local/docker.ts";
import { mustRung, root, rung } from "../support/rung.ts";
import { type TestStack, testStack } from "../support/stack.ts";

let own: TestStack;
const said: string[] = [];

beforeAll(async () => {
  own = await testStack();
});

afterAll(async () => {
  if (existsSync(join(root, own.file))) await own.remove();
});

/** Runs the command on the stack of this file and remembers all that it printed. */
async function here(command: string, ...args: string[]) {
  const ran = await rung(command, ...args, "--stack", own.stack);
  said.push(ran.out, ran.err);
  return ran;
}

const lastLine = (out: string) => JSON.parse(out.trim().split("\n").at(-1) ?? "");

test("before the first up, status says what is missing and a rollback is refused", async () => {
  const status = await here("status", "--json");
  expect(status.code).toBe(2);
  expect(JSON.parse(status.out).capabilities.database.health).toBe("missing");
  const rollback = await here("rollback");
  expect(rollback.code).toBe(1);
  expect(rollback.err).toContain(`the stack ${own.stack} is not up`);
});

test("up makes everything, and says so in one last line", async () => {
  const { code, out, err } = await here("up", "--json");
  expect(err).toBe("");
  expect(code).toBe(0);
  const { result, changes, urls } = lastLine(out);
  expect(result).toBe("succeeded");
  expect(changes.create).toBeGreaterThan(40);
  expect(changes).toMatchObject({ update: 0, replace: 0, delete: 0 });
  expect(urls.app).toBe(own.url);
});

test("a second up, and a refresh, change nothing", async () => {
  const up = lastLine((await here("up", "--json")).out);
  expect(up.changes).toMatchObject({ create: 0, update: 0, replace: 0, delete: 0 });
  expect(up.changes.same).toBeGreaterThan(40);
  const { out } = await here("refresh");
  expect(out).toContain("nothing differs");
});

test("plain pulumi finds nothing to do either", async () => {
  const script = `eval "$(./rung env)" && pulumi preview --stack ${own.stack} --expect-no-changes --non-interactive`;
  const { code, err } = await inShell(script);
  expect(err).toBe("");
  expect(code).toBe(0);
});

test("status knows every capability and the image that serves", async () => {
  const { code, out } = await here("status", "--json");
  expect(code).toBe(0);
  const { stage, size, healthy, capabilities, urls, image, releases } = JSON.parse(out);
  expect({ stage, size, healthy }).toEqual({ stage: "local", size: "small", healthy: true });
  expect(urls.app).toBe(own.url);
  expect(releases).toHaveLength(1);
  expect(releases[0].image).toBe(image);
  expect(capabilities.database).toMatchObject({ health: "healthy", count: 1 });
  expect(capabilities.app.parts.map(({ health }: { health: string }) => health)).toEqual([
    "healthy",
    "healthy",
    "done",
  ]);
  expect(Object.keys(capabilities)).toHaveLength(13);
});

/** Its server is not the container's first process. */
const signal = (name: string) =>
  `for of in /proc/[0-9]*; do
     if [ "$(cat $of/comm)" = valkey-server ]; then kill -${name} "\${of#/proc/}"; fi
   done`;

test.each([
  ["hangs", ["exec", signal("STOP")], ["exec", signal("CONT")], "unhealthy"],
  ["is paused", ["pause"], ["unpause"], "stopped"],
] as const)("a part that %s is told at once", async (_how, stop, go, health) => {
  const { Id } = await theContainer(own, "cache");
  const tell = ([verb, script]: readonly [string, string?]) =>
    docker(verb, Id, ...(script ? ["sh", "-c", script] : []));
  await tell(stop);
  const { code, out } = await here("status", "--json");
  await tell(go);
  expect(code).toBe(2);
  expect(JSON.parse(out).capabilities.cache.health).toBe(health);
  expect((await here("status")).code).toBe(0);
});

test("what people read fits a terminal of 80 columns", async () => {
  await here("backup", "now");
  for (const command of [["status"], ["plan"], ["backup", "list"], ["preview"]] as const) {
    const { out } = await here(command[0], ...command.slice(1));
    for (const line of out.split("\n")) expect(line.length, line).toBeLessThanOrEqual(80);
  }
});

test("logs are told by part, and only of what is asked for", async () => {
  const { out } = await here("logs", "app", "-n", "5", "--json");
  const lines = out
    .trim()
    .split("\n")
    .map((line) => JSON.parse(line));
  expect(lines.length).toBeGreaterThan(1);
  expect(lines.every(({ part }) => /^(app|migrate)/.test(part))).toBe(true);
  expect(lines.map(({ time }) => time)).toEqual(lines.map(({ time }) => time).toSorted());
  const wrong = await here("logs", "databse");
  expect(wrong.code).toBe(64);
  expect(wrong.err).toContain("did you mean database?");
});

test("a backup made now is listed", async () => {
  const made = JSON.parse((await here("backup", "now", "--full", "--json")).out);
  expect(made).toMatchObject({ kind: "full" });
  expect(made.databaseBytes).toBeGreaterThan(1_000_000);
  const listed = JSON.parse((await here("backup", "list", "--json")).out);
  expect(listed.at(-1).name).toBe(made.name);
});

test("no secret is in the state, in what the engine was heard to say, or in any output", async () => {
  const password = JSON.parse(
    await mustRung("output", "bindings", "--stack", own.stack, "--show-secrets"),
  ) as Record<string, string>;
  const secrets = Object.entries(password)
    .filter(([name]) => /SECRET|_URL$/.test(name) && name !== "PUBLIC_URL")
    .map(([, value]) => /:\/\/[^:]*:([^@]+)@/.exec(value)?.[1] ?? value);
  expect(secrets.length).toBeGreaterThanOrEqual(5);
  const files = (
    await Promise.all(
      ["state", "runs", "settings", "locks"].map(async (folder) => {
        const at = join(root, ".rung", folder);
        const names = await readdir(at, { recursive: true, withFileTypes: true });
        return names.filter((one) => one.isFile()).map((one) => join(one.parentPath, one.name));
      }),
    )
  )
    .flat()
    .filter((file) => file.includes(own.stack));
  expect(files.length).toBeGreaterThan(3);
  // Plain text, and as the state would hold it: JSON inside JSON.
  for (const secret of secrets) {
    for (const file of files) {
      expect((await readFile(file, "utf8")).includes(secret), `${file}`).toBe(false);
    }
    for (const text of said) expect(text.includes(secret)).toBe(false);
  }
});

test("down keeps the data, and the next up finds it", async () => {
  const sql = (text: string) =>
    inside(own, "database", `psql -X -At -h /run/postgresql -U postgres -d pulse -c "${text}"`);
  expect((await sql("CREATE TABLE kept AS SELECT 42 AS answer")).code).toBe(0);
  const { code, out } = await here("down");
  expect(code).toBe(0);
  expect(out).toContain("its data is kept");
  expect(await containers(own)).toEqual([]);
  expect((await here("status")).code).toBe(2);
  expect((await here("up")).code).toBe(0);
  expect((await sql("SELECT answer FROM kept")).out).toBe("42");
});

test("data is deleted only when that is confirmed, and then nothing is left", async () => {
  const asked = await here("down", "--delete-data");
  expect(asked.code).toBe(64);
  expect(asked.err).toContain("--yes");
  expect((await here("status")).code).toBe(0);
  await own.remove();
  const label = `label=dev.rung.stack=${own.stack}`;
  for (const kind of ["container", "volume", "network"]) {
    const all = kind === "container" ? ["--all"] : [];
    expect(await docker(kind, "ls", ...all, "--quiet", "--filter", label), kind).toBe("");
  }
  const states = await readdir(join(root, ".rung", "state", ".pulumi", "stacks", "rung"));
  expect(states.filter((name) => name === `${own.stack}.json`)).toEqual([]);
});

async function inShell(script: string): Promise<{ code: number; err: string }> {
  const { spawn } = await import("node:child_process");
  const child = spawn("sh", ["-c", script], { cwd: root, stdio: ["ignore", "ignore", "pipe"] });
  let err = "";
  child.stderr.setEncoding("utf8").on("data", (more: string) => {
    err += more;
  });
  const code = await new Promise<number>((resolve) => child.on("close", (status) => resolve(status ?? 1)));
  return { code, err };
}
