import { cp, mkdtemp, readFile, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { root } from "../../engine/paths.ts";
import { ensureToolchain } from "../../engine/toolchain.ts";
import { rehearsalSettings } from "../../operations/rehearse/settings.ts";
import { compare } from "../../review/compare.ts";
import { judge, ranked, type StackReview, worst } from "../../review/model.ts";
import { judgedBefore, policiesOf } from "../../review/policies.ts";
import { type Described, describe } from "../../review/read/describe.ts";
import type { StackSettings } from "../../review/read/settings.ts";
import { type Standing, stand } from "../../review/rehearsed.ts";
import { repositoryFindings } from "../../review/repository.ts";
import { hunksBetween, type Tree } from "../../review/trees.ts";
import type { Case, Edit, Group } from "./case.ts";

const stack = "prod";

/** A stack as it stands before the changes of a group; each is reviewed against it. */
export interface Stood {
  review(one: Case): Promise<StackReview>;
  end(): Promise<void>;
}

/** Brings a group's stack up, once. */
export async function standGroup({ base }: Group): Promise<Stood> {
  const tree = { folder: root, label: "before" };
  const config = configOf(base);
  const stage = "stage" in base ? base.stage : undefined;
  const program = "program" in base ? { program: base.program } : {};
  const [standing, described] = await Promise.all([
    stand({ toolchain: await ensureToolchain(), stack, stage, head: { tree, config, ...program } }),
    stage ? describe(tree, stack, config) : Promise.resolve(bare),
  ]);
  if (standing.failure) throw new Error(`the base does not stand: ${standing.failure}`);
  return {
    review: (one) => reviewed(one, standing, { tree, config, described }, program),
    end: () => standing.end(),
  };
}

/** A program of its own asks for nothing in spec and settings. */
const bare: Described = { problems: [] };

function configOf(base: Group["base"]): Record<string, string> {
  if ("program" in base) return { "aws:region": "eu-central-1" };
  // Production is protected; only a rehearsal that ends in destroy is not.
  const { "rung:protect": _, ...settings } =
    base.stage === "local"
      ? { "rung:stage": base.stage, "rung:size": base.size, "rung:protect": "" }
      : rehearsalSettings(base.stage, base.size);
  return { ...settings, ...base.settings };
}

async function reviewed(
  { edits = [], settings = {} }: Case,
  standing: Standing,
  base: { readonly tree: Tree; readonly config: Record<string, string>; readonly described: Described },
  program: { readonly program?: string },
): Promise<StackReview> {
  const tree = await edited(edits, program.program);
  try {
    const config = { ...base.config, ...settings };
    const [described, hunks, preview] = await Promise.all([
      program.program ? bare : describe(tree, stack, config),
      hunksBetween(base.tree, tree, program.program ? [program.program] : []),
      standing.preview({ tree, config, ...program }),
    ]);
    const policies = policiesOf(await judgedBefore(standing.graph), standing.graph, preview);
    const review = compare({
      stack,
      base: { tree: base.tree, settings: asSettings(base.config), described: base.described },
      head: { tree, settings: asSettings(config), described },
      hunks,
      standing,
      preview,
      policies,
      basis: "predicted",
      baseLabel: "before",
      unknowns: [],
    });
    // A reviewer is told both together.
    const findings = repositoryFindings(hunks);
    return {
      ...review,
      verdict: worst([review.verdict, judge(findings)]),
      findings: ranked([...review.findings, ...findings]),
    };
  } finally {
    await rm(tree.folder, { recursive: true, force: true });
  }
}

const asSettings = (values: Record<string, string>): StackSettings => ({
  file: `Pulumi.${stack}.yaml`,
  values,
  secrets: {},
  lines: {},
});

/** What a change may be made to; the rest is the clone's own. */
const copied = ["app", "components", "stacks", "migrations", "package.json", "package-lock.json"];
const linked = ["engine", "operations", "node_modules", ".rung"];

/** A copy of the tree with the edits made. The caller removes it. */
async function edited(edits: readonly Edit[], program: string | undefined): Promise<Tree> {
  const folder = await mkdtemp(join(tmpdir(), "rung-case-"));
  const paths = [...copied, ...(program ? [program] : [])];
  await Promise.all([
    ...paths.map((path) => cp(join(root, path), join(folder, path), { recursive: true })),
    ...linked.map((path) => symlink(join(root, path), join(folder, path))),
  ]);
  for (const { file, find, put } of edits) {
    if (find === undefined) {
      await writeFile(join(folder, file), put, { flag: "wx" });
      continue;
    }
    const text = await readFile(join(folder, file), "utf8");
    const found = text.split(find).length - 1;
    if (found !== 1) throw new Error(`${file} holds ${found} times, not once: ${find}`);
    await writeFile(
      join(folder, file),
      text.replace(find, () => put),
    );
  }
  return { folder, label: "after" };
}
