/**
 * `node bench/policies.ts [runs] [checkov]`: a preview of `aws-ecs`, size medium, with the policy packs and without, on
 * the same engine and stand-in; the same with a pack of Pulumi's own SDK that holds no policy; and what the rules take in
 * a review, which has them read the preview's events. With the path of a `checkov` (PyPI), also Checkov on a Terraform
 * plan of as many of the same kinds of resources: it reads no Pulumi program.
 */
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { ensureToolchain } from "../engine/toolchain.ts";
import { rehearsedState } from "../operations/rehearse/index.ts";
import { rehearsalSettings } from "../operations/rehearse/settings.ts";
import { makeWorkspace } from "../operations/rehearse/workspace.ts";
import { Graph } from "../review/read/graph.ts";
import { heading, once, root, type Timed, weigh } from "./measure.ts";

/** Terraform's names of the kinds that both call alike: `aws:ec2/subnet:Subnet` is `aws_subnet`. */
const kinds: Readonly<Record<string, string>> = {
  "aws:s3/bucket:Bucket": "aws_s3_bucket",
  "aws:ec2/subnet:Subnet": "aws_subnet",
  "aws:ec2/securityGroup:SecurityGroup": "aws_security_group",
  "aws:iam/role:Role": "aws_iam_role",
  "aws:kms/key:Key": "aws_kms_key",
  "aws:cloudwatch/logGroup:LogGroup": "aws_cloudwatch_log_group",
  "aws:cloudwatch/metricAlarm:MetricAlarm": "aws_cloudwatch_metric_alarm",
};

const [runs = "5", checkov] = process.argv.slice(2);
const engine = await ensureToolchain();
const workspace = await makeWorkspace(engine);
try {
  await workspace.settle(rehearsalSettings("aws-ecs", "medium"));
  const preview = (name: string, ...more: string[]): Timed => ({
    name,
    command: [engine.pulumi, "preview", "--stack", workspace.stack, "--non-interactive", ...more],
    env: workspace.toolchain.env(),
    cwd: workspace.project,
    says: /\+ \d+ to create/,
  });
  const judged = preview("pulumi preview, all packs", "--policy-pack", join(root, "policies"));
  const held = { ...judged, name: "pulumi preview, all packs, held to SOC 2" };
  const bare = preview("pulumi preview");
  heading("Policies: preview of aws-ecs, medium");
  await weigh(judged, [bare, preview("the same, an empty pack", "--policy-pack", emptyPack())], Number(runs));
  await reviewed();
  await workspace.settle({ ...rehearsalSettings("aws-ecs", "medium"), "rung:compliance": '["soc2"]' });
  await weigh(held, [bare], Number(runs));
  if (checkov) await peer(checkov);
} finally {
  await workspace.remove();
}

/** What any pack costs: Pulumi's SDK, and no policy. */
function emptyPack(): string {
  const folder = join(root, ".rung", "bench", "empty-pack"); // under the root: there it finds the SDK
  mkdirSync(folder, { recursive: true });
  const runtime =
    "runtime:\n  name: nodejs\n  options:\n    typescript: false\nmain: index.cjs\nversion: 0.0.1\n";
  writeFileSync(join(folder, "PulumiPolicy.yaml"), runtime);
  writeFileSync(join(folder, "package.json"), '{"name": "empty", "version": "0.0.1", "main": "index.cjs"}');
  const pack = 'new (require("@pulumi/policy").PolicyPack)("empty", { policies: [] });\n';
  writeFileSync(join(folder, "index.cjs"), pack);
  return folder;
}

/** What the rules add to a review: they are loaded once, and judge what one preview told. */
async function reviewed(): Promise<void> {
  const { events } = await workspace.run("preview");
  const began = performance.now();
  const { judgedBefore, policiesOf } = await import("../review/policies.ts");
  const nothing = new Graph([]);
  const found = policiesOf(await judgedBefore(nothing), nothing, { events, plan: {} });
  const seconds = (performance.now() - began) / 1000;
  console.log(
    `in a review, one run: ${seconds.toFixed(2)} s, rules loaded from the disk; ${found.length} told\n`,
  );
}

async function peer(program: string): Promise<void> {
  const state = (await rehearsedState("aws-ecs", engine, "medium")).filter(({ custom }) => custom);
  const known = state.flatMap(({ type, inputs }) => (kinds[type] ? [{ type: kinds[type], inputs }] : []));
  const snake = (name: string) => name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
  const resources = state.map((_, index) => {
    const { type = "", inputs = {} } = known[index % known.length] ?? {};
    const values = Object.fromEntries(Object.entries(inputs).map(([key, value]) => [snake(key), value]));
    return { address: `${type}.r${index}`, mode: "managed", type, name: `r${index}`, values };
  });
  const plan = {
    format_version: "1.2",
    terraform_version: "1.9.0",
    planned_values: { root_module: { resources } },
    resource_changes: resources.map(({ values, ...one }) => ({
      ...one,
      change: { actions: ["create"], before: null, after: values },
    })),
    configuration: { root_module: {} },
  };
  const file = join(workspace.folder, "plan.json");
  writeFileSync(file, JSON.stringify(plan));
  const command: Timed["command"] = [program, "-f", file, "--quiet", "--compact", "--soft-fail"];
  const seconds: number[] = [];
  for (let run = 0; run <= Number(runs); run += 1) seconds.push(await once({ name: "checkov", command }));
  const median = seconds.slice(1).toSorted((a, b) => a - b)[Math.floor((seconds.length - 1) / 2)];
  console.log(`checkov, a plan of ${resources.length} resources: ${median?.toFixed(2)} s, the median`);
}
