import { chmod, mkdir } from "node:fs/promises";
import { arch, platform } from "node:os";
import { join } from "node:path";
import { failure } from "../components/model/diagnostics.ts";
import { cached, type OnProgress } from "./cached.ts";
import { cache, root } from "./paths.ts";
import { lastLines, onPath, type Ran, run } from "./run.ts";
import { compareVersions } from "./version.ts";

export interface Platform {
  readonly os: "linux" | "darwin";
  readonly arch: "x64" | "arm64";
}

/** A Go program that is built here, because it is published as source alone. */
export interface GoProgram {
  readonly name: string;
  readonly version: string;
  /** The folder under `engine/go/` whose go.mod and go.sum pin it and all it is made of. */
  readonly module: string;
  /** The import path of its main package. */
  readonly package: string;
  readonly ldflags?: readonly string[];
  readonly platform: Platform;
}

/** The platform of this machine. */
export function hostPlatform(): Platform {
  const [os, cpu] = [platform(), arch()];
  if ((os === "linux" || os === "darwin") && (cpu === "x64" || cpu === "arm64")) return { os, arch: cpu };
  throw failure(`Rung does not run on ${os} ${cpu}`, "use Linux or macOS, on x64 or arm64");
}

/** The older ones do not know how to bring the toolchain that a module asks for. */
const oldestGo = "1.21.0";

/** With the Go of this machine, or where there is none, with Debian's in a container. */
type Builder = (args: readonly string[], onLine: (line: string) => void) => Promise<Ran>;

/**
 * The program's path in the cache; it is built when it is missing. GOPROXY, GOFLAGS and the like apply.
 * @throws DiagnosticsError with the end of what Go said
 */
export async function goBuild(program: GoProgram, onProgress: OnProgress = () => {}): Promise<string> {
  const { name, version, platform: target } = program;
  const folder = await cached(
    `${name}-${version}-${target.os}-${target.arch}`,
    onProgress,
    async (making) => {
      const source = join(root, "engine", "go", program.module);
      const output = join(making, name);
      const build = (await hostGo(source, target)) ?? (await containerGo(source, making, target, onProgress));
      const ran = await build(argumentsOf(program, output), compiling(onProgress));
      if (ran.code !== 0) {
        throw failure(
          `${name} ${version} cannot be built: ${lastLines(ran.stderr)}`,
          "see what Go says here; behind a proxy, set GOPROXY",
          "go build",
        );
      }
      await chmod(output, 0o755);
    },
  );
  return join(folder, name);
}

function argumentsOf({ ldflags = [], package: main }: GoProgram, output: string): string[] {
  return [
    "build",
    "-v",
    "-trimpath",
    "-mod=readonly",
    "-ldflags",
    ["-s -w", ...ldflags].join(" "),
    "-o",
    output,
    main,
  ];
}

/** Counts what Go names, as it names it. */
function compiling(onProgress: OnProgress): (line: string) => void {
  const counts = { downloaded: 0, compiled: 0 };
  return (line) => {
    if (line.startsWith("go: downloading")) counts.downloaded += 1;
    else if (/^[\w./~-]+$/.test(line)) counts.compiled += 1;
    else return;
    onProgress(
      counts.compiled > 0
        ? `compiling: ${counts.compiled} packages`
        : `downloading: ${counts.downloaded} modules`,
    );
  };
}

const environment = (target: Platform) => ({
  CGO_ENABLED: "0",
  GOOS: target.os,
  GOARCH: target.arch === "x64" ? "amd64" : "arm64",
});

async function hostGo(source: string, target: Platform): Promise<Builder | undefined> {
  const go = onPath("go");
  if (!go) return undefined;
  // Set by the packager or not, this lets an older Go bring the one that the module asks for.
  const env = { ...process.env, ...environment(target), GOTOOLCHAIN: "auto", GOWORK: "off" };
  const { code, stdout } = await run(go, ["env", "GOVERSION"], { cwd: source, env });
  if (
    code !== 0 ||
    compareVersions(
      stdout
        .trim()
        .replace(/^go(\d+\.\d+)$/, "$1.0")
        .replace(/^go/, ""),
      oldestGo,
    ) < 0
  ) {
    return undefined;
  }
  return (args, onLine) => run(go, args, { cwd: source, env, onLine });
}

/** What reaches the module proxy from this machine reaches it from the container too. */
const passedOn = [
  ...["GOPROXY", "GOFLAGS", "GONOSUMDB", "GONOSUMCHECK", "GOSUMDB", "GOPRIVATE", "GONOPROXY", "GOINSECURE"],
  ...["HTTP_PROXY", "HTTPS_PROXY", "NO_PROXY", "http_proxy", "https_proxy", "no_proxy"],
];

const certificates = "/etc/ssl/certs/ca-certificates.crt";

async function containerGo(
  source: string,
  making: string,
  target: Platform,
  onProgress: OnProgress,
): Promise<Builder> {
  // Only loaded where it is needed: docker.ts stands on much.
  const { dockerClient, ensureDocker } = await import("./docker.ts");
  const { ensureBaseImage } = await import("./baseImage.ts");
  const { runInContainer } = await import("./container.ts");
  await ensureDocker(onProgress);
  const { image } = await ensureBaseImage(onProgress);
  const shared = join(cache(), "go");
  await mkdir(shared, { recursive: true });
  const given = Object.fromEntries(
    passedOn.flatMap((key) => (process.env[key] ? [[key, process.env[key]]] : [])),
  );
  return async (args, onLine) =>
    runInContainer(await dockerClient(), {
      image,
      script: [
        "set -e",
        "apt-get update -qq && apt-get install -qq -y --no-install-recommends golang-go ca-certificates >/dev/null",
        'cd /source && exec go "$@"',
      ].join("\n"),
      args,
      env: {
        ...given,
        ...environment(target),
        GOTOOLCHAIN: "auto",
        GOPATH: `${shared}/path`,
        GOCACHE: `${shared}/build`,
        SSL_CERT_FILE: "/rung-certificates.crt",
      },
      mounts: [`${source}:/source:ro`, `${making}:${making}`, `${shared}:${shared}`],
      // a company's own certificate authority is known to this machine, not to the image
      optionalMounts: [`${certificates}:/rung-certificates.crt:ro`],
      onLine,
    });
}
