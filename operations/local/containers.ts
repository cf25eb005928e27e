import type Docker from "dockerode";
import type { StackContext } from "../../components/kit/context.ts";
import { cloneId } from "../../engine/clone.ts";
import { answeringDocker } from "../../engine/docker.ts";

/** Every container of this clone's stack as Docker lists it, those that have ended included. */
export async function containersOf(context: StackContext): Promise<Docker.ContainerInfo[]> {
  const label = [...labelsOf(context), `dev.rung.clone=${cloneId()}`];
  return (await answeringDocker()).listContainers({ all: true, filters: { label } });
}

/** What every clone's stack of this name has in common: the names in Docker would be the same. */
export const labelsOf = ({ spec, stack }: StackContext): string[] => [
  `dev.rung.app=${spec.name}`,
  `dev.rung.stack=${stack}`,
];

/** Docker puts a slash before each name. */
export const nameOf = ({ Names }: Docker.ContainerInfo): string => (Names[0] ?? "").slice(1);
