/**
 * `node bench/graphs.ts [runs]`: plans graphs of 100, 1,000 and 3,000 resources: flat, chained and fan-out. Ours is a
 * preview on the Pulumi engine with the stand-in for AWS; the peers are OpenTofu's plan of as many `terraform_data`
 * blocks, and the CDK's synth of the same parameters.
 */
import { mkdirSync, mkdtempSync, rmSync, symlinkSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { ensureToolchain } from "../engine/toolchain.ts";
import { makeWorkspace, stack } from "../operations/rehearse/workspace.ts";
import { type Shape, shapes, writeCdk, writeTofu } from "./graphs/shapes.ts";
import { type Cost, heading, once, root, type Timed, weigh } from "./measure.ts";
import { awsCdk, openTofu } from "./peers.ts";

const counts = (process.argv[3] ?? "100,1000,3000").split(",").map(Number);
const runs = Number(process.argv[2] ?? 3);
const [tofu, cdk, toolchain] = await Promise.all([openTofu(), awsCdk(), ensureToolchain()]);

const folder = mkdtempSync(join(tmpdir(), "rung-bench-"));
try {
  heading("Plans of synthetic graphs");
  console.log(
    "What the stand-in does and the peers' built-in types do not: it is a process of its own, reached",
  );
  console.log(
    "by gRPC; checks each input against the SDK's declarations, makes up outputs, and looks for dangling",
  );
  console.log("references. The CDK writes a template, and asks nobody.\n");
  for (const shape of shapes) {
    const costs: Cost[][] = [];
    for (const count of counts) {
      console.log(`${count} resources, ${shape}`);
      costs.push(await plans(shape, count));
    }
    for (const [index, name] of ["rung", "tofu", "cdk"].entries()) {
      const [few, , many] = costs.map((each) => each[index]?.seconds ?? Number.NaN);
      const [, middle] = costs.map((each) => each[index]?.seconds ?? Number.NaN);
      const growth = (from = Number.NaN, to = Number.NaN, times = Number.NaN) =>
        (Math.log(to / from) / Math.log(times)).toFixed(2);
      console.log(
        `${`growth exponent, ${shape}, ${name}`.padEnd(44)} ${growth(few, many, 30)} over all, ${growth(middle, many, 3)} from 1,000 to 3,000`,
      );
    }
    console.log("");
  }
} finally {
  rmSync(folder, { recursive: true, force: true });
}

async function plans(shape: Shape, count: number): Promise<Cost[]> {
  const workspace = await makeWorkspace(toolchain, { program: join(root, "bench", "graphs", "program.ts") });
  try {
    await workspace.settle({
      "aws:region": "eu-central-1",
      "rung:shape": shape,
      "rung:count": String(count),
    });
    const preview = ["preview", "--stack", stack, "--non-interactive", "--skip-plugin-pre-install"];
    const ours: Timed = {
      name: "rung: preview, stand-in",
      command: [toolchain.pulumi, ...preview],
      cwd: workspace.project,
      env: workspace.toolchain.env(),
      says: new RegExp(`\\+ ${count + 1} to create`),
    };
    return await weigh(ours, [await tofuPlan(shape, count), cdkSynth(shape, count)], runs);
  } finally {
    await workspace.remove();
  }
}

async function tofuPlan(shape: Shape, count: number): Promise<Timed> {
  const cwd = join(folder, `tofu-${shape}-${count}`);
  mkdirSync(cwd);
  writeTofu(cwd, shape, count);
  const env = { TF_CLI_CONFIG_FILE: "", CHECKPOINT_DISABLE: "1" };
  await once({ name: "tofu init", command: [tofu, "init", "-no-color"], cwd, env });
  const command: Timed["command"] = [tofu, "plan", "-no-color", "-input=false"];
  return { name: "tofu: plan", command, cwd, env, says: new RegExp(`Plan: ${count} to add`) };
}

function cdkSynth(shape: Shape, count: number): Timed {
  const cwd = join(folder, `cdk-${shape}-${count}`);
  mkdirSync(cwd);
  writeCdk(cwd, shape, count);
  symlinkSync(cdk, join(cwd, "node_modules"));
  return { name: "cdk: synth", command: [process.execPath, "app.cjs"], cwd };
}
