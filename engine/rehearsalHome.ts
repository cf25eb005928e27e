import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { ownProviders } from "../components/providers/own.ts";
import { paths, root } from "./paths.ts";
import { installedSdks } from "./providers/generic/sdk/package.ts";
import { twinOf } from "./providers/registry.ts";
import { wrapperText, writeWrapper } from "./wrapper.ts";

/** A home of the engine in which every provider is a stand-in. */
export interface RehearsalHome {
  /** The folder of the state. */
  readonly state: string;
  /** Where the stand-ins hold what the vendors would. */
  readonly store: string;
  /** e.g. `aws 7.48.0`. */
  readonly standIns: readonly string[];
  /** What the engine is run with, over the toolchain's environment; the backend and its passphrase are the caller's. */
  readonly env: Readonly<Record<string, string>>;
}

export interface RehearsalHomeOptions {
  /** Own providers that do their work although it is a rehearsal, e.g. `docker`, where it is they that are tested. */
  readonly real?: readonly string[];
}

/** Makes a home for rehearsals under `folder`: its plugins are the stand-ins, whatever else the machine has. */
export async function rehearsalHome(
  folder: string,
  { real = [] }: RehearsalHomeOptions = {},
): Promise<RehearsalHome> {
  const [home, state, store] = [join(folder, "home"), join(folder, "state"), join(folder, "store")];
  await Promise.all([home, state, store].map((path) => mkdir(path, { recursive: true, mode: 0o700 })));
  const sdks = [...installedSdks(paths.modules)];
  const plugin = (name: string) => wrapperText(join(root, "engine", "plugin.ts"), [name]);
  await Promise.all(
    [...sdks, ...ownProviders].map(({ name, version }) =>
      writeWrapper(
        join(home, "plugins", `resource-${name}-v${version}`, `pulumi-resource-${name}`),
        plugin(real.includes(name) ? name : twinOf(name)),
      ),
    ),
  );
  return {
    state,
    store,
    standIns: sdks.map(({ name, version }) => `${name} ${version}`),
    env: {
      PULUMI_HOME: home,
      PULUMI_SKIP_UPDATE_CHECK: "true",
      PULUMI_DISABLE_AUTOMATIC_PLUGIN_ACQUISITION: "true",
      RUNG_REHEARSAL_DIR: store,
      // A real account's credentials have no part in this.
      PULUMI_ACCESS_TOKEN: "",
      AWS_PROFILE: "",
      KUBECONFIG: "",
    },
  };
}
