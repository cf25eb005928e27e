import type Docker from "dockerode";
import type { Capability } from "../../components/model/words.ts";
import { answeringDocker } from "../../engine/docker.ts";
import { checkIn } from "../../engine/exec.ts";
import type { Living, Part } from "../stage.ts";
import { containersOf, nameOf } from "./containers.ts";

/** As the containers' own checks say now. What realtime needs is the cache's container. */
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
  const docker = await answeringDocker();
  const { State, HostConfig, Config } = await docker.getContainer(one.Id).inspect();
  if (!State.Running) {
    const once = ["", "no", undefined].includes(HostConfig.RestartPolicy?.Name);
    return { health: once && State.ExitCode === 0 ? "done" : "stopped" };
  }
  if (State.Paused) return { health: "stopped", why: "it is paused" };
  // Docker looks a few times a minute. One that was well is asked twice: on a busy machine a look may come too late.
  const status = State.Health?.Status;
  let why: string | undefined;
  for (let looks = status === "healthy" ? 2 : 1; looks > 0; looks -= 1) {
    const ran = await checkIn(docker, one.Id, Config);
    if (ran === undefined || ran.code === 0) return { health: "healthy" };
    why = ran.stdout.trim().split("\n").at(-1);
  }
  return { health: status === "starting" ? "starting" : "unhealthy", ...(why && { why }) };
}
