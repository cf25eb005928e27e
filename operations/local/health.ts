import type Docker from "dockerode";
import type { Capability } from "../../components/model/words.ts";
import { answeringDocker } from "../../engine/docker.ts";
import type { Living, Part } from "../stage.ts";
import { containersOf, nameOf } from "./containers.ts";

/** As Docker's own health checks say. What realtime needs is the cache's container. */
export async function health({
  context,
  outputs,
}: Living): Promise<Partial<Record<Capability, readonly Part[]>>> {
  const found = new Map((await containersOf(context)).map((one) => [nameOf(one), one]));
  const parts = Object.entries(outputs.parts) as [Capability, readonly string[]][];
  const told = await Promise.all(
    parts.map(async ([capability, names]): Promise<[Capability, Part[]]> => {
      const all = names.map(async (name) => ({ name, ...(await healthOf(found.get(name))) }));
      return [capability, await Promise.all(all)];
    }),
  );
  return Object.fromEntries(told);
}

async function healthOf(one: Docker.ContainerInfo | undefined): Promise<Omit<Part, "name">> {
  if (!one) return { health: "missing" };
  const { State, HostConfig } = await (await answeringDocker()).getContainer(one.Id).inspect();
  if (!State.Running) {
    const once = ["", "no", undefined].includes(HostConfig.RestartPolicy?.Name);
    return { health: once && State.ExitCode === 0 ? "done" : "stopped" };
  }
  const status = State.Health?.Status;
  if (status !== "starting" && status !== "unhealthy") return { health: "healthy" };
  const why = State.Health?.Log?.at(-1)?.Output.trim().split("\n").at(-1);
  return { health: status, ...(why && { why }) };
}
