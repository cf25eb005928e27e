import type Docker from "dockerode";
import { answeringDocker } from "../../../engine/docker.ts";
import type { End } from "./ends.ts";

/** Whose database a relay leads to. No label of a stack's: `up` removes what its state does not know. */
const label = "dev.rung.relay";

/**
 * Leads from one stack's network to the other's database, and to nothing else: a `socat` on both networks. TLS goes
 * through it from end to end. The databases themselves stay where they are, and may be made anew meanwhile.
 */
export async function ensureRelay(from: End, to: End): Promise<void> {
  const docker = await answeringDocker();
  const relay = docker.getContainer(to.peer);
  const there = await relay.inspect().catch(orGone);
  if (!there) await makeRelay(docker, to);
  const { State, NetworkSettings } = await relay.inspect();
  if (!NetworkSettings.Networks[from.network])
    await docker
      .getNetwork(from.network)
      .connect({ Container: to.peer, EndpointConfig: { Aliases: [to.peer] } });
  if (!State.Running) await relay.start();
}

async function makeRelay(docker: Docker, to: End): Promise<void> {
  const { Image } = await docker.getContainer(to.database).inspect();
  const leads = [
    "TCP-LISTEN:5432,fork,reuseaddr,nodelay,keepalive",
    `TCP:${to.database}:5432,nodelay,keepalive`,
  ];
  await docker.createContainer({
    name: to.peer,
    Image,
    Entrypoint: ["socat", ...leads],
    Cmd: [],
    Labels: { [label]: to.stack },
    Healthcheck: { Test: ["NONE"] },
    HostConfig: {
      NetworkMode: to.network,
      Init: true,
      RestartPolicy: { Name: "unless-stopped" },
      ReadonlyRootfs: true,
      CapDrop: ["ALL"],
      SecurityOpt: ["no-new-privileges"],
      Memory: 128 * 1024 * 1024,
      LogConfig: { Type: "json-file", Config: { "max-size": "1m", "max-file": "1" } },
    },
  });
}

/** The way to a database is no more; its own stack is as before. */
export async function removeRelay({ peer }: Pick<End, "peer">): Promise<void> {
  await (await answeringDocker()).getContainer(peer).remove({ force: true }).catch(orGone);
}

/** A network that something is connected to is not let go of: a stack that goes down takes the ways to it along. */
export async function removeRelaysOn(network: string): Promise<void> {
  const docker = await answeringDocker();
  const filters = { label: [label], network: [network] };
  for (const { Id } of await docker.listContainers({ all: true, filters }))
    await docker.getContainer(Id).remove({ force: true }).catch(orGone);
}

function orGone(error: { statusCode?: number }): undefined {
  if (error.statusCode !== 404) throw error;
}
