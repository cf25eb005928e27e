import { findBaseImage } from "./baseImage.ts";
import { dockerClient, isDebian, pingDocker } from "./docker.ts";
import { dockerHost } from "./dockerHost.ts";
import { findProvider, providerPins } from "./plugins.ts";
import { findBuilt, findCli, languageHostOf, pinnedVersion } from "./pulumiCli.ts";
import { officialOnly } from "./reach.ts";
import { readStamp } from "./stamp.ts";
import { nodePart, type Part } from "./toolchain.ts";

/** Every part of the toolchain as it is now; nothing is brought, built or started. */
export async function inspectToolchain(): Promise<Part[]> {
  const [engine, docker] = await Promise.all([engineParts(), dockerParts()]);
  return [nodePart(), ...engine, ...docker];
}

async function engineParts(): Promise<Part[]> {
  const stamped = readStamp()?.parts.filter(({ name }) => name !== "node");
  if (stamped) return [...stamped];
  const cli = (await findCli()) ?? (officialOnly() ? undefined : findBuilt());
  const version = pinnedVersion();
  const host = cli && (await languageHostOf(cli));
  const providers = await Promise.all(
    providerPins().map(async (pin) => {
      const missing = { name: `provider ${pin.name}`, version: pin.version, origin: "missing" } as const;
      return (await findProvider(pin)) ?? { ...missing, mend: comesWithUp };
    }),
  );
  return [
    cli
      ? { name: "pulumi", version: cli.version, origin: cli.origin, path: cli.path }
      : {
          name: "pulumi",
          version,
          origin: "missing",
          mend: `${comesWithUp}: downloaded, or built in minutes`,
        },
    host ?? { name: "language host", version, origin: "missing", mend: comesWithUp },
    ...providers,
  ];
}

const comesWithUp = '"rung up" brings it';

async function dockerParts(): Promise<Part[]> {
  const daemon = await pingDocker();
  if (!("version" in daemon)) {
    const installs =
      process.platform === "linux" && process.getuid?.() === 0 && isDebian() && !dockerHost().chosen;
    const mend = installs
      ? '"rung up" installs and starts it'
      : daemon.code === "EACCES"
        ? "add yourself to the group docker"
        : "install Docker and start it";
    return [
      { name: "docker engine", version: "", origin: "missing", path: dockerHost().host, mend },
      { name: "base image", version: "trixie", origin: "missing", mend: "needs Docker first" },
    ];
  }
  const base = await findBaseImage(await dockerClient());
  return [
    { name: "docker engine", version: daemon.version, origin: "official", path: daemon.host },
    base
      ? {
          name: "base image",
          version: "trixie",
          origin: base.origin === "pulled" ? "official" : "built",
          path: base.image,
        }
      : { name: "base image", version: "trixie", origin: "missing", mend: comesWithUp },
  ];
}
