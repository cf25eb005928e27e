import { spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { mkdir, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { failure } from "../components/model/diagnostics.ts";
import { checkpointFile, forgetKept, readCheckpoint, type StateResource, stateFolder } from "./backend.ts";
import { paths, root } from "./paths.ts";
import { folderForInit, forgetSettings } from "./settingsFile.ts";
import { specialSignature } from "./specialSignature.ts";
import type { Toolchain } from "./toolchain.ts";

/**
 * Makes the stack when there is none. Where it is there already, this starts no process.
 * @throws DiagnosticsError when Pulumi refuses
 */
export async function ensureStack(toolchain: Toolchain, stack: string): Promise<void> {
  const folder = stateFolder();
  if (folder && existsSync(checkpointFile(folder, stack))) return;
  // The first stack is what plain `pulumi` works on; others are named by whoever means them.
  const first = folder !== undefined && !existsSync(folder);
  if (first) await mkdir(paths.state, { recursive: true, mode: 0o700 });
  const init = async () =>
    ask(toolchain, ["stack", "init", "--stack", stack, "--no-select", "--cwd", await folderForInit(stack)]);
  let { code, stderr } = await init();
  if (/incorrect passphrase/.test(stderr) && (await forgetSalt(stack))) ({ code, stderr } = await init());
  if (code !== 0 && !/already exists/.test(stderr))
    throw refused(`the stack ${stack} cannot be made`, stderr);
  if (first) await ask(toolchain, ["stack", "select", "--stack", stack]);
}

/**
 * Pulumi notes in the settings file which passphrase it encrypts with. A note that came from another clone, where
 * nothing is encrypted with it yet, would only keep this clone's passphrase out.
 * @returns whether there was one
 * @throws DiagnosticsError when the file holds secrets of another passphrase
 */
async function forgetSalt(stack: string): Promise<boolean> {
  const name = `Pulumi.${stack}.yaml`;
  const text = await readFile(join(root, name), "utf8");
  if (/^\s+secure:|\{\s*secure:/m.test(text)) {
    throw failure(
      "its secrets were encrypted with another passphrase",
      "put that one into .rung/passphrase, or set PULUMI_CONFIG_PASSPHRASE",
      name,
    );
  }
  const without = text.replace(/^encryptionsalt:.*\n?/m, "");
  if (without !== text) await writeFile(join(root, name), without);
  return without !== text;
}

/**
 * Lets go of a stack whose resources are all gone, with its history and what the engine said; its settings file stays.
 * @throws DiagnosticsError when it still has resources
 */
export async function removeStack(toolchain: Toolchain, stack: string): Promise<void> {
  const args = ["stack", "rm", "--stack", stack, "--yes", "--preserve-config", "--remove-backups"];
  const { code, stderr } = await ask(toolchain, args);
  if (code !== 0) throw refused(`the stack ${stack} cannot be removed`, stderr);
  await Promise.all([
    forgetSettings(stack),
    forgetKept(stack),
    rm(join(paths.runs, stack), { recursive: true, force: true }),
  ]);
}

/**
 * The names of the stacks that the backend keeps, those without any resource included.
 * @throws DiagnosticsError when a backend elsewhere cannot be asked
 */
export async function stackNames(toolchain: Toolchain): Promise<readonly string[]> {
  const folder = stateFolder();
  if (folder) {
    const files = await readdir(dirname(checkpointFile(folder, "any"))).catch(() => []);
    return files.filter((name) => name.endsWith(".json")).map((name) => name.slice(0, -".json".length));
  }
  const { code, stdout, stderr } = await ask(toolchain, ["stack", "ls", "--json"]);
  if (code !== 0) throw refused("the stacks cannot be listed", stderr);
  // Pulumi's own format; a backend may put the organization and the project before the name.
  return (JSON.parse(stdout) as { name: string }[]).map(({ name }) => name.split("/").at(-1) ?? name);
}

/** Lifts the protection of everything in a stack's state. Call it inside `withStackLock`. */
export async function unprotectAll(toolchain: Toolchain, stack: string): Promise<void> {
  const { code, stderr } = await ask(toolchain, ["state", "unprotect", "--all", "--stack", stack, "--yes"]);
  if (code !== 0) throw refused(`the resources of ${stack} cannot be unprotected`, stderr);
}

/** A stack's whole state as Pulumi exports it; secrets stay encrypted. */
export async function exportState(toolchain: Toolchain, stack: string, cwd = root): Promise<unknown> {
  const { code, stdout, stderr } = await ask(
    toolchain,
    ["stack", "export", "--stack", stack],
    undefined,
    cwd,
  );
  if (code !== 0) throw refused(`the state of ${stack} cannot be read`, stderr);
  return JSON.parse(stdout);
}

/** The resources in a stack's state, whatever keeps it; secrets stay encrypted. */
export async function stateOf(toolchain: Toolchain, stack: string): Promise<readonly StateResource[]> {
  if (stateFolder()) return (await readCheckpoint(stack))?.resources ?? [];
  const exported = await exportState(toolchain, stack);
  // Pulumi's own format, version 3; a stack that was never deployed to has none
  return (exported as { deployment?: { resources?: StateResource[] } }).deployment?.resources ?? [];
}

/** Replaces a stack's state by one that was exported. Call it inside `withStackLock`. */
export async function importState(
  toolchain: Toolchain,
  stack: string,
  deployment: unknown,
  cwd = root,
): Promise<void> {
  const args = ["stack", "import", "--stack", stack];
  const { code, stderr } = await ask(toolchain, args, JSON.stringify(deployment), cwd);
  if (code !== 0) throw refused(`the state of ${stack} cannot be replaced`, stderr);
}

/** The value with `[secret]` for every secret in it. */
function masked(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(masked);
  if (typeof value !== "object" || value === null) return value;
  if (specialSignature in value) return "[secret]";
  return Object.fromEntries(Object.entries(value).map(([key, each]) => [key, masked(each)]));
}

/**
 * A stack's outputs. Read from the state itself, in a millisecond, where it is on this machine.
 * @param secrets `show` starts the engine when there are any; otherwise they read `[secret]`
 * @returns undefined when the stack is not there, or nothing was ever deployed
 */
export async function stackOutputs(
  toolchain: Toolchain,
  stack: string,
  secrets: "show" | "mask" = "mask",
): Promise<Readonly<Record<string, unknown>> | undefined> {
  if (stateFolder()) {
    const checkpoint = await readCheckpoint(stack);
    const outputs = checkpoint?.resources.find(({ type }) => type === "pulumi:pulumi:Stack")?.outputs;
    if (!outputs) return undefined;
    const open = !JSON.stringify(outputs).includes(`"${specialSignature}"`);
    if (open) return outputs;
    if (secrets === "mask") return masked(outputs) as Record<string, unknown>; // as the value it was made of
  }
  const show = secrets === "show" ? ["--show-secrets"] : [];
  const answer = await ask(toolchain, ["stack", "output", "--json", "--stack", stack, ...show]);
  if (answer.code !== 0) {
    if (/no stack named|not found/.test(answer.stderr)) return undefined;
    throw refused(`the outputs of ${stack} cannot be read`, answer.stderr);
  }
  return JSON.parse(answer.stdout) as Record<string, unknown>;
}

/**
 * Runs any other command of the CLI.
 * @param input what it reads
 * @param cwd the project's folder, unless it is the repository
 */
export async function ask(toolchain: Toolchain, args: readonly string[], input?: string, cwd = root) {
  const child = spawn(toolchain.pulumi, [...args, "--non-interactive", "--color", "never"], {
    cwd,
    env: { ...process.env, ...toolchain.env() },
    stdio: ["pipe", "pipe", "pipe"],
  });
  const text = { stdout: "", stderr: "" };
  child.stdout.setEncoding("utf8").on("data", (more: string) => {
    text.stdout += more;
  });
  child.stderr.setEncoding("utf8").on("data", (more: string) => {
    text.stderr += more;
  });
  child.stdin.on("error", () => {}); // it may end before it has read all
  child.stdin.end(input ?? "");
  const code = await new Promise<number>((resolve, reject) => {
    child.on("error", reject);
    child.on("close", (status) => resolve(status ?? 1));
  });
  return { code, ...text };
}

const refused = (what: string, stderr: string) =>
  failure(
    `${what}: ${stderr.trim().replace(/^error: /, "")}`,
    "mend what Pulumi says here, then run this again",
    "pulumi",
  );
