import { readFile } from "node:fs/promises";
import { join } from "node:path";
import type { Blueprint } from "../../components/model/blueprint.ts";
import { DiagnosticsError } from "../../components/model/diagnostics.ts";
import { specFile } from "../../components/model/spec.ts";
import { sizes } from "../../components/model/words.ts";
import { stageNamed } from "../../components/stages.ts";
import { root } from "../../engine/paths.ts";
import type { Toolchain } from "../../engine/toolchain.ts";
import { type Drift, driftOf } from "../../review/drift.ts";
import type { ResourceChange } from "../../review/model.ts";
import { settingsOf } from "../../review/read/settings.ts";
import { workingTree } from "../../review/trees.ts";
import { settingsFile } from "../../stacks/settings.ts";
import { run } from "../engineRun.ts";
import { loadTarget, type Target } from "../target.ts";
import { changing } from "../up.ts";
import { type Candidate, candidatesFor } from "./candidates.ts";
import { inSettingsFile } from "./settingsFile.ts";
import { inSpecFile } from "./specFile.ts";
import { mendTrial, trial } from "./trial.ts";

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
  await mendTrial();
  const target = await loadTarget(stack);
  const drifted = await driftOf(toolchain, stack);
  let now = drifted;
  const written: Accepted["written"][number][] = [];
  const tried = new Set<string>();
  const why = new Map<string, string[]>();
  for (const change of drifted.review.changes) {
    const settings = (await settingsOf(workingTree, stack))?.values ?? {};
    for (const one of candidatesFor(change, settings, target.context.spec, plansOf(target))) {
      const name = JSON.stringify(one);
      if (tried.has(name) || isSaid(change, now)) continue;
      tried.add(name);
      const file = one.kind === "spec" ? specFile : settingsFile(stack);
      const said = `${file}: ${one.key} = ${shown(one.to)}`;
      const because = (text: string) => why.set(change.urn, [...(why.get(change.urn) ?? []), text]);
      const path = join(root, file);
      const before = await readFile(path, "utf8");
      const after =
        one.kind === "spec"
          ? inSpecFile(before, one.key.split("."), one.to)
          : inSettingsFile(before, one.key, one.to ?? null);
      if ("cannot" in after) {
        because(`${file}: ${after.cannot}`);
        continue;
      }
      const { planned } = now;
      const look = () =>
        driftOf(toolchain, stack).catch((error: unknown) => {
          if (error instanceof DiagnosticsError) return undefined;
          throw error;
        });
      const better = await trial(
        path,
        after.text,
        look,
        (then) => then !== undefined && isBetter(then.planned, planned),
      );
      if (!better) {
        because(`${said} would change other things, or not this`);
        continue;
      }
      now = better;
      written.push({ file, key: one.key, from: one.from, to: shown(one.to) });
    }
  }
  const kept = drifted.review.changes.filter((one) => isSaid(one, now)).map(({ urn }) => urn);
  if (written.length > 0) await tellState(stack, kept);
  return { written, refused: refusedOf(drifted, now, why) };
}

/** Of all that differed in it, the code now says what the world has; what else it has to follow is another matter. */
const isSaid = ({ urn, operation, properties }: ResourceChange, { planned }: Drift): boolean => {
  const left = planned.get(urn);
  if (left === undefined) return true;
  return operation === "update" && !left.includes("*") && !properties.some(({ path }) => left.includes(path));
};

const shown = (value: Candidate["to"]): string =>
  value === undefined ? "nothing" : typeof value === "string" ? value : JSON.stringify(value);

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

function refusedOf(
  { review, urns }: Drift,
  now: Drift,
  why: ReadonlyMap<string, readonly string[]>,
): Accepted["refused"] {
  return review.changes
    .filter((one) => urns.includes(one.urn) && !isSaid(one, now))
    .map(({ urn, name, operation, properties }) => {
      const tried = why.get(urn);
      const says = properties.map(({ path, to }) => `${path} = ${to ?? "nothing"}`).join(", ");
      const base =
        operation === "delete"
          ? "it is gone; the spec says what there is: take it out there, or --revert"
          : properties.every(({ secret }) => secret)
            ? "it differs in a secret, and secrets are never written into code: --revert"
            : `no setting, and no value of the spec, says ${says}`;
      return { name, why: tried ? `${base}; tried: ${tried.join("; ")}` : base };
    });
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
