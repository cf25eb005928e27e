import { existsSync } from "node:fs";
import { readdir } from "node:fs/promises";
import { join } from "node:path";
import { project } from "./backend.ts";
import { paths } from "./paths.ts";
import { Store } from "./providers/generic/store.ts";
import { providerNames } from "./providers/registry.ts";
import type { Toolchain } from "./toolchain.ts";
import { isWrapper } from "./wrapper.ts";

/** One thing that a vendor holds for a stack. */
export interface Being {
  readonly urn: string;
  readonly type: string;
  readonly id: string;
}

/** What the vendors hold for a stack, as far as they can be asked without knowing what to ask for. */
export interface World {
  readonly beings: readonly Being[];
  /**
   * `listed`: all that there is of the type is among `beings`. `settled`: its provider takes up by itself what an
   * earlier try left, or leaves nothing outside the state. `unknown`: only its vendor can say.
   */
  knows(type: string): "listed" | "settled" | "unknown";
}

/** Looks at the world of a stack: a stand-in's can be listed, an official provider's cannot. */
export async function lookAtWorld(toolchain: Toolchain, stack: string): Promise<World> {
  const env = toolchain.env();
  const listed = await standInsIn(env.PULUMI_HOME ?? paths.pulumiHome);
  const folder = join(env.RUNG_REHEARSAL_DIR ?? join(paths.own, "stand-ins"), project, stack);
  const beings = existsSync(folder) ? new Store(folder).all().filter(({ released }) => !released) : [];
  const settled = new Set(providerNames());
  return {
    beings: beings.map(({ urn, type, id }) => ({ urn, type, id })),
    knows(type) {
      const provider = type.split(":")[0] ?? "";
      if (settled.has(provider)) return "settled";
      return listed.has(provider) ? "listed" : "unknown";
    },
  };
}

/** The providers whose plugin in a home of the engine is one of ours. */
async function standInsIn(home: string): Promise<Set<string>> {
  const plugins = join(home, "plugins");
  const names = (await readdir(plugins).catch(() => [])).flatMap((folder) => {
    const name = /^resource-(.+)-v\d+\.\d+\.\d+[^/]*$/.exec(folder)?.[1];
    return name ? [{ name, file: join(plugins, folder, `pulumi-resource-${name}`) }] : [];
  });
  const ours = await Promise.all(
    names.map(async ({ name, file }) => ((await isWrapper(file)) ? [name] : [])),
  );
  return new Set(ours.flat());
}
