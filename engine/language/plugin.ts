import { createRequire } from "node:module";
import { join } from "node:path";
import type * as grpc from "@grpc/grpc-js";
import pb from "@pulumi/pulumi/proto/language_pb.js";
import { type Children, endChild } from "./children.ts";
import { ended, nodeArguments, readAsItIs, runner, typescript } from "./program.ts";

/** Runs a plugin that is written for Node, e.g. a policy pack; streams what it prints, then how it ended. */
export async function runPlugin(
  call: grpc.ServerWritableStream<pb.RunPluginRequest, pb.RunPluginResponse>,
  engine: string,
  children: Children,
): Promise<void> {
  const { request } = call;
  const info = request.getInfo();
  const folder = info?.getProgramDirectory() || request.getProgram();
  try {
    const policy = request.getKind() === "analyzer";
    const args = policy ? policyArguments(info, folder, engine) : pluginArguments(request, folder);
    const child = children.start([...nodeArguments(info), ...args], {
      // a policy pack reads its own package.json from where it runs
      cwd: policy ? folder : request.getPwd() || folder,
      stdio: ["ignore", "pipe", "pipe"],
      env: { ...process.env, ...given(request), ...typescript(info) },
    });
    // The engine ends a plugin by giving up the call.
    call.on("cancelled", () => void endChild(child));
    child.stdout?.on("data", (chunk: Buffer) => {
      const message = new pb.RunPluginResponse();
      message.setStdout(new Uint8Array(chunk));
      call.write(message);
    });
    child.stderr?.on("data", (chunk: Buffer) => {
      const message = new pb.RunPluginResponse();
      message.setStderr(new Uint8Array(chunk));
      call.write(message);
    });
    const { code } = await ended(child);
    const message = new pb.RunPluginResponse();
    message.setExitcode(code ?? 1);
    call.write(message);
    call.end();
  } catch (error) {
    call.emit("error", { code: 2, details: error instanceof Error ? error.message : String(error) });
  }
}

/** Pulumi's runner loads a compiler first, whatever the pack; one that Node reads as it is does without. */
const policyArguments = (info: pb.ProgramInfo | undefined, folder: string, engine: string): string[] =>
  readAsItIs(info)
    ? [createRequire(join(folder, "package.json")).resolve(folder)]
    : [runner("run-policy-pack", folder), engine, folder];

const pluginArguments = (request: pb.RunPluginRequest, folder: string): string[] => [
  runner("run-plugin", folder),
  folder,
  ...request.getArgsList(),
];

const given = (request: pb.RunPluginRequest): Record<string, string> =>
  Object.fromEntries(
    request.getEnvList().map((line) => [line.slice(0, line.indexOf("=")), line.slice(line.indexOf("=") + 1)]),
  );
