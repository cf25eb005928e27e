import { randomBytes } from "node:crypto";
import { rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { stringify } from "yaml";
import { root } from "../engine/paths.ts";
import { settingsFile } from "../stacks/settings.ts";
import { down } from "./down.ts";
import { freePorts } from "./freePorts.ts";
import { mustLive } from "./living.ts";
import type { Report } from "./progress.ts";
import type { Living } from "./stage.ts";
import { loadTarget } from "./target.ts";
import { up } from "./up.ts";

/**
 * Runs `work` on a stack of its own, of the same stage, size and image as another, and takes it away with its data,
 * however `work` ends. What a kill leaves is named `<purpose>-<6 hex digits>`.
 */
export async function onThrowAway<T>(
  like: Living,
  purpose: string,
  report: Report,
  work: (living: Living) => Promise<T>,
): Promise<T> {
  const stack = `${purpose}-${randomBytes(3).toString("hex")}`;
  const file = join(root, settingsFile(stack));
  const [httpsPort, httpPort] = await freePorts(2);
  const { stage, size, image } = like.outputs;
  const config = { stage, size, httpsPort, httpPort, protect: false };
  await writeFile(
    file,
    stringify({ config: Object.fromEntries(Object.entries(config).map(([key, v]) => [`rung:${key}`, v])) }),
  );
  try {
    await up(await loadTarget(stack), { image, noDrill: "a throw-away stack" }, report);
    return await work(await mustLive(stack));
  } finally {
    await down(await loadTarget(stack), { deleteData: true }, report);
    await rm(file, { force: true });
  }
}
