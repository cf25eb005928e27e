import type { StackContext } from "../../components/kit/context.ts";
import { dockerClient } from "../../engine/docker.ts";
import type { Checkpoint } from "../../engine/pulumi.ts";

/** What stands in Docker beside the state. */
export interface Recovered {
  /** Containers that a killed run made and the state does not know; they are gone now. */
  readonly removed: readonly string[];
  /** Something of the state is gone, or stopped: the engine must look before it changes anything. */
  readonly drifted: boolean;
}

const idsOf = (checkpoint: Checkpoint | undefined): Set<string> =>
  new Set(
    checkpoint?.resources.flatMap(({ type, id }) => (type.includes("container:Container") && id ? [id] : [])),
  );

/**
 * Puts right what a kill left behind: containers of this stack that the state does not know are removed. Volumes
 * never are. Call it inside the stack's lock, with no engine running.
 */
export async function recover(context: StackContext, checkpoint: Checkpoint | undefined): Promise<Recovered> {
  const docker = await dockerClient();
  const known = idsOf(checkpoint);
  const label = [`dev.rung.app=${context.spec.name}`, `dev.rung.stack=${context.stack}`];
  const found = await docker.listContainers({ all: true, filters: { label } });
  const orphans = found.filter(({ Id }) => !known.has(Id));
  for (const { Id } of orphans) await docker.getContainer(Id).remove({ force: true });
  const here = new Map(found.map((one) => [one.Id, one]));
  const drifted = [...known].some((id) => {
    const one = here.get(id);
    // one-shot containers have ended well; those with a restart policy must run
    return (
      !one ||
      (one.State !== "running" &&
        !one.Names.some((name) => name.includes("migrate")) &&
        !/^Exited \(0\)/.test(one.Status))
    );
  });
  return { removed: orphans.map(({ Names }) => (Names[0] ?? "").slice(1)), drifted };
}
