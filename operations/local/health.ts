import type Docker from "dockerode";
import { DiagnosticsError } from "../../components/model/diagnostics.ts";
import type { Capability } from "../../components/model/words.ts";
import { answeringDocker } from "../../engine/docker.ts";
import { checkIn, tooLong } from "../../engine/exec.ts";
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
  // Docker looks a few times a minute alone. Asked twice: on a busy machine one look may come too late.
  let why: string | undefined;
  for (let look = 0; look < 2; look += 1) {
    const ran = await checkIn(docker, one.Id, Config).catch(ended);
    if (ran === "ended") return { health: "stopped" };
    if (ran === undefined || ran.code === 0) return { health: "healthy" };
    const said = `${ran.stdout}${ran.stderr}`.trim().split("\n").at(-1);
    why = said || (ran.code === tooLong ? "its health check takes too long" : undefined);
  }
  return { health: State.Health?.Status === "starting" ? "starting" : "unhealthy", ...(why && { why }) };
}

/** It ended since it was looked at. */
function ended(error: unknown): "ended" {
  if (error instanceof DiagnosticsError) return "ended";
  throw error;
}
