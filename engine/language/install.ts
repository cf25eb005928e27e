import type * as grpc from "@grpc/grpc-js";
import pb from "@pulumi/pulumi/proto/language_pb.js";
import type { Children } from "./children.ts";
import { ended } from "./program.ts";

/** `pulumi install`: npm, in the program's folder. */
export async function installDependencies(
  call: grpc.ServerWritableStream<pb.InstallDependenciesRequest, pb.InstallDependenciesResponse>,
  children: Children,
): Promise<void> {
  const { request } = call;
  const cwd = request.getInfo()?.getProgramDirectory() || request.getDirectory();
  const child = children.startProgram("npm", ["install"], { cwd, stdio: ["ignore", "pipe", "pipe"] });
  const send = (fill: (message: pb.InstallDependenciesResponse) => void) => {
    const message = new pb.InstallDependenciesResponse();
    fill(message);
    call.write(message);
  };
  child.stdout?.on("data", (chunk: Buffer) => send((message) => message.setStdout(new Uint8Array(chunk))));
  child.stderr?.on("data", (chunk: Buffer) => send((message) => message.setStderr(new Uint8Array(chunk))));
  const { code } = await ended(child);
  if (code === 0) call.end();
  else call.emit("error", { code: 2, details: `npm install ended with ${code} in ${cwd}` });
}
