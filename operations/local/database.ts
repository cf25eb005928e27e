import { mkdtemp, rm } from "node:fs/promises";
import { createServer, type Socket } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type Docker from "dockerode";
import { failure } from "../../components/model/diagnostics.ts";
import { answeringDocker } from "../../engine/docker.ts";
import type { Reach } from "../database/reach.ts";
import type { Living } from "../stage.ts";

/**
 * The database by a socket in a folder that only this user opens: each connection is a `socat` in the container, to
 * PostgreSQL's own socket. Nothing is published, and no password is needed.
 * @param role what the sessions are; `postgres` may everything
 */
export async function reachDatabase(living: Living, role = "owner"): Promise<Reach> {
  const name = living.outputs.parts.database?.[0];
  if (name === undefined) throw failure("this stack has no database", "give the spec one", "rung db");
  return reachContainer(name, living.context.spec.name, role);
}

/** The same for a database's container that belongs to no stack. */
export async function reachContainer(container: string, database: string, role = "owner"): Promise<Reach> {
  const docker = await answeringDocker();
  // mkdtemp makes it 0700
  const folder = await mkdtemp(join(tmpdir(), "rung-database-"));
  const open = new Set<Socket>();
  const server = createServer({ allowHalfOpen: true }, (socket) => {
    open.add(socket);
    socket.on("close", () => open.delete(socket)).on("error", () => socket.destroy());
    pipeInto(docker, container, socket).catch(() => socket.destroy());
  });
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject).listen(join(folder, ".s.PGSQL.5432"), resolve);
  });
  const asRole = role === "postgres" ? "" : `&options=${encodeURIComponent(`-c role=${role}`)}`;
  return {
    url: `postgresql://postgres@/${database}?host=${encodeURIComponent(folder)}&sslmode=disable${asRole}`,
    async close() {
      for (const socket of open) socket.destroy();
      await new Promise((resolve) => server.close(resolve));
      await rm(folder, { recursive: true, force: true });
    },
  };
}

async function pipeInto(docker: Docker, container: string, socket: Socket): Promise<void> {
  const Cmd = ["socat", "STDIO", "UNIX-CONNECT:/run/postgresql/.s.PGSQL.5432"];
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
