import { spawn } from "node:child_process";
import { text } from "node:stream/consumers";
import type { Living } from "../local/docker.ts";
import { mustRung } from "../support/rung.ts";

/** An output of the stack, as `rung output` prints it. */
export const output = async ({ stack }: Living, name: string): Promise<string> =>
  (await mustRung("output", name, "--stack", stack)).trim();

/**
 * An image of the app that differs from `from` in what `lines` add to its Dockerfile, built on this machine.
 * @returns its id, `sha256:…`
 */
export async function imageFrom(from: string, ...lines: string[]): Promise<string> {
  const child = spawn("docker", ["build", "--quiet", "-"], { stdio: ["pipe", "pipe", "ignore"] });
  child.stdin.end([`FROM ${from}`, ...lines, ""].join("\n"));
  const [id, code] = await Promise.all([
    text(child.stdout),
    new Promise<number | null>((resolve) => child.on("close", resolve)),
  ]);
  if (code !== 0) throw new Error(`docker build ended with ${code}`);
  return id.trim();
}
