import type Docker from "dockerode";
import type { StackContext } from "../../components/kit/context.ts";
import { dockerClient } from "../../engine/docker.ts";

/** Every container of a stack as Docker lists it, those that have ended included. */
export async function containersOf({ spec, stack }: StackContext): Promise<Docker.ContainerInfo[]> {
  const label = [`dev.rung.app=${spec.name}`, `dev.rung.stack=${stack}`];
  return (await dockerClient()).listContainers({ all: true, filters: { label } });
}

/** Docker puts a slash before each name. */
export const nameOf = ({ Names }: Docker.ContainerInfo): string => (Names[0] ?? "").slice(1);
