import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { parseDocument } from "yaml";
import type { Blueprint } from "../../components/model/blueprint.ts";
import { specFile } from "../../components/model/spec.ts";
import { sizes } from "../../components/model/words.ts";
import { stageNamed } from "../../components/stages.ts";
import { root } from "../../engine/paths.ts";
import type { Toolchain } from "../../engine/toolchain.ts";
import { type Drift, driftOf } from "../../review/drift.ts";
import { settingsOf } from "../../review/read/settings.ts";
import { workingTree } from "../../review/trees.ts";
import { settingsFile } from "../../stacks/settings.ts";
import { run } from "../engineRun.ts";
import { loadTarget, type Target } from "../target.ts";
import { changing } from "../up.ts";
import { type Candidate, candidatesFor } from "./candidates.ts";

/** What became of the world's own ways. */
export interface Accepted {
  readonly written: readonly {
    readonly file: string;
    readonly key: string;
    readonly from: string | undefined;
    readonly to: string;
  }[];
  /** What no spec or setting can say, and why. */
  readonly refused: readonly { readonly name: string; readonly why: string }[];
}

/**
 * Writes into settings or spec what makes the code say what the world has. Nothing is written that a preview does not
 * bear out: the difference must go, and no other may come. Then the state is told of what was accepted.
 */
export async function accept(toolchain: Toolchain, stack: string): Promise<Accepted> {
  const target = await loadTarget(stack);
  let now = await driftOf(toolchain, stack);
  const written: Accepted["written"][number][] = [];
  const tried = new Set<string>();
  const drifted = now;
  for (const change of now.review.changes) {
    const settings = (await settingsOf(workingTree, stack))?.values ?? {};
    for (const one of candidatesFor(change, settings, target.context.spec, plansOf(target))) {
      const name = JSON.stringify(one);
      if (tried.has(name) || !now.planned.has(change.urn)) continue;
      tried.add(name);
      const file = one.kind === "spec" ? specFile : settingsFile(stack);
      const before = await readFile(join(root, file), "utf8");
      const after = one.kind === "spec" ? inSpec(before, one) : inSettings(before, one);
      if (after === undefined) continue;
      await writeFile(join(root, file), after);
      let better: Drift | undefined;
      try {
        const then = await driftOf(toolchain, stack).catch(() => undefined);
        if (then && isBetter(then.planned, now.planned)) better = then;
      } finally {
        if (!better) await writeFile(join(root, file), before);
      }
      if (!better) continue;
      now = better;
      written.push({ file, key: one.key, from: one.from, to: one.to });
    }
  }
  const kept = drifted.urns.filter((urn) => !now.planned.has(urn));
  if (written.length > 0) await tellState(stack, kept);
  return { written, refused: refusedOf(drifted, now) };
}

/** The difference went, and no other came. */
export function isBetter(
  then: ReadonlyMap<string, readonly string[]>,
  before: ReadonlyMap<string, readonly string[]>,
): boolean {
  const flat = (all: ReadonlyMap<string, readonly string[]>) =>
    [...all].flatMap(([urn, paths]) => paths.map((path) => `${urn} ${path}`));
  const was = new Set(flat(before));
  const is = flat(then);
  return is.length < was.size && is.every((one) => was.has(one));
}

function refusedOf({ review, urns }: Drift, { planned }: Drift): Accepted["refused"] {
  return review.changes
    .filter(({ urn }) => urns.includes(urn) && planned.has(urn))
    .map(({ name, operation, properties }) => ({
      name,
      why:
        operation === "delete"
          ? "it is gone; the spec says what there is: take it out there, or --revert"
          : `no setting, and no value of the spec, says ${properties.map(({ path, to }) => `${path} = ${to ?? "nothing"}`).join(", ")}`,
    }));
}

const plansOf = ({ context: { spec, stage, platform } }: Target): Record<string, Blueprint> =>
  Object.fromEntries(
    sizes.flatMap((size) => {
      try {
        return [[size, stageNamed(stage).blueprint(spec, size, platform)]];
      } catch {
        return []; // a size that the stage cannot carry says nothing
      }
    }),
  );

function inSettings(text: string, { key, to }: Candidate): string {
  const document = parseDocument(text);
  document.setIn(
    ["config", key],
    /^(\d+(\.\d+)?|true|false|\[.*\])$/.test(to) ? (JSON.parse(to) as unknown) : to,
  );
  return document.toString();
}

/** Where the key stands with that value exactly once; elsewhere nobody can tell which is meant. */
function inSpec(text: string, { key, from = "", to }: Candidate): string | undefined {
  const said = `${key}: ${from}`;
  const parts = text.split(said);
  return parts.length === 2 ? parts.join(`${key}: ${to}`) : undefined;
}

/** Otherwise the state would go on to say what the code no longer does. */
async function tellState(stack: string, urns: readonly string[]): Promise<void> {
  await changing(
    await loadTarget(stack),
    "rung drift --accept",
    () => {},
    (toolchain) =>
      run({ toolchain, command: "refresh", stack, args: urns.flatMap((urn) => ["--target", urn]) }, () => {}),
  );
}
