import { failure } from "../components/model/diagnostics.ts";
import { forgetTorn, mendTorn, stateFolder } from "../engine/backend.ts";
import {
  type Checkpoint,
  exportState,
  importState,
  type PendingOperation,
  readCheckpoint,
} from "../engine/pulumi.ts";
import { lastRun, runsOf } from "../engine/runLog.ts";
import type { Toolchain } from "../engine/toolchain.ts";
import { lookAtWorld, type World } from "../engine/world.ts";
import { adopt, type Deployment, type Stray } from "./adopt.ts";
import type { Report } from "./progress.ts";
import type { Recovered } from "./stage.ts";

/** A stack, and where its state and its runs are kept. */
export interface Place {
  readonly toolchain: Toolchain;
  readonly stack: string;
  /** The project's folder, unless it is the repository. */
  readonly cwd?: string;
  /** Of the `file://` backend, unless it is this clone's. */
  readonly state?: string;
  /** Where its runs are logged, unless it is under `.rung/runs/`. */
  readonly runs?: string;
}

/**
 * Puts right what a killed run left, before the engine is run again: a torn state, what was made and never noted,
 * what was being made. Call it inside the stack's lock, with no engine running.
 * @param own what the stage itself does about it
 * @returns whether the engine must refresh first
 * @throws DiagnosticsError when only a vendor can say whether something was made
 */
export async function recover(
  place: Place,
  own: (checkpoint: Checkpoint | undefined) => Promise<Recovered>,
  report: Report,
): Promise<boolean> {
  const { toolchain, stack, state = stateFolder(), runs = runsOf(stack) } = place;
  const say = (text: string) => report({ event: "message", severity: "warning", text });
  const torn = await mendTorn(stack, state);
  if (torn) say("the state could not be read; the save before it was put back");
  const checkpoint = state ? await readCheckpoint(stack, state) : undefined;
  const { removed, drifted } = await own(checkpoint);
  if (removed.length > 0) say(`removed what a killed run left: ${removed.join(", ")}`);
  const last = await lastRun(runs);
  const pending = checkpoint?.pendingOperations ?? [];
  if (!torn && pending.length === 0 && last?.succeeded !== false) return drifted;

  const world = await lookAtWorld(toolchain, stack);
  refuseUnknown(pending, world);
  const strays = straysOf(checkpoint, world).map(
    (being): Stray => ({ ...being, origin: last?.begun.get(being.urn) }),
  );
  if (pending.length > 0 || strays.length > 0) {
    const homeless = await rewrite(place, strays);
    const taken = strays.filter((one) => !homeless.includes(one));
    if (taken.length > 0) say(`took up what a killed run had made: ${names(taken)}`);
    if (homeless.length > 0) say(`made by a killed run, and unknown to the state: ${names(homeless)}`);
  }
  if (torn) await forgetTorn(stack, state);
  return (checkpoint?.resources.length ?? 0) > 0;
}

const names = (strays: readonly Stray[]): string =>
  strays.map(({ urn }) => urn.split("::").at(-1) ?? urn).join(", ");

/** What is there and not in the state. */
function straysOf(checkpoint: Checkpoint | undefined, world: World) {
  const known = new Set(checkpoint?.resources.map(({ type, id }) => `${type} ${id}`));
  return world.beings.filter(({ type, id }) => !known.has(`${type} ${id}`));
}

/** Of what an official provider was making, its vendor alone knows whether it is there. */
function refuseUnknown(pending: readonly PendingOperation[], world: World): void {
  const unknown = pending.filter(
    ({ type, resource }) => type === "creating" && world.knows(resource.type) === "unknown",
  );
  if (unknown.length === 0) return;
  const told = unknown.map(({ resource }) => `  ${resource.urn}`).join("\n");
  throw failure(
    `the engine was killed while it made these; whether they are there only their vendor knows\n${told}`,
    'look there, then: eval "$(rung env)" && pulumi refresh, which asks for the id of each that is, and forgets the others',
    "rung",
    2,
  );
}

/** @returns the strays that could not be taken in */
async function rewrite(
  { toolchain, stack, cwd }: Place,
  strays: readonly Stray[],
): Promise<readonly Stray[]> {
  const exported = (await exportState(toolchain, stack, cwd)) as { deployment?: Deployment };
  if (!exported.deployment)
    throw failure("the exported state holds no deployment", "see pulumi stack export", "pulumi");
  const { state, homeless } = adopt(exported.deployment, strays);
  await importState(toolchain, stack, { ...exported, deployment: state }, cwd);
  return homeless;
}
