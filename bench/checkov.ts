/**
 * `node bench/checkov.ts <path of checkov> [runs]`: what Checkov (PyPI) finds on `aws-ecs` and `aws-eks`, as a rehearsal
 * makes them, and what answers it: a rule of ours, or a reason. Ends with 1 when something is open. Then the time of
 * both over the same resources, each as a whole process.
 */
import { execFile } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { ensureToolchain } from "../engine/toolchain.ts";
import { rehearsedState } from "../operations/rehearse/index.ts";
import { checkov as answers } from "../policies/peers/checkov.ts";
import { heading, type Timed, weigh } from "./measure.ts";
import { terraformPlan } from "./peers/terraformPlan.ts";

interface Report {
  readonly summary?: { readonly passed: number; readonly failed: number };
  readonly results?: {
    readonly failed_checks: readonly { check_id: string; check_name: string; resource: string }[];
  };
}

const [program, runs = "3"] = process.argv.slice(2);
if (!program) throw new Error("the path of checkov is not given");
const checkov = (file: string, framework: string): Timed["command"] => [
  ...([program, "-f", file, "--framework", framework] as const),
  ...["--soft-fail", "--compact", "--quiet", "--skip-download", "-o", "json"],
];
const folder = mkdtempSync(join(tmpdir(), "rung-checkov-"));
const open: string[] = [];
const met = new Set<string>();
try {
  const engine = await ensureToolchain();
  for (const [stage, size] of [
    ["aws-ecs", "large"],
    ["aws-eks", "medium"],
  ] as const) {
    const state = await rehearsedState(stage, engine, size, { "rung:protect": "true" });
    const [plan, made, manifests] = ["plan.json", "state.json", "manifests.yaml"].map((name) =>
      join(folder, `${stage}-${name}`),
    ) as [string, string, string];
    writeFileSync(plan, JSON.stringify(terraformPlan(state)));
    writeFileSync(made, JSON.stringify(state.filter(({ custom }) => custom)));
    await read(`${stage}, AWS`, checkov(plan, "terraform_plan"));
    const objects = state.filter(({ type, inputs }) => type.startsWith("kubernetes:") && inputs?.kind);
    if (objects.length > 0) {
      writeFileSync(manifests, objects.map(({ inputs }) => JSON.stringify(inputs)).join("\n---\n"));
      await read(`${stage}, Kubernetes`, checkov(manifests, "kubernetes"));
    }
    heading(`${stage}, ${size}: our rules, and Checkov`);
    const ours = [process.execPath, join(import.meta.dirname, "peers", "judge.ts"), made] as const;
    const mine = { name: "our rules, on all of it", command: ours, says: /judged: [1-9]/ };
    await weigh(
      mine,
      [{ name: "checkov, on AWS's part", command: checkov(plan, "terraform_plan") }],
      Number(runs),
    );
  }
} finally {
  rmSync(folder, { recursive: true });
}
const idle = Object.keys(answers).filter((id) => !met.has(id) && answers[id]?.because !== "mended");
console.log(`answered and not found: ${idle.join(", ") || "none"}`);
console.log(`open: ${open.length === 0 ? "none" : `\n${open.join("\n")}`}`);
process.exitCode = open.length > 0 ? 1 : 0;

async function read(title: string, [file, ...args]: Timed["command"]): Promise<void> {
  const { stdout } = await promisify(execFile)(file, args, { maxBuffer: 1 << 28 });
  const report = JSON.parse(stdout) as Report;
  console.log(`${title}: ${report.summary?.passed} passed, ${report.summary?.failed} did not`);
  for (const { check_id, check_name, resource } of report.results?.failed_checks ?? []) {
    met.add(check_id);
    const answer = answers[check_id];
    if (!answer || answer.because === "mended") open.push(`${check_id} ${check_name}: ${resource}`);
  }
}
