import { run } from "../../engine/run.ts";
import { ensureToolchain } from "../../engine/toolchain.ts";
import type { HostedStack } from "./hostedRung.ts";
import { root } from "./rung.ts";

/** Plain `pulumi` on a stack, as after `eval "$(rung env)"`. */
export async function plainPulumi({ stack, env }: HostedStack, command: string, ...args: readonly string[]) {
  const toolchain = await ensureToolchain();
  const all = [command, "--stack", stack, "--non-interactive", "--color", "never", ...args];
  const { code, stdout, stderr } = await run(toolchain.pulumi, all, {
    cwd: root,
    env: { ...process.env, ...toolchain.env(), ...env },
  });
  return { code, out: stdout, err: stderr };
}
