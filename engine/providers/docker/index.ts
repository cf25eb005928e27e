import type { Provider, ResourceDefinition, Values } from "../provider.ts";
import { useHost } from "./client.ts";
import { container } from "./container.ts";
import { network } from "./network.ts";
import { remoteImage } from "./remoteImage.ts";
import { table } from "./table.ts";
import { volume } from "./volume.ts";

const definitions: Readonly<Record<string, ResourceDefinition>> = {
  "docker:index/container:Container": container,
  "docker:index/network:Network": network,
  "docker:index/remoteImage:RemoteImage": remoteImage,
  "docker:index/volume:Volume": volume,
};

/** Settings of the provider that mean something here. */
const settings = ["host", "version", "pluginDownloadURL"];

/** The work of @pulumi/docker on the real Docker Engine. */
export const docker: Provider = {
  name: "docker",
  version: table.version,
  types: () => Object.keys(definitions),
  resource: (type) => definitions[type],

  checkConfig: (config: Values) =>
    Object.keys(config)
      .filter((key) => !settings.includes(key) && !key.startsWith("__"))
      .map((key) => ({
        property: key,
        reason: `the docker provider here takes "host" alone; "${key}" needs the official one`,
      })),

  configure(config) {
    useHost(typeof config.host === "string" && config.host ? config.host : undefined);
  },
};
