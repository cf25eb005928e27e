import { execFileSync } from "node:child_process";
import { readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { exportsOf } from "../../../cli/env.ts";
import { isWrapper, wrapperText, writeWrapper } from "../../../engine/wrapper.ts";
import { scratchFolder } from "./scratch.ts";

describe("rung env", () => {
  test("sets the very values, whatever is in them", () => {
    const values = { A: 'it\'s $HOME `id` "x" \\ end', B: "two\nlines", C: "", D: "-n %s !" };
    const script = `${exportsOf(values)}printf '%s\\0' "$A" "$B" "$C" "$D"`;
    const said = execFileSync("sh", ["-c", script], { encoding: "utf8" });
    expect(said.split("\0").slice(0, 4)).toEqual(Object.values(values));
  });

  test("refuses a name that sh would run", () => {
    expect(() => exportsOf({ "X; id": "1" })).toThrow("not a variable's name");
  });
});

describe("a wrapper", () => {
  test("starts our program under this Node, with its own arguments and the engine's", async () => {
    const folder = scratchFolder();
    const program = join(folder, "it's here.mjs");
    await writeWrapper(join(folder, "wrapper"), wrapperText(program, ["docker"]));
    const { writeFileSync } = await import("node:fs");
    writeFileSync(program, "console.log(JSON.stringify([process.execPath, ...process.argv.slice(2)]))");
    const said = execFileSync(join(folder, "wrapper"), ["127.0.0.1:1", "a b"], { encoding: "utf8" });
    expect(JSON.parse(said)).toEqual([process.execPath, "docker", "127.0.0.1:1", "a b"]);
  });

  test("is told from an official plugin", async () => {
    const folder = scratchFolder();
    const file = join(folder, "wrapper");
    await writeWrapper(file, wrapperText("/x.ts"));
    expect(await isWrapper(file)).toBe(true);
    expect(await isWrapper("/bin/sh")).toBe(false);
    expect(await isWrapper(join(folder, "none"))).toBe(false);
  });

  test("is written once, and again only when its text is another", async () => {
    const file = join(scratchFolder(), "wrapper");
    await writeWrapper(file, wrapperText("/x.ts"));
    const first = statSync(file).ino;
    await writeWrapper(file, wrapperText("/x.ts"));
    expect(statSync(file).ino).toBe(first);
    await writeWrapper(file, wrapperText("/y.ts"));
    expect(readFileSync(file, "utf8")).toContain("/y.ts");
    expect(statSync(file).mode & 0o111).toBe(0o111);
  });
});
