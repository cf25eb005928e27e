import { unknown } from "../generic/values.ts";
import type { Call, ResourceDefinition, Values } from "../provider.ts";
import { changesBetween, computedOutputs, failuresIn } from "../table.ts";
import { ask, type Docker, DockerError, docker, find, statusOf } from "./client.ts";
import { bodyOf, endpointOf, otherNetworks, resourcesOf } from "./container/body.ts";
import type { Found } from "./container/found.ts";
import { type Inputs, normal } from "./container/inputs.ts";
import { judge } from "./container/judge.ts";
import { type ImageDefaults, mustStart, observed } from "./container/observe.ts";
import { type Ran, run } from "./container/run.ts";
import { stateOf } from "./container/state.ts";
import { upload } from "./container/uploads.ts";
import { officialReplaces } from "./replaces.ts";
import { drifted, foreign, isOurs, keepsItsName, named, pause } from "./shared.ts";
import { table } from "./table.ts";

const token = "docker:index/container:Container";

/** The official provider says of these that they change in place, and then does nothing: Docker cannot. */
const cannotChange = ["healthcheck", "init", "rm", "tmpfs"];
/** Limits that Docker can move but not lift. */
const cannotBeLifted = ["cpuPeriod", "cpuQuota", "cpuSet", "cpuShares", "memory", "memoryReservation"];
/** Limits that Docker changes while the container runs. */
const changedInPlace = [
  ...cannotBeLifted,
  ...["deviceReadBps", "deviceReadIops", "deviceWriteBps", "deviceWriteIops"],
  ...["maxRetryCount", "memorySwap", "restart"],
];

const replaces = (key: string): boolean =>
  cannotChange.includes(key) || officialReplaces.Container.includes(key);

export const container: ResourceDefinition<Inputs> = {
  secrets: [],

  check(given, before, call) {
    const failures = failuresIn(table, token, given);
    const inputs = named(given, before, call) as Inputs; // compared with the declarations just now
    return { inputs, failures: failures.length > 0 ? failures : judge(inputs) };
  },

  diff(before, now, ignore) {
    const changes = changesBetween(normal(before.inputs), normal(now), replaces, ignore).map((change) =>
      change.kind === "delete" && cannotBeLifted.includes(change.path)
        ? { ...change, replaces: true }
        : change,
    );
    return { changes, deleteBeforeReplace: keepsItsName(before, now) };
  },

  plan(now, before) {
    const computed = computedOutputs(table, token).map((key) => [key, unknown]);
    return { ...(before ?? Object.fromEntries(computed)), ...now };
  },

  async create(now, call) {
    const name = now.name ?? call.name;
    const made = await make(now, name, call);
    try {
      await join(made, name, now);
      await upload(made, now);
      const ran = await run(made, name, now, call);
      const found = await find(`read the container "${name}"`, made.inspect());
      if (found) return { id: made.id, state: stateOf(now, found, withoutSecrets(ran, call)) };
      return { id: made.id, state: { ...now, ...withoutSecrets(ran, call) } };
    } catch (error) {
      // Nothing half-made is left behind; the next update starts anew.
      await made.remove({ force: true, v: true }).catch(() => {});
      throw error;
    }
  },

  async read(id, before) {
    const engine = await docker();
    const byId = await find(`read the container "${id}"`, engine.getContainer(id).inspect());
    const found = byId ?? (await ofSameName(before?.inputs));
    if (!found) return undefined;
    const image = await imageDefaults(found);
    const written = before?.inputs ?? ({ image: found.Config.Image } as Inputs); // its only required key
    const inputs = drifted(written, normal(written), observed(found, image, written));
    return { id: found.Id, inputs, state: stateOf(inputs, found, ranBefore(found, before?.state)) };
  },

  async update(before, now, call) {
    const engine = await docker();
    const name = now.name ?? call.name;
    const there = engine.getContainer(before.id);
    const changed = changesBetween(normal(before.inputs), normal(now), replaces).map(({ path }) => path);
    if (changed.some((key) => changedInPlace.includes(key))) {
      await ask(`change the limits of the container "${name}"`, there.update(resourcesOf(now)));
    }
    const found = await ask(`read the container "${name}"`, there.inspect());
    const ran = mustStart(found, now) ? await run(there, name, now, call) : ranBefore(found, before.state);
    const after = await ask(`read the container "${name}"`, there.inspect());
    return stateOf(now, after, withoutSecrets(ran, call));
  },

  async delete({ id, inputs, state }, call) {
    const engine = await docker();
    await remove(engine.getContainer(id), String(state.name ?? id), { ...state, ...inputs } as Inputs, call);
  },
};

/** Makes the container; one of the same name that an update of this program left half-made goes first. */
async function make(now: Inputs, name: string, call: Call): Promise<Docker.Container> {
  const engine = await docker();
  const create = () => ask(`create the container "${name}"`, engine.createContainer(bodyOf(now, name)));
  try {
    return await create();
  } catch (error) {
    if (statusOf(error) === 404)
      throw new DockerError(`${(error as Error).message} (its image: "${now.image}")`); // ask() throws errors
    if (statusOf(error) !== 409) throw error;
    const there = engine.getContainer(name);
    const found = await find(`read the container "${name}"`, there.inspect());
    if (found && !isOurs(found.Config.Labels, now.labels)) {
      throw new Error(foreign("container", name, `${token} ${call.name} ${name}`));
    }
    call.status("removing what an earlier update left half-made");
    await remove(there, name, now, call);
    return create();
  }
}

async function join(made: Docker.Container, name: string, now: Inputs): Promise<void> {
  const engine = await docker();
  for (const network of otherNetworks(now)) {
    const endpoint = { Container: made.id, EndpointConfig: endpointOf(network) };
    await ask(
      `join "${name}" to the network "${network.name}"`,
      engine.getNetwork(network.name).connect(endpoint),
    );
  }
}

/** Stops it with time to end well, if it was given any, then removes it with the volumes that Docker made for it. */
async function remove(there: Docker.Container, name: string, inputs: Inputs, call: Call): Promise<void> {
  if (!inputs.attach) {
    const stopped = there.stop({ t: inputs.destroyGraceSeconds ?? 0 }).catch((error: unknown) => {
      if (statusOf(error) !== 304) throw error; // it stood still already
    });
    await find(`stop the container "${name}"`, stopped);
  }
  const options = { v: inputs.removeVolumes ?? true, force: true };
  await find(`remove the container "${name}"`, there.remove(options)).catch((error: unknown) => {
    if (statusOf(error) !== 409) throw error; // its removal is under way, by itself or by another's hand
  });
  while (await find(`look at the container "${name}"`, there.inspect())) await pause(100, call.signal);
}

/** Made again by hand under the same name and labels: still this one, with its differences. */
async function ofSameName(inputs: Inputs | undefined): Promise<Found | undefined> {
  if (!inputs?.name) return undefined;
  const engine = await docker();
  const found = await find(`read the container "${inputs.name}"`, engine.getContainer(inputs.name).inspect());
  return found && isOurs(found.Config.Labels, inputs.labels) ? found : undefined;
}

async function imageDefaults(found: Found): Promise<ImageDefaults> {
  const engine = await docker();
  const image = await find(`read the image ${found.Image}`, engine.getImage(found.Image).inspect());
  return image?.Config;
}

/** What a container wrote and how it ended, as its state has it. */
const ranBefore = (found: Found, state: Values | undefined): Ran => ({
  exitCode: found.State.Running ? 0 : found.State.ExitCode,
  containerLogs: typeof state?.containerLogs === "string" ? state.containerLogs : "",
});

const withoutSecrets = (ran: Ran, call: Call): Ran =>
  ran.containerLogs === undefined ? ran : { ...ran, containerLogs: call.redact(ran.containerLogs) };
