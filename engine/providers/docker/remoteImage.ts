import type { RemoteImageArgs } from "@pulumi/docker";
import type { Unwrap } from "@pulumi/pulumi";
import type { ImageInspectInfo } from "dockerode";
import { isObject, unknown } from "../generic/values.ts";
import type { Call, ResourceDefinition, Values } from "../provider.ts";
import { changesBetween, computedOutputs, failuresIn } from "../table.ts";
import { type Build, buildImage, follow, judgeBuild } from "./build.ts";
import { ask, docker, find, refused, statusOf } from "./client.ts";
import { officialReplaces } from "./replaces.ts";
import { table } from "./table.ts";

const token = "docker:index/remoteImage:RemoteImage";
type Inputs = Unwrap<RemoteImageArgs> & Values;

/** All parts of `build` force a new image in the official provider, one by one. */
const replaces = (key: string): boolean =>
  key === "build" || (officialReplaces.RemoteImage as readonly string[]).includes(key);

export const remoteImage: ResourceDefinition<Inputs> = {
  secrets: [],

  check(given) {
    const failures = failuresIn(table, token, given);
    // checked against the declarations just now
    if (failures.length === 0 && isObject(given.build))
      failures.push(...judgeBuild(given.build as Partial<Build>));
    return { inputs: given as Inputs, failures };
  },

  diff: (before, now, ignore) => ({
    changes: changesBetween(normal(before.inputs), normal(now), replaces, ignore),
  }),

  plan: (now, before) => ({
    ...(before ?? Object.fromEntries(computedOutputs(table, token).map((key) => [key, unknown]))),
    ...now,
  }),

  async create(now, call) {
    if (now.build) await buildImage(now.name, now.build, now.platform, call);
    const found = (await inspect(now.name)) ?? (await pull(now, call));
    return { id: `${found.Id}${now.name}`, state: stateOf(now, found) };
  },

  async read(id, before) {
    const name = before?.inputs.name ?? id.replace(/^sha256:[0-9a-f]{64}/, "");
    const found = await inspect(name);
    if (!found) return undefined;
    const inputs = before?.inputs ?? ({ name } as Inputs); // its only required key
    return { id: `${found.Id}${name}`, inputs, state: stateOf(inputs, found) };
  },

  /** Only what a later removal does can change in place. */
  async update(before, now) {
    return { ...before.state, ...now };
  },

  async delete({ inputs, state }, call) {
    const kept = inputs.keepLocally ?? state.keepLocally;
    if (kept !== true)
      await remove(String(state.name), String(state.imageId), inputs.forceRemove ?? false, call);
  },
};

async function inspect(name: string): Promise<ImageInspectInfo | undefined> {
  const engine = await docker();
  return find(`read the image "${name}"`, engine.getImage(name).inspect());
}

async function pull({ name, platform }: Inputs, call: Call): Promise<ImageInspectInfo> {
  const engine = await docker();
  const what = `pull the image "${name}", which is not on this machine`;
  // Without a tag Docker would pull every one there is.
  const reference = /[:@][^/]*$/.test(name) ? name : `${name}:latest`;
  const options = { ...(platform ? { platform } : {}), abortSignal: call.signal };
  await follow(await ask(what, engine.pull(reference, options)), what, call);
  return ask(`read the image "${name}" after its pull`, engine.getImage(name).inspect());
}

/**
 * Takes the name away, and the image with its last name. A name that means another image by now, because this one
 * was replaced under it, stays; what is left of this one goes unless something still runs from it.
 */
async function remove(name: string, imageId: string, force: boolean, { signal }: Call): Promise<void> {
  const engine = await docker();
  signal.throwIfAborted();
  const named = await inspect(name);
  if (named?.Id === imageId) {
    await find(`remove the image "${name}"`, engine.getImage(name).remove({ force }));
    return;
  }
  const left = await inspect(imageId);
  if (!left || left.RepoTags.length > 0) return;
  try {
    await engine.getImage(imageId).remove({ force });
  } catch (error) {
    if (statusOf(error) !== 404 && statusOf(error) !== 409)
      throw refused(`remove the image ${imageId}`, error);
  }
}

/** Inputs as they compare: switches that are off are as good as left out. */
const normal = (inputs: Inputs): Values =>
  Object.fromEntries(Object.entries(inputs).filter(([, value]) => value !== false && value !== undefined));

const stateOf = (inputs: Inputs, found: ImageInspectInfo): Values => ({
  ...inputs,
  imageId: found.Id,
  repoDigest: found.RepoDigests?.[0] ?? "",
});
