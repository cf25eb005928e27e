import { execFileSync } from "node:child_process";
import { cpSync, mkdirSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { expect, test } from "vitest";
import { repository, scratchFolder } from "./scratch.ts";

/** A clone of the code with a toolchain of its own that is set up: what `work` prints is read there. */
function clone() {
  const root = scratchFolder();
  mkdirSync(join(root, "engine"));
  for (const name of ["engine", "components"])
    cpSync(join(repository, name), join(root, name), { recursive: true });
  symlinkSync(join(repository, "node_modules"), join(root, "node_modules"));
  const pulumi = join(root, "pulumi");
  writeFileSync(pulumi, "any program");
  const evaluate = (work: string, env: NodeJS.ProcessEnv = {}): unknown => {
    const module = pathToFileURL(join(root, "engine", "stamp.ts")).href;
    const program = `const { readStamp, writeStamp } = await import(${JSON.stringify(module)}); ${work}`;
    const said = execFileSync(process.execPath, ["--input-type=module", "--eval", program], {
      encoding: "utf8",
      env: {
        ...process.env,
        PATH: "/usr/bin:/bin",
        PULUMI_HOME: "",
        RUNG_OFFICIAL: "",
        RUNG_OFFLINE: "",
        ...env,
      },
    });
    return said === "" ? undefined : JSON.parse(said);
  };
  const part = { name: "pulumi", version: "1.2.3", origin: "built", path: pulumi };
  evaluate(`await writeStamp({ pulumi: ${JSON.stringify(pulumi)}, parts: [${JSON.stringify(part)}] });`);
  const read = (env?: NodeJS.ProcessEnv) => evaluate("console.log(JSON.stringify(readStamp() ?? null))", env);
  return { root, pulumi, part, read };
}

test("a toolchain that nothing touched is taken as it is", () => {
  const { pulumi, part, read } = clone();
  expect(read()).toEqual({ pulumi, parts: [part] });
});

test("it is looked at again when a part is gone or another", () => {
  const { pulumi, read } = clone();
  writeFileSync(pulumi, "another program");
  expect(read()).toBeNull();
  rmSync(pulumi);
  expect(read()).toBeNull();
});

test("it is looked at again when it is to be official, to be offline, or another home", () => {
  const { root, read } = clone();
  expect(read({ RUNG_OFFICIAL: "1" })).toBeNull();
  expect(read({ RUNG_OFFLINE: "1" })).toBeNull();
  expect(read({ PULUMI_HOME: join(root, "home") })).toBeNull();
  expect(read({ RUNG_OFFLINE: "0" })).not.toBeNull();
});

test("it is looked at again when the PATH has a Pulumi, but not for our own", () => {
  const { root, read } = clone();
  const others = join(root, "others");
  const ours = join(root, ".rung", "tools", "bin");
  for (const folder of [others, ours]) {
    mkdirSync(folder, { recursive: true });
    writeFileSync(join(folder, "pulumi"), "#!/bin/sh\n", { mode: 0o755 });
  }
  expect(read({ PATH: `${ours}:/usr/bin:/bin` })).not.toBeNull();
  expect(read({ PATH: `${others}:/usr/bin:/bin` })).toBeNull();
});
