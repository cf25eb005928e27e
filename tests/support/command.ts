import { spawn } from "node:child_process";
import { join } from "node:path";
import { root } from "../../engine/paths.ts";

/** Runs `rung` to its end, with more in its environment. */
export function run(
  args: readonly string[],
  env: Readonly<Record<string, string>> = {},
): Promise<{ code: number | null; out: string }> {
  const child = spawn(process.execPath, [join(root, "cli", "main.ts"), ...args], {
    env: { ...process.env, ...env },
    stdio: ["ignore", "pipe", "pipe"],
  });
  let out = "";
  for (const stream of [child.stdout, child.stderr])
    stream.on("data", (part) => {
      out += part;
    });
  return new Promise((done) => child.on("close", (code) => done({ code, out })));
}
