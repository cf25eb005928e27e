import * as docker from "@pulumi/docker";
import pulumi from "@pulumi/pulumi";
import * as random from "@pulumi/random";

/** What a test changes between two updates. */
export interface Settings {
  readonly memory?: number;
  readonly greeting?: string;
  /** The command that says whether the container is healthy. */
  readonly healthy?: readonly string[];
  readonly command?: readonly string[];
  /** A name of its own, or one that is made up. */
  readonly named?: boolean;
  readonly once?: readonly string[];
  /** A folder to build an image from. */
  readonly build?: string;
  readonly trigger?: string;
  readonly grace?: number;
}

const idle = ["sh", "-c", "trap 'exit 0' TERM; echo up; while :; do sleep 0.1; done"];

/** A network, a volume, an image, a container of much detail, and one that runs once. */
export default async function outputs() {
  const config = new pulumi.Config("rung");
  const prefix = config.require("prefix");
  const settings = config.requireObject<Settings>("settings");
  const labels = [{ label: "dev.rung.test", value: prefix }];
  const network = new docker.Network("network", { name: `${prefix}-network`, labels });
  const other = new docker.Network("other", { labels });
  const volume = new docker.Volume("data", { name: `${prefix}-data`, labels });
  const password = new random.RandomPassword("password", { length: 24, special: false });
  const base = new docker.RemoteImage("base", { name: "rung/debian:trixie", keepLocally: true });
  const built = settings.build
    ? new docker.RemoteImage("built", {
        name: `${prefix}:built`,
        build: { context: settings.build, buildArgs: { SECRET: password.result }, labels: { by: prefix } },
        triggers: { content: settings.trigger ?? "" },
      })
    : undefined;
  const main = new docker.Container("main", {
    ...(settings.named === false ? {} : { name: `${prefix}-main` }),
    image: (built ?? base).imageId,
    command: [...(settings.command ?? idle)],
    envs: [pulumi.interpolate`PASSWORD=${password.result}`, `GREETING=${settings.greeting ?? "hello"}`],
    labels,
    networksAdvanced: [{ name: network.name, aliases: ["main"] }, { name: other.id }],
    volumes: [{ volumeName: volume.name, containerPath: "/data" }],
    uploads: [
      { file: "/etc/greeting", content: pulumi.interpolate`token ${password.result}`, permissions: "0600" },
    ],
    tmpfs: { "/scratch": "rw,nosuid,size=8m" },
    capabilities: { drops: ["ALL"] },
    securityOpts: ["no-new-privileges"],
    ulimits: [{ name: "nofile", soft: 1024, hard: 2048 }],
    ports: [{ internal: 8080, ip: "127.0.0.1" }],
    hosts: [{ host: "elsewhere", ip: "10.1.2.3" }],
    logDriver: "json-file",
    logOpts: { "max-size": "1m" },
    memory: settings.memory ?? 64,
    memorySwap: settings.memory ?? 64,
    cpus: "0.5",
    init: true,
    restart: "unless-stopped",
    stopTimeout: 5,
    destroyGraceSeconds: settings.grace ?? 5,
    healthcheck: {
      tests: [...(settings.healthy ?? ["CMD", "true"])],
      interval: "1s",
      timeout: "2s",
      retries: 1,
    },
    wait: true,
    waitTimeout: 20,
  });
  const once = settings.once
    ? new docker.Container("once", {
        image: base.imageId,
        command: [...settings.once],
        labels,
        envs: [pulumi.interpolate`PASSWORD=${password.result}`],
        attach: true,
        logs: true,
        mustRun: false,
      })
    : undefined;
  return { id: main.id, name: main.name, logs: once?.containerLogs, password: password.result };
}
