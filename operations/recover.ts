import { failure } from "../components/model/diagnostics.ts";
import { forgetTorn, keepState, mendTorn, stateFolder } from "../engine/backend.ts";
import {
  type Checkpoint,
  exportState,
  importState,
  type PendingOperation,
  readCheckpoint,
} from "../engine/pulumi.ts";
import { lastRun, runsOf } from "../engine/runLog.ts";
import type { Toolchain } from "../engine/toolchain.ts";
import { type Being, lookAtWorld, type World } from "../engine/world.ts";
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
  if (torn) say("the state could not be read; an earlier save was put back");
  const checkpoint = state ? await readCheckpoint(stack, state) : undefined;
  const { removed, drifted } = await own(checkpoint);
  if (removed.length > 0) say(`removed what a killed run left: ${removed.join(", ")}`);
  const last = await lastRun(runs);
  const pending = checkpoint?.pendingOperations ?? [];
  if (!torn && pending.length === 0 && last?.succeeded !== false) {
    await keepState(stack, state);
    return drifted;
  }

  const world = await lookAtWorld(toolchain, stack);
  const noted = new Set(checkpoint?.resources.map(({ urn }) => urn));
  const lost = torn
    ? [...(last?.begun ?? [])].flatMap(([urn, { provider }]) => (provider && !noted.has(urn) ? [urn] : []))
    : [];
  refuseUnknown([...creating(pending), ...lost], world);
  const strays = straysOf(checkpoint, world).map(
    (being): Stray => ({ ...being, origin: last?.begun.get(being.urn) }),
  );
  if (pending.length > 0 || strays.length > 0) {
    const homeless = await rewrite(place, strays);
    const taken = strays.filter((one) => !homeless.includes(one));
    if (taken.length > 0) say(`took up what a killed run had made: ${names(taken)}`);
    if (homeless.length > 0) say(`made by a killed run, and unknown to the state: ${names(homeless)}`);
  }
  await keepState(stack, state);
  if (torn) await forgetTorn(stack, state);
  return (checkpoint?.resources.length ?? 0) > 0;
}

const names = (strays: readonly Stray[]): string =>
  strays.map(({ urn }) => urn.split("::").at(-1) ?? urn).join(", ");

/**
 * What is there and not in the state. In another region the same id is another's; what was renamed is there under its
 * old URN; what is to be replaced and gone may have given its name to its successor.
 */
function straysOf(checkpoint: Checkpoint | undefined, { beings }: World): readonly Being[] {
  const known = (checkpoint?.resources ?? []).filter((one) => !one.pendingReplacement);
  const noted = new Set(known.map(({ urn, id }) => `${urn} ${id}`));
  const there = new Set(beings.map(({ urn, id }) => `${urn} ${id}`));
  const renamed = known
    .filter(({ urn, id }) => !there.has(`${urn} ${id}`))
    .map(({ type, id }) => `${type} ${id}`);
  return beings.filter(({ urn, type, id }) => {
    if (noted.has(`${urn} ${id}`)) return false;
    const at = renamed.indexOf(`${type} ${id}`);
    if (at >= 0) renamed.splice(at, 1);
    return at < 0;
  });
}

/** `urn:pulumi:dev::pulse::parent$aws:sqs/queue:Queue::jobs` → `aws:sqs/queue:Queue`. */
const typeOfUrn = (urn: string): string => urn.split("::")[2]?.split("$").at(-1) ?? "";

const creating = (pending: readonly PendingOperation[]): string[] =>
  pending.flatMap(({ type, resource }) => (type === "creating" ? [resource.urn] : []));

/** Of what an official provider was making, or made and nobody noted, its vendor alone knows whether it is there. */
function refuseUnknown(urns: readonly string[], world: World): void {
  const unknown = [...new Set(urns)].filter((urn) => world.knows(typeOfUrn(urn)) === "unknown");
  if (unknown.length === 0) return;
  const told = unknown.map((urn) => `  ${urn}`).join("\n");
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
