import { readdir } from "node:fs/promises";
import type { RemoteImageArgs } from "@pulumi/docker";
import type { Unwrap } from "@pulumi/pulumi";
import type { Call, Failure } from "../provider.ts";
import { type Docker, DockerError, docker, refused } from "./client.ts";

export type Build = NonNullable<Unwrap<RemoteImageArgs>["build"]>;

/** Whoever waits for a build. */
export type Watched = Pick<Call, "signal" | "status">;

/** Parts of `build` that only the buildx client program has; the Docker Engine's API does not. */
const unsupported = [
  "additionalContexts",
  "authConfigs",
  "buildId",
  "buildLogFile",
  "builder",
  "cacheTos",
  "cgroupParent",
  "isolation",
  "provenance",
  "sbom",
  "secrets",
  "securityOpts",
  "sessionId",
  "ulimits",
] as const satisfies readonly (keyof Build)[];

export const judgeBuild = (build: Partial<Build> | undefined): Failure[] =>
  unsupported
    .filter((key) => build?.[key] !== undefined)
    .map((key) => ({
      property: `build.${key}`,
      reason: `"build.${key}" needs the official provider; here images are built by the Docker Engine's own API`,
    }));

/**
 * Builds an image from a folder and names it. BuildKit is used with `version: "2"`, the Engine's older builder, which
 * every Engine has, otherwise.
 * @throws Error with the last lines of the build
 */
export async function buildImage(
  name: string,
  build: Build,
  platform: string | undefined,
  call: Watched,
): Promise<void> {
  const engine = await docker();
  const src = await readdir(build.context).catch((error: NodeJS.ErrnoException) => {
    throw new DockerError(`the build context of "${name}" cannot be read: ${build.context} (${error.code})`);
  });
  try {
    const stream = await engine.buildImage(
      { context: build.context, src },
      optionsOf(name, build, platform, call),
    );
    await follow(stream, `build the image "${name}"`, call);
    const [repository, tag] = splitTag(name);
    for (const other of build.tags ?? []) {
      const [repo, as] = splitTag(other);
      if (repo === repository && as === tag) continue;
      await engine.getImage(name).tag({ repo, tag: as });
    }
  } catch (error) {
    throw refused(`build the image "${name}"`, error);
  }
}

/** `repository:tag`; the colon of a registry's port is none of a tag's. */
export function splitTag(name: string): [string, string] {
  const match = /^(.*?)(?::([^:/@]+))?$/.exec(name);
  return [match?.[1] ?? name, match?.[2] ?? "latest"];
}

function optionsOf(name: string, build: Build, platform: string | undefined, { signal }: Watched) {
  const options = {
    t: name,
    dockerfile: build.dockerfile ?? "Dockerfile",
    buildargs: build.buildArgs,
    labels: { ...build.label, ...build.labels },
    target: build.target,
    platform: build.platform ?? platform,
    networkmode: build.networkMode,
    extrahosts: build.extraHosts?.join(","),
    cachefrom: build.cacheFroms,
    nocache: build.noCache,
    pull: build.pullParent ? "true" : undefined,
    rm: build.remove ?? true,
    forcerm: build.forceRemove ?? true,
    memory: build.memory,
    memswap: build.memorySwap,
    cpushares: build.cpuShares,
    cpusetcpus: build.cpuSetCpus,
    cpusetmems: build.cpuSetMems,
    cpuperiod: build.cpuPeriod,
    cpuquota: build.cpuQuota,
    shmsize: build.shmSize,
    squash: build.squash,
    remote: build.remoteContext,
    version: build.version === "2" ? ("2" as const) : ("1" as const),
    abortSignal: signal,
  };
  return Object.fromEntries(Object.entries(options).filter(([, value]) => value !== undefined));
}

const lastLines = 30;

interface Item {
  readonly stream?: string;
  readonly status?: string;
  readonly id?: string;
  readonly error?: string;
}
/** The client has this, which also reads BuildKit's messages; its types do not. */
type Followed = Docker & {
  followProgress(
    stream: NodeJS.ReadableStream,
    done: (error: Error | null) => void,
    onProgress: (item: Item) => void,
  ): void;
};

/**
 * Reads a build's or a pull's progress to its end.
 * @throws DockerError with what went wrong and the last lines before it
 */
export async function follow(stream: NodeJS.ReadableStream, what: string, call: Watched): Promise<void> {
  const engine = await docker();
  const lines: string[] = [];
  await new Promise<void>((resolve, reject) => {
    const fail = (message: string) => {
      const tail = lines.slice(-lastLines).map((line) => `  | ${line}`);
      reject(new DockerError([`could not ${what}: ${message}`, ...tail].join("\n")));
    };
    const onProgress = (item: Item) => {
      if (item.error) return fail(item.error.trim());
      for (const line of (item.stream ?? "").split(/\r?\n/)) {
        if (line.trim() === "") continue;
        lines.push(line);
        if (/^Step \d+\/\d+|^\[/.test(line)) call.status(line);
      }
      if (item.status) call.status(item.id ? `${item.id}: ${item.status}` : item.status);
    };
    (engine as Followed).followProgress(
      stream,
      (error: Error | null) => (error ? fail(error.message.trim()) : resolve()),
      onProgress,
    );
  });
}
