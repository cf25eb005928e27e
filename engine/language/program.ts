import type { ChildProcess } from "node:child_process";
import { createRequire } from "node:module";
import { join } from "node:path";
import pb from "@pulumi/pulumi/proto/language_pb.js";
import type { Children } from "./children.ts";

/** Pulumi's runner ends with this when it has told the user all there is to say. */
const alreadyReported = 32;

/** Runs a Pulumi program with the runner of the SDK that the program itself has. */
export async function runProgram(
  request: pb.RunRequest,
  engine: string,
  children: Children,
): Promise<pb.RunResponse> {
  const info = request.getInfo();
  const cwd = request.getPwd() || info?.getProgramDirectory() || process.cwd();
  const child = children.start(
    [...nodeArguments(info), runner("run", cwd), ...programArguments(request, engine)],
    {
      cwd,
      stdio: ["ignore", "pipe", "pipe"],
      env: { ...process.env, ...configuration(request), ...typescript(info) },
    },
  );
  // The engine shows what we print; it has read the port from our first line of stdout, which is not to be mixed up.
  child.stdout?.pipe(process.stdout, { end: false });
  child.stderr?.pipe(process.stderr, { end: false });
  const { code, signal } = await ended(child);
  const response = new pb.RunResponse();
  if (code === alreadyReported) response.setBail(true);
  else if (code !== 0)
    response.setError(signal ? `the program was ended by ${signal}` : `the program ended with ${code}`);
  return response;
}

/** How a process ended; one that could not be started has the code 127. */
export function ended(child: ChildProcess): Promise<{ code: number | null; signal: NodeJS.Signals | null }> {
  return new Promise((resolve) => {
    child.on("error", () => resolve({ code: 127, signal: null }));
    child.on("close", (code, signal) => resolve({ code, signal }));
  });
}

/**
 * The path of one of the SDK's runners, as seen from a program.
 * @throws Error when the SDK is not installed there
 */
export function runner(name: "run" | "run-plugin" | "run-policy-pack", from: string): string {
  try {
    return createRequire(join(from, "package.json")).resolve(`@pulumi/pulumi/cmd/${name}`);
  } catch {
    throw new Error(`@pulumi/pulumi is not installed for ${from}: run npm install there`);
  }
}

function programArguments(request: pb.RunRequest, engine: string): string[] {
  const given: [string, string][] = [
    ["--monitor", request.getMonitorAddress()],
    ["--engine", engine],
    ["--organization", request.getOrganization()],
    ["--project", request.getProject()],
    ["--root-directory", request.getInfo()?.getRootDirectory() ?? ""],
    ["--stack", request.getStack()],
    ["--pwd", request.getPwd()],
    ["--query-mode", request.getQuerymode() ? "true" : ""],
    ["--parallel", request.getParallel() > 0 ? String(request.getParallel()) : ""],
  ];
  return [
    ...given.filter(([, value]) => value !== "").flat(),
    ...(request.getDryrun() ? ["--dry-run"] : []),
    request.getInfo()?.getEntryPoint() || request.getProgram() || ".",
    ...request.getArgsList(),
  ];
}

function configuration(request: pb.RunRequest): Record<string, string> {
  const config: Record<string, string> = {};
  request.getConfigMap().forEach((value, key) => {
    config[key] = value;
  });
  return {
    PULUMI_CONFIG: JSON.stringify(config),
    PULUMI_CONFIG_SECRET_KEYS: JSON.stringify(request.getConfigsecretkeysList()),
  };
}

/** What Pulumi.yaml says under `runtime.options`. */
const option = (info: pb.ProgramInfo | undefined, name: string): unknown =>
  info?.getOptions()?.toJavaScript()[name];

export const nodeArguments = (info: pb.ProgramInfo | undefined): string[] =>
  String(option(info, "nodeargs") ?? "")
    .split(/\s+/)
    .filter((word) => word !== "");

/** With `typescript: false`, Node reads the types away itself; otherwise Pulumi's runner compiles, as ever. */
export const readAsItIs = (info: pb.ProgramInfo | undefined): boolean => option(info, "typescript") === false;

export const typescript = (info: pb.ProgramInfo | undefined): Record<string, string> => ({
  PULUMI_NODEJS_TYPESCRIPT: readAsItIs(info) ? "false" : "true",
});
