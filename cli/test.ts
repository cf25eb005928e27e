import { spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { DiagnosticsError } from "../components/model/diagnostics.ts";
import { aptInstall, ensureDocker, isDebian, pingDocker, stopDocker } from "../engine/docker.ts";
import { paths, root } from "../engine/paths.ts";
import { onPath } from "../engine/run.ts";
import { ensureToolchain } from "../engine/toolchain.ts";
import { paint } from "./render/text.ts";
import { type Tier, tierNames, tiers } from "./tiers.ts";

export interface TestOptions {
  readonly slow?: boolean;
  readonly tier?: string;
}

/** They share no server: the second runs beside the first, and computes while that one waits. */
const sideBySide: readonly Tier[] = ["promote", "local"];

interface Counts {
  readonly passed: number;
  readonly failed: number;
}

/**
 * Runs the tests, tier by tier, and ends with the line `N passed, N failed`; a file that cannot run counts as failed.
 * What a tier needs is brought before it, and a Docker daemon that was started for it is stopped after.
 * @returns 0 when all passed, else 1
 */
export async function test(options: TestOptions): Promise<number> {
  const asked = tierNames.filter((tier) =>
    options.tier ? tier === options.tier : tier !== "slow" || options.slow === true,
  );
  const dockerWasThere = "version" in (await pingDocker());
  const counts: Counts[] = [];
  const beside = sideBySide.filter((tier) => asked.includes(tier));
  for (const tier of asked) {
    if (!beside.includes(tier)) counts.push(...(await runTiers([tier])));
    else if (tier === beside.at(-1)) counts.push(...(await runTiers(beside)));
  }
  if (!dockerWasThere && asked.some((tier) => needs(tier).includes("docker"))) await stopDocker();
  const [passed, failed] = [sum(counts, "passed"), sum(counts, "failed")];
  process.stdout.write(`${passed} passed, ${failed} failed\n`);
  return failed === 0 ? 0 : 1;
}

const sum = (counts: readonly Counts[], key: keyof Counts): number =>
  counts.reduce((total, one) => total + one[key], 0);

const needs = (tier: Tier): readonly string[] => tiers[tier];

/** Runs tiers side by side; what the second says is told once the first has ended, not line by line in turns. */
async function runTiers(these: readonly Tier[]): Promise<Counts[]> {
  process.stdout.write(`\n${paint("bold", these.join(", "))}\n`);
  if (these.includes("check")) return [await check()];
  const ready: { readonly tier: Tier; readonly env: NodeJS.ProcessEnv }[] = [];
  const lacking: Counts[] = [];
  // One after the other: packages are installed by one at a time.
  for (const tier of these) {
    try {
      ready.push({ tier, env: await bring(needs(tier)) });
    } catch (error) {
      if (!(error instanceof DiagnosticsError)) throw error;
      process.stdout.write(`${error.message}\n`);
      lacking.push({ passed: 0, failed: 1 });
    }
  }
  const going: Promise<Counts>[] = [];
  for (const { tier, env } of ready) going.push(vitest(tier, env, going.at(-1)));
  return [...lacking, ...(await Promise.all(going))];
}

/** Brings what a tier needs. @returns the environment to run it in */
async function bring(what: readonly string[]): Promise<NodeJS.ProcessEnv> {
  let told = "";
  const say = (text: string) => {
    // counts and percentages change ten times a second
    const stretch = text.replaceAll(/[\d.]+/g, "");
    if (stretch !== told) process.stdout.write(`  ${text}\n`);
    told = stretch;
  };
  const env = what.includes("engine") ? (await ensureToolchain(say)).env() : {};
  if (what.includes("docker")) await ensureDocker(say);
  if (what.includes("browser") && !onPath("chromium") && isDebian() && process.getuid?.() === 0) {
    say("installing Chromium from the distribution's packages");
    await aptInstall(["chromium"]);
  }
  if (
    what.includes("postgresql") &&
    !(existsSync("/usr/lib/postgresql") && existsSync("/usr/sbin/haproxy")) &&
    isDebian() &&
    process.getuid?.() === 0
  ) {
    say("installing PostgreSQL, PgBouncer and HAProxy from the distribution's packages");
    await aptInstall(["postgresql", "pgbouncer", "haproxy"]);
  }
  return env;
}

/** Lint, format and types, each as one test. */
async function check(): Promise<Counts> {
  const bin = (name: string) => join(root, "node_modules", ".bin", name);
  const codes = [
    await runIt(bin("biome"), ["check", "--error-on-warnings", "."]),
    await runIt(bin("tsc"), ["--noEmit"]),
  ];
  const failed = codes.filter((code) => code !== 0).length;
  return { passed: codes.length - failed, failed };
}

interface Report {
  readonly numPassedTests: number;
  readonly numFailedTests: number;
}

/** @param before what runs beside it, and is told first; left out: it is told as it goes */
async function vitest(tier: Tier, env: NodeJS.ProcessEnv, before?: Promise<unknown>): Promise<Counts> {
  const file = join(paths.own, `tests-${tier}.json`);
  const reporters = ["--reporter=default", "--reporter=json", `--outputFile.json=${file}`];
  const entry = join(root, "node_modules", "vitest", "vitest.mjs");
  const code = await runIt(process.execPath, [entry, "run", ...reporters, "--project", tier], env, before);
  const report = JSON.parse(await readFile(file, "utf8")) as Report;
  return { passed: report.numPassedTests, failed: Math.max(report.numFailedTests, code === 0 ? 0 : 1) };
}

async function runIt(
  program: string,
  args: readonly string[],
  env: NodeJS.ProcessEnv = {},
  before?: Promise<unknown>,
): Promise<number> {
  const out = before ? "pipe" : "inherit";
  const child = spawn(program, args, {
    cwd: root,
    env: { ...process.env, ...env },
    stdio: ["ignore", out, out],
  });
  const said: Buffer[] = [];
  for (const stream of [child.stdout, child.stderr]) stream?.on("data", (part: Buffer) => said.push(part));
  const code = await new Promise<number>((resolve, reject) => {
    child.on("error", reject);
    child.on("close", (code) => resolve(code ?? 1));
  });
  await before;
  process.stdout.write(Buffer.concat(said));
  return code;
}
