import { cloneId } from "../../engine/clone.ts";
import { answeringDocker } from "../../engine/docker.ts";
import type { Labelled, LabelledThing } from "../stage.ts";

type Labels = Readonly<Record<string, string>> | undefined;

/** Containers, volumes and networks on this machine, by the labels that every one of them is made with. */
export const labelled: Labelled = {
  async list() {
    const docker = await answeringDocker();
    const filters = { label: ["dev.rung.stack"] };
    const [containers, volumes, networks] = await Promise.all([
      docker.listContainers({ all: true, filters }),
      docker.listVolumes({ filters: JSON.stringify(filters) }),
      docker.listNetworks({ filters }),
    ]);
    return [
      ...containers.map((one) => thing("container", one.Id, (one.Names[0] ?? one.Id).slice(1), one.Labels)),
      ...volumes.Volumes.map((one) => thing("volume", one.Name, one.Name, one.Labels)),
      ...networks.map((one) => thing("network", one.Id, one.Name, one.Labels)),
    ];
  },
  async remove(things) {
    const docker = await answeringDocker();
    const all = (kind: LabelledThing["kind"]) => things.filter((one) => one.kind === kind);
    // A volume or network in use is not let go of: it stays, and whoever lists afterwards tells of it.
    for (const { id } of all("container"))
      await docker.getContainer(id).remove({ force: true, v: true }).catch(gone);
    for (const { id } of all("network")) await docker.getNetwork(id).remove().catch(goneOrUsed);
    for (const { id } of all("volume")) await docker.getVolume(id).remove().catch(goneOrUsed);
  },
};

const thing = (kind: LabelledThing["kind"], id: string, name: string, labels: Labels): LabelledThing => ({
  stack: labels?.["dev.rung.stack"] ?? "",
  kind,
  id,
  name,
  own: labels?.["dev.rung.clone"] === cloneId(),
});

function gone(error: { statusCode?: number }): void {
  if (error.statusCode !== 404) throw error;
}

/** Docker says 409 of a volume, and 403 of a network, that a container still uses. */
function goneOrUsed(error: { statusCode?: number }): void {
  if (error.statusCode !== 409 && error.statusCode !== 403) gone(error);
}
