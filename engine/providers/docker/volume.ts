import type { VolumeArgs } from "@pulumi/docker";
import type { Unwrap } from "@pulumi/pulumi";
import type { VolumeInspectInfo } from "dockerode";
import { unknown } from "../generic/values.ts";
import type { ResourceDefinition, Values } from "../provider.ts";
import { changesBetween, computedOutputs, failuresIn } from "../table.ts";
import { ask, docker, find } from "./client.ts";
import { officialReplaces } from "./replaces.ts";
import { drifted, foreign, isOurs, keepsItsName, labelList, labelMap, named } from "./shared.ts";
import { table } from "./table.ts";

const token = "docker:index/volume:Volume";
type Inputs = Unwrap<VolumeArgs> & Values;

export const volume: ResourceDefinition<Inputs> = {
  secrets: [],

  check(given, before, call) {
    const failures = failuresIn(table, token, given);
    if (given.cluster !== undefined) {
      failures.push({
        property: "cluster",
        reason: '"cluster" needs Docker Swarm, and is not supported here',
      });
    }
    return { inputs: named(given, before, call), failures };
  },

  diff(before, now, ignore) {
    const replaces = (key: string) => (officialReplaces.Volume as readonly string[]).includes(key);
    const changes = changesBetween(normal(before.inputs), normal(now), replaces, ignore);
    return { changes, deleteBeforeReplace: keepsItsName(before, now) };
  },

  plan: (now, before) => ({
    ...(before ?? Object.fromEntries(computedOutputs(table, token).map((key) => [key, unknown]))),
    ...now,
  }),

  async create(now, call) {
    const engine = await docker();
    const name = now.name ?? call.name;
    const there = await find(`read the volume "${name}"`, engine.getVolume(name).inspect());
    // A volume holds data: one that is there is taken over when it is surely ours, and never remade.
    if (there && (!isOurs(there.Labels, now.labels) || !agrees(now, there))) {
      throw new Error(foreign("volume", name, `${token} ${call.name} ${name}`));
    }
    if (!there) await ask(`create the volume "${name}"`, engine.createVolume(bodyOf(now, name)));
    const found = there ?? (await ask(`read the volume "${name}"`, engine.getVolume(name).inspect()));
    return { id: name, state: stateOf(now, found) };
  },

  async read(id, before) {
    const engine = await docker();
    const found = await find(`read the volume "${id}"`, engine.getVolume(id).inspect());
    if (!found) return undefined;
    const written = before?.inputs ?? {};
    const inputs = drifted(written, normal(written), observed(found));
    return { id: found.Name, inputs, state: stateOf(inputs, found) };
  },

  async update(before, now) {
    return { ...before.state, ...now };
  },

  async delete({ id }) {
    const engine = await docker();
    await find(`remove the volume "${id}"`, engine.getVolume(id).remove());
  },
};

const bodyOf = (now: Inputs, name: string) => ({
  Name: name,
  Driver: now.driver ?? "local",
  DriverOpts: now.driverOpts ?? {},
  Labels: labelMap(now.labels),
});

/** Inputs as they compare: defaults left out, labels in order. */
function normal(inputs: Inputs): Inputs {
  const labels = Array.isArray(inputs.labels) ? labelList(labelMap(inputs.labels)) : inputs.labels;
  const entries = Object.entries({ ...inputs, labels }).filter(
    ([key, value]) => value !== undefined && !(key === "driver" && value === "local"),
  );
  return Object.fromEntries(entries) as Inputs; // the same keys, fewer
}

const observed = (found: VolumeInspectInfo): Inputs =>
  normal({
    name: found.Name,
    driver: found.Driver,
    driverOpts: found.Options ?? {},
    labels: labelList(found.Labels),
  } as Inputs); // each key of the same type as there

const agrees = (now: Inputs, there: VolumeInspectInfo): boolean =>
  changesBetween(normal(now), observed(there), () => true).length === 0;

const stateOf = (inputs: Inputs, found: VolumeInspectInfo): Values => ({
  ...inputs,
  name: found.Name,
  driver: found.Driver,
  mountpoint: found.Mountpoint,
});
