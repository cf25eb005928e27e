import { createReadStream, existsSync } from "node:fs";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type Docker from "dockerode";
import { failure } from "../components/model/diagnostics.ts";
import { cached, type OnProgress } from "./cached.ts";
import { aptInstall, type Daemon, dockerClient, ensureDocker, isDebian } from "./docker.ts";
import { attempt, officialOnly } from "./reach.ts";
import { lastLines, onPath, run } from "./run.ts";

export interface BaseImage {
  /** What Dockerfiles stand on: `rung/debian:trixie`, wherever it came from. */
  readonly image: string;
  readonly origin: "pulled" | "debootstrap";
}

const image = "rung/debian:trixie";

/** debian:trixie-slim, for amd64 and arm64. */
export const official =
  "debian:trixie-slim@sha256:d7e12182ce18b85b93007c1dedf31f2d29e01ccf3182cc4017c709b6259bc132";

/**
 * Debian 13 as `rung/debian:trixie`: pulled by digest where a registry is reached, else made with debootstrap.
 * @throws DiagnosticsError when it can be neither
 */
export async function ensureBaseImage(onProgress: OnProgress = () => {}): Promise<BaseImage> {
  const daemon = await ensureDocker(onProgress);
  const docker = await dockerClient();
  const present = await findBaseImage(docker);
  if (present) return present;
  if (await attempt("base image", () => pull(docker, onProgress))) return { image, origin: "pulled" };
  if (officialOnly())
    throw failure("the base image cannot be pulled", "give Docker a registry it can reach", "docker");
  await load(docker, await rootFilesystem(daemon.arch, onProgress), onProgress);
  return { image, origin: "debootstrap" };
}

/** The base image, if the daemon has it. */
export async function findBaseImage(docker: Docker): Promise<BaseImage | undefined> {
  const found = await docker
    .getImage(image)
    .inspect()
    .catch((error: { statusCode?: number }) => {
      if (error.statusCode === 404) return undefined;
      throw error;
    });
  if (!found) return undefined;
  return { image, origin: (found.RepoDigests ?? []).length > 0 ? "pulled" : "debootstrap" };
}

const answerSeconds = 15;
const stallSeconds = 60;

/** True once it is there. A registry that does not answer is given up soon, one that sends is waited for. */
async function pull(docker: Docker, onProgress: OnProgress): Promise<true | undefined> {
  onProgress("asking for Debian's official image");
  const giveUp = new AbortController();
  let timer = setTimeout(() => giveUp.abort(), answerSeconds * 1000);
  try {
    const stream = await docker.pull(official, { abortSignal: giveUp.signal });
    await new Promise<void>((resolve, reject) => {
      giveUp.signal.addEventListener("abort", () => reject(new Error("the registry does not answer")));
      docker.modem.followProgress(
        stream,
        (error) => (error ? reject(error) : resolve()),
        () => {
          clearTimeout(timer);
          timer = setTimeout(() => giveUp.abort(), stallSeconds * 1000);
          onProgress("pulling Debian's official image");
        },
      );
    });
    const [repo = "", tag = ""] = image.split(":");
    await docker.getImage(official).tag({ repo, tag });
    return true;
  } finally {
    clearTimeout(timer);
  }
}

async function load(docker: Docker, archive: string, onProgress: OnProgress): Promise<void> {
  onProgress("importing the base image");
  const [repo = "", tag = ""] = image.split(":");
  const stream = await docker.importImage(createReadStream(archive), {
    repo,
    tag,
    changes: 'CMD ["bash"]',
  });
  await new Promise<void>((resolve, reject) => {
    docker.modem.followProgress(stream, (error) => (error ? reject(error) : resolve()));
  });
}

/** The archive of a minimal trixie, made once on this machine. */
async function rootFilesystem(arch: Daemon["arch"], onProgress: OnProgress): Promise<string> {
  const folder = await cached(`debian-trixie-linux-${arch}`, onProgress, async (making) => {
    await needDebootstrap(onProgress);
    const work = await mkdtemp(join(tmpdir(), "rung-debootstrap-"));
    try {
      await debootstrap(join(work, "root"), arch, onProgress);
      onProgress("packing the base image");
      const packed = await run("tar", [
        "-C",
        join(work, "root"),
        "--numeric-owner",
        "-cf",
        join(making, "root.tar"),
        ".",
      ]);
      if (packed.code !== 0)
        throw failure(`the base image cannot be packed: ${lastLines(packed.stderr)}`, "free disk space");
    } finally {
      await rm(work, { recursive: true, force: true });
    }
  });
  return join(folder, "root.tar");
}

async function needDebootstrap(onProgress: OnProgress): Promise<void> {
  if (process.getuid?.() !== 0 || !isDebian()) {
    throw failure(
      "no image registry is reached, so the base image must be made here, which needs root on Debian or Ubuntu",
      `let Docker reach a registry, or load Debian 13 as ${image}`,
      "docker",
    );
  }
  if (onPath("debootstrap")) return;
  onProgress("installing debootstrap");
  await aptInstall(["debootstrap"]);
}

/** What debootstrap says it does, as people would. */
const steps: Readonly<Record<string, string>> = {
  Retrieving: "downloading packages",
  Extracting: "unpacking packages",
  Unpacking: "installing packages",
  Configuring: "installing packages",
};

/** Not needed in a container; the copyright files stay. */
const leftOut = [
  ...["var/cache/apt/archives", "var/lib/apt/lists", "var/log", "usr/share/man", "usr/share/info"],
  "usr/share/locale",
];

async function debootstrap(target: string, arch: Daemon["arch"], onProgress: OnProgress): Promise<void> {
  const host = await hostApt();
  const proxy = host.proxy ? { http_proxy: host.proxy } : {};
  const ran = await run(
    "sh",
    [
      "-c",
      'exec debootstrap "$@" >&2',
      "sh",
      "--variant=minbase",
      `--arch=${arch === "x64" ? "amd64" : arch}`,
    ]
      .concat(["--include=ca-certificates", "trixie", target])
      .concat(host.mirror ? [host.mirror] : []),
    {
      env: { ...process.env, ...proxy },
      onLine(line) {
        const step = steps[/^I: (\w+) /.exec(line)?.[1] ?? ""];
        if (step) onProgress(`making Debian 13: ${step}`);
      },
    },
  );
  if (ran.code !== 0) {
    throw failure(
      `debootstrap cannot make the base image: ${lastLines(ran.stderr, 6)}`,
      "see what it says here; it needs a Debian mirror and a folder for temporary files without nodev",
      "debootstrap",
    );
  }
  for (const folder of leftOut) {
    await run("find", [join(target, folder), "-mindepth", "1", "-not", "-type", "d", "-delete"]);
  }
  await run("find", [join(target, "usr/share/doc"), "-type", "f", "-not", "-name", "copyright", "-delete"]);
  await writeSources(target, host);
}

interface HostApt {
  /** Of Debian's own packages; undefined: debootstrap's own default. */
  readonly mirror: string | undefined;
  readonly security: string | undefined;
  readonly proxy: string | undefined;
}

/** What this machine's apt is set to, where it is Debian's. */
async function hostApt(): Promise<HostApt> {
  const format = ["indextargets", "--format", "$(ORIGIN) $(LABEL) $(REPO_URI)"];
  const { stdout } = await run("apt-get", format);
  const sources = stdout.split("\n").filter((line) => line.startsWith("Debian "));
  const uri = (label: string) =>
    sources
      .find((line) => line.startsWith(`Debian ${label} `))
      ?.split(" ")
      .at(-1);
  const config = await run("apt-config", ["shell", "proxy", "Acquire::http::Proxy"]);
  return {
    mirror: uri("Debian"),
    security: uri("Debian-Security"),
    proxy: /proxy='([^']+)'/.exec(config.stdout)?.[1],
  };
}

/** As in the official image: updates and security fixes too, where this machine has them. */
async function writeSources(target: string, { mirror, security }: HostApt): Promise<void> {
  if (!mirror) return;
  const keyring = "/usr/share/keyrings/debian-archive-keyring.gpg";
  const source = (uri: string, suites: string) =>
    ["Types: deb", `URIs: ${uri}`, `Suites: ${suites}`, "Components: main", `Signed-By: ${keyring}`, ""].join(
      "\n",
    );
  const parts = [
    source(mirror, "trixie trixie-updates"),
    ...(security ? [source(security, "trixie-security")] : []),
  ];
  await writeFile(join(target, "etc/apt/sources.list.d/debian.sources"), parts.join("\n"));
  if (existsSync(join(target, "etc/apt/sources.list"))) await rm(join(target, "etc/apt/sources.list"));
}
