import type { StackContext } from "../../components/kit/context.ts";
import type { Diagnostic } from "../../components/model/diagnostics.ts";
import { cloneId } from "../../engine/clone.ts";
import { answeringDocker } from "../../engine/docker.ts";
import { labelsOf, nameOf } from "./containers.ts";

/**
 * Containers and volumes of another clone's stack of the same name: they have the names that this one needs, and the
 * keys to their data are in that clone's state.
 */
export async function strangers(context: StackContext, file: string): Promise<Diagnostic[]> {
  const docker = await answeringDocker();
  const filters = { label: labelsOf(context) };
  const [containers, volumes] = await Promise.all([
    docker.listContainers({ all: true, filters }),
    docker.listVolumes({ filters: JSON.stringify(filters) }),
  ]);
  const foreign = ({ Labels }: { Labels: Record<string, string> }) =>
    Labels["dev.rung.clone"] !== undefined && Labels["dev.rung.clone"] !== cloneId();
  const theirs = [
    ...containers.filter(foreign).map(nameOf),
    ...volumes.Volumes.filter(foreign).map(({ Name }) => Name),
  ];
  if (theirs.length === 0) return [];
  const { stack } = context;
  return [
    {
      what: `another clone has a stack ${stack} on this machine`,
      where: { file },
      found: theirs.toSorted().join(", "),
      mend: `use another name (--stack), or "rung down --delete-data --stack ${stack}" in that clone; if that clone is gone, remove these with docker`,
    },
  ];
}
