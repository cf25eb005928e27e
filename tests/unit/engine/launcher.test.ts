import { execFile } from "node:child_process";
import { copyFileSync, existsSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { promisify } from "node:util";
import { expect, test } from "vitest";
import { repository, scratchFolder } from "./scratch.ts";

/** A small project with the real launcher: a command that says how it was called, and a lockfile without packages. */
function project(): string {
  const root = join(scratchFolder(), "a project");
  mkdirSync(join(root, "cli"), { recursive: true });
  copyFileSync(join(repository, "rung"), join(root, "rung"));
  writeFileSync(
    join(root, "cli", "main.ts"),
    "const said: object = { args: process.argv.slice(2), cwd: process.cwd(), cache: process.env.NODE_COMPILE_CACHE };\n" +
      "console.log(JSON.stringify(said));\nprocess.exitCode = 3;\n",
  );
  const manifest = { name: "launched", version: "1.0.0" };
  writeFileSync(join(root, "package.json"), JSON.stringify(manifest));
  lock(root, "1.0.0");
  return root;
}

function lock(root: string, version: string): void {
  const packages = { "": { name: "launched", version } };
  const text = JSON.stringify({ name: "launched", version, lockfileVersion: 3, requires: true, packages });
  writeFileSync(join(root, "package-lock.json"), text);
}

interface Said {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

async function launch(
  file: string,
  args: readonly string[] = [],
  env: NodeJS.ProcessEnv = {},
  cwd = "/",
): Promise<Said> {
  const home = join(dirname(file), "home");
  const PATH = `${dirname(process.execPath)}:${process.env.PATH}`;
  const all = { ...process.env, PATH, HOME: home, RUNG_NODE: "", NODE_COMPILE_CACHE: "", ...env };
  return promisify(execFile)(file, args, { env: all, cwd }).then(
    ({ stdout, stderr }) => ({ code: 0, stdout, stderr }),
    ({ code, stdout, stderr }: Said) => ({ code, stdout, stderr }),
  );
}

test("runs from any folder, through links, with its arguments and exit code", async () => {
  const root = project();
  const elsewhere = scratchFolder();
  symlinkSync(join(root, "rung"), join(elsewhere, "first"));
  symlinkSync("first", join(elsewhere, "second"));
  const { code, stdout } = await launch(join(elsewhere, "second"), ["a b", "--x=$y"], {}, elsewhere);
  expect(code).toBe(3);
  expect(JSON.parse(stdout)).toMatchObject({
    args: ["a b", "--x=$y"],
    cwd: elsewhere,
    cache: join(root, ".rung", "cache", "compile"),
  });
});

test("installs once, and again only when the lockfile changed", async () => {
  const root = project();
  const rung = join(root, "rung");
  expect((await launch(rung)).stderr).toContain("npm ci");
  expect((await launch(rung)).stderr).toBe("");
  writeFileSync(join(root, "package.json"), JSON.stringify({ name: "launched", version: "1.0.1" }));
  lock(root, "1.0.1");
  expect((await launch(rung)).stderr).toContain("npm ci");
  expect(readFileSync(join(root, "node_modules", ".rung-lock"), "utf8")).toContain("1.0.1");
});

test("two first runs at once install once, and leave no lock", async () => {
  const root = project();
  const both = await Promise.all([launch(join(root, "rung")), launch(join(root, "rung"))]);
  expect(both.map(({ code }) => code)).toEqual([3, 3]);
  expect(both.filter(({ stderr }) => stderr.includes("npm ci"))).toHaveLength(1);
  expect(existsSync(join(root, ".rung", "tools", ".lock"))).toBe(false);
});

test("takes over from one that was killed while it installed", async () => {
  const root = project();
  mkdirSync(join(root, ".rung", "tools", ".lock"), { recursive: true });
  writeFileSync(join(root, ".rung", "tools", ".lock", "pid"), "4194301\n");
  expect((await launch(join(root, "rung"))).code).toBe(3);
});

test("without Node and npm it says so, once, with the mend", async () => {
  const root = project();
  const tools = scratchFolder();
  for (const name of [
    "sh",
    "cat",
    "cmp",
    "cp",
    "ln",
    "mkdir",
    "mv",
    "readlink",
    "rm",
    "rmdir",
    "sleep",
    "uname",
  ]) {
    symlinkSync(
      ["/bin", "/usr/bin"].map((at) => join(at, name)).find((at) => existsSync(at)) ?? "",
      join(tools, name),
    );
  }
  const { code, stdout, stderr } = await launch(join(root, "rung"), [], { PATH: tools });
  expect({ code, stdout }).toEqual({ code: 1, stdout: "" });
  expect(stderr).toMatch(/^rung: Node 24 or newer is needed.*npm.*\n {2}mend {5}\S.*\n$/);
  expect(existsSync(join(root, ".rung", "tools", ".lock"))).toBe(false);
});

test("a RUNG_NODE that is too old is refused, not passed over", async () => {
  const old = join(scratchFolder(), "node");
  writeFileSync(old, "#!/bin/sh\necho v20.1.0\n", { mode: 0o755 });
  const { code, stderr } = await launch(join(project(), "rung"), [], { RUNG_NODE: old });
  expect(code).toBe(1);
  expect(stderr).toContain(old);
});
