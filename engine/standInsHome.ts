import { existsSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { paths } from "./paths.ts";
import { type RehearsalHomeOptions, rehearsalHome } from "./rehearsalHome.ts";
import { sstHome } from "./sstHome.ts";
import { makePassphrase, type Toolchain } from "./toolchain.ts";

/** A lasting home in which every provider is a stand-in, with a state and a key of its own. */
export interface StandInsHome {
  /** All of it: to be thrown away whole. */
  readonly folder: string;
  /** e.g. `aws 7.48.0`. */
  readonly standIns: readonly string[];
  /** What `pulumi` and `sst` are to be run with. */
  readonly env: Readonly<Record<string, string>>;
}

/** Makes it, or finds it as it was left. */
export async function standInsHome(
  toolchain: Toolchain,
  folder = join(paths.own, "rehearsal"),
  options: RehearsalHomeOptions = {},
): Promise<StandInsHome> {
  const { env, state, standIns } = await rehearsalHome(folder, options);
  const passphrase = join(folder, "passphrase");
  if (!existsSync(passphrase)) await makePassphrase(passphrase);
  const sst = await sstHome(toolchain, folder, join(folder, "home", "plugins"));
  return {
    folder,
    standIns,
    env: {
      ...toolchain.env(),
      ...env,
      ...sst,
      PULUMI_BACKEND_URL: pathToFileURL(state).href,
      PULUMI_CONFIG_PASSPHRASE_FILE: passphrase,
    },
  };
}
