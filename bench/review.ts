/**
 * `node bench/review.ts [runs]`: `rung review` of changes to a stack on `aws-ecs`, size medium, against a bare `pulumi
 * preview` of the same program on the same state: no change, a small one (an alarm waits longer, backups are kept
 * shorter), a large one (medium becomes large). The base is the last commit; it was reviewed before, as a pull request's
 * is from its second push on. Then the same with nothing kept of the base, as on its first.
 */
import { readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { ensureToolchain } from "../engine/toolchain.ts";
import { makeWorkspace } from "../operations/rehearse/workspace.ts";
import { settingsOf } from "../review/read/settings.ts";
import { configOf } from "../review/standing.ts";
import { workingTree } from "../review/trees.ts";
import { heading, once, root, type Timed, weigh } from "./measure.ts";

const stack = "prod";
const runs = Number(process.argv[2] ?? 5);
const files = [`Pulumi.${stack}.yaml`, "components/aws-ecs/sizes.ts", "components/aws/network.ts"] as const;
const [settings, sizes, network] = files;

interface Change {
  readonly name: string;
  readonly edits: readonly (readonly [file: string, find: string, put: string])[];
}

const changes: readonly Change[] = [
  // A comment: the stack is concerned, and nothing of it changes.
  { name: "no-op", edits: [[network, "import ", "// looked at again\nimport "]] },
  {
    name: "small",
    edits: [
      [
        sizes,
        "replicas: 1 },\n    natGateways: 1,\n    privateEndpoints: true,\n    logDays: 90",
        "replicas: 1 },\n    natGateways: 1,\n    privateEndpoints: true,\n    logDays: 60",
      ],
    ],
  },
  { name: "large", edits: [[settings, "rung:size: medium", "rung:size: large"]] },
];

const engine = await ensureToolchain();
const workspace = await makeWorkspace(engine, { stack });
try {
  const before = new Map(files.map((file) => [file, readFileSync(join(root, file), "utf8")]));
  const base = await settingsOf(workingTree, stack);
  await workspace.settle(configOf(base, base));
  const { code, diagnostics } = await workspace.run("up");
  if (code !== 0) throw new Error(JSON.stringify(diagnostics));
  heading("Review of prod on aws-ecs, medium");
  for (const { name, edits } of changes) {
    try {
      for (const [file, find, put] of edits) edit(file, find, put);
      const after = await settingsOf(workingTree, stack);
      await workspace.settle(configOf(after, after));
      const review: Timed = {
        name: `rung review: ${name}`,
        command: ["sh", "-c", `./rung review --base HEAD --stack ${stack}; [ $? -le 3 ]`],
        says: /cost a month|without a change|no resource changes/,
      };
      const bare: Timed = {
        name: "pulumi preview",
        command: [engine.pulumi, "preview", "--stack", stack, "--non-interactive"],
        env: workspace.toolchain.env(),
        cwd: workspace.project,
        says: /unchanged/,
      };
      await weigh(review, [bare], runs);
      if (name === "small") await cold({ ...review, name: "rung review: small, nothing kept" });
    } finally {
      for (const [file, text] of before) writeFileSync(join(root, file), text);
    }
  }
} finally {
  await workspace.remove();
}

function edit(file: string, find: string, put: string): void {
  const text = readFileSync(join(root, file), "utf8");
  if (!text.includes(find)) throw new Error(`${file} does not hold: ${find}`);
  writeFileSync(
    join(root, file),
    text.replace(find, () => put),
  );
}

/** As on a machine that has never seen the base: it is checked out, and its stack is brought up first. */
async function cold(review: Timed): Promise<void> {
  const kept = ["bases", "trees", "described"].map((folder) => join(root, ".rung", folder));
  const seconds: number[] = [];
  for (let run = 0; run < runs; run += 1) {
    for (const folder of kept) rmSync(folder, { recursive: true, force: true });
    seconds.push(await once(review));
  }
  const median = seconds.toSorted((a, b) => a - b)[Math.floor(seconds.length / 2)];
  console.log(`${review.name}: ${median?.toFixed(2)} s, the median\n`);
}
