import { mkdtemp, rm } from "node:fs/promises";
import { createServer, type Socket } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type Docker from "dockerode";
import { answeringDocker } from "../../engine/docker.ts";

/** A socket on this machine that leads into a container. */
export interface Forward {
  /** In a folder that only this user opens. */
  readonly folder: string;
  readonly path: string;
  close(): Promise<void>;
}

/**
 * Leads a socket to an address that a container reaches: each connection is a `socat` in there. Nothing is published.
 * @param container one that has `socat`
 * @param address as socat names it, e.g. `TCP:storage:9000`
 * @param name the socket's file
 */
export async function forward(container: string, address: string, name: string): Promise<Forward> {
  const docker = await answeringDocker();
  // mkdtemp makes it 0700
  const folder = await mkdtemp(join(tmpdir(), "rung-forward-"));
  const open = new Set<Socket>();
  const server = createServer({ allowHalfOpen: true }, (socket) => {
    open.add(socket);
    socket.on("close", () => open.delete(socket)).on("error", () => socket.destroy());
    pipeInto(docker, container, address, socket).catch(() => socket.destroy());
  });
  const path = join(folder, name);
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject).listen(path, resolve);
  });
  return {
    folder,
    path,
    async close() {
      for (const socket of open) socket.destroy();
      await new Promise((resolve) => server.close(resolve));
      await rm(folder, { recursive: true, force: true });
    },
  };
}

async function pipeInto(docker: Docker, container: string, address: string, socket: Socket): Promise<void> {
  const Cmd = ["socat", "STDIO", address];
  const exec = await docker
    .getContainer(container)
    .exec({ Cmd, AttachStdin: true, AttachStdout: true, AttachStderr: true });
  const stream = await exec.start({ hijack: true, stdin: true });
  const err = { write: () => true }; // what socat says is told by the connection that ends
  // dockerode's own type asks for whole streams, and only writes to them
  docker.modem.demuxStream(stream, socket, err as unknown as NodeJS.WritableStream);
  socket.on("data", (part) => stream.write(part));
  socket.on("end", () => stream.end()).on("close", () => stream.end());
  stream.on("end", () => socket.end()).on("error", () => socket.destroy());
}
