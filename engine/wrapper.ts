import { chmod, mkdir, readFile, rename, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { paths } from "./paths.ts";

/** By this line a wrapper is told from an official plugin. */
const mark = "# Written by Rung: stands in for the official plugin.";

/** A word that the shell takes as it is. */
export const quoted = (word: string): string => `'${word.replaceAll("'", "'\\''")}'`;

/** The text of an executable that runs one of our programs under the Node that runs us. */
export function wrapperText(program: string, args: readonly string[] = []): string {
  const words = [process.execPath, program, ...args].map(quoted);
  return [
    "#!/bin/sh",
    mark,
    `export NODE_COMPILE_CACHE="\${NODE_COMPILE_CACHE:-${join(paths.own, "cache", "compile").replaceAll(/["$`\\]/g, "\\$&")}}"`,
    `exec ${words.join(" ")} "$@"`,
    "",
  ].join("\n");
}

/** Writes it, whole or not at all; where it is there already, only looks. */
export async function writeWrapper(file: string, text: string): Promise<void> {
  if ((await readFile(file, "utf8").catch(() => "")) === text) return;
  await mkdir(dirname(file), { recursive: true });
  const next = `${file}.${process.pid}`;
  await writeFile(next, text);
  await chmod(next, 0o755);
  await rename(next, file);
}

/** Whether a file is one of these, and not an official plugin. */
export const isWrapper = async (file: string): Promise<boolean> =>
  (await readFile(file).catch(() => Buffer.alloc(0))).subarray(0, 200).includes(mark);
