import { randomBytes } from "node:crypto";
import { rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { stringify } from "yaml";
import { freePorts } from "../../operations/freePorts.ts";
import type { Living } from "../local/docker.ts";
import { root, startRung } from "./rung.ts";

/** A stack of a test's own: its settings file, ports that were free, and the way to be rid of all of it. */
export interface TestStack extends Living {
  readonly file: string;
  /** Over the settings it was made with. */
  set(settings: Readonly<Record<string, unknown>>): Promise<void>;
  remove(): Promise<void>;
}

/** Writes the settings of a stack; nothing is brought up yet. `tree`: another checkout of this clone. */
export async function testStack(
  settings: Readonly<Record<string, unknown>> = {},
  tree = root,
): Promise<TestStack> {
  const stack = `test-${randomBytes(3).toString("hex")}`;
  const file = `Pulumi.${stack}.yaml`;
  const [httpsPort, httpPort] = await freePorts(2);
  const base = { stage: "local", size: "small", httpsPort, httpPort, ...settings };
  const set = (more: Readonly<Record<string, unknown>>) => {
    const config = Object.entries({ ...base, ...more }).map(([key, value]) => [`rung:${key}`, value]);
    return writeFile(join(tree, file), stringify({ config: Object.fromEntries(config) }));
  };
  await set({});
  return {
    stack,
    file,
    url: `https://localhost:${httpsPort}`,
    set,
    async remove() {
      const { code, out, err } = await startRung(
        ["down", "--stack", stack, "--delete-data", "--yes"],
        {},
        tree,
      ).ended;
      if (code !== 0) throw new Error(`rung down ended with ${code}\n${out}\n${err}`);
      await rm(join(tree, file), { force: true });
    },
  };
}
