import type { StackContext } from "../../components/kit/context.ts";
import { answeringDocker } from "../../engine/docker.ts";
import type { Checkpoint } from "../../engine/pulumi.ts";
import type { Recovered } from "../stage.ts";
import { containersOf, nameOf } from "./containers.ts";

const idsOf = (checkpoint: Checkpoint | undefined): Set<string> =>
  new Set(
    checkpoint?.resources.flatMap(({ type, id }) => (type.includes("container:Container") && id ? [id] : [])),
  );

/** Removes containers of this stack that the state does not know. Volumes never are. */
export async function recover(context: StackContext, checkpoint: Checkpoint | undefined): Promise<Recovered> {
  const docker = await answeringDocker();
  const known = idsOf(checkpoint);
  const found = await containersOf(context);
  const orphans = found.filter(({ Id }) => !known.has(Id));
  for (const { Id } of orphans) await docker.getContainer(Id).remove({ force: true });
  const here = new Map(found.map((one) => [one.Id, one]));
  const still = await Promise.all(
    [...known].map(async (id) => {
      const one = here.get(id);
      return one !== undefined && (one.State === "running" || !(await mustRun(id)));
    }),
  );
  return { removed: orphans.map(nameOf), drifted: still.includes(false) };
}

/** What runs once has no restart policy. */
async function mustRun(id: string): Promise<boolean> {
  const { HostConfig } = await (await answeringDocker()).getContainer(id).inspect();
  return !["", "no", undefined].includes(HostConfig.RestartPolicy?.Name);
}
