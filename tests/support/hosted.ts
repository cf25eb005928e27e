import { createHash } from "node:crypto";
import { readdirSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { expect } from "vitest";
import type { DatabaseAt } from "../../components/model/databaseAt.ts";
import type { Size } from "../../components/model/words.ts";
import type { StateResource } from "../../engine/backend.ts";
import { ensureToolchain } from "../../engine/toolchain.ts";
import { changesIn, nameOfUrn } from "../../operations/rehearse/events.ts";
import { startServers } from "../../operations/rehearse/servers.ts";
import { type HostedStage, rehearsalSettings } from "../../operations/rehearse/settings.ts";
import { makeWorkspace, stack } from "../../operations/rehearse/workspace.ts";

/**
 * A living stack of a hosted stage, made with stand-ins, that a test leads through its life step by step.
 * @param program another than the stacks' own
 */
export async function hosted(
  stage: HostedStage,
  more: Readonly<Record<string, string>> = {},
  program?: string,
) {
  const workspace = await makeWorkspace(await ensureToolchain(), program === undefined ? {} : { program });
  const servers = await startServers(stage, workspace);
  const env: Record<string, string> = Object.assign({}, ...servers.map((server) => server.env));

  async function run(command: "up" | "preview" | "refresh" | "destroy", told: Record<string, string> = {}) {
    const done = await workspace.run(command, { env: { ...env, ...told } });
    expect(done.diagnostics.filter(({ severity }) => severity === "error")).toEqual([]);
    expect(done.code).toBe(0);
    return changesIn(done.events);
  }

  return {
    folder: workspace.folder,
    run,
    /** Writes the settings for a size; of those in `secret`, only their encrypted form. */
    async settle(size: Size, over: Record<string, string> = {}, secret: Record<string, string> = {}) {
      const config = Object.entries({ ...rehearsalSettings(stage, size), ...more, ...over });
      await workspace.settle(Object.fromEntries(config.filter(([key]) => !(key in secret))));
      for (const [key, value] of Object.entries(secret)) {
        const { code, stderr } = await workspace.ask([
          ...["config", "set", "--secret", key, value],
          ...["--stack", stack],
        ]);
        expect(code, stderr).toBe(0);
      }
    },
    async outputs(): Promise<Outputs> {
      const asked = await workspace.ask(["stack", "output", "--json", "--show-secrets", "--stack", stack]);
      expect(asked.code, asked.stderr).toBe(0);
      return JSON.parse(asked.stdout);
    },
    /** What the state holds, by `<type's last word> <name>`, e.g. `Project app`. */
    async state(): Promise<Readonly<Record<string, StateResource>>> {
      const all = (await workspace.checkpoint())?.resources ?? [];
      return Object.fromEntries(
        all.map((one) => [`${one.type.split(":").at(-1)} ${nameOfUrn(one.urn)}`, one]),
      );
    },
    /** What the vendors still hold. */
    held: async (): Promise<readonly string[]> => [
      ...(await Promise.all(servers.map((server) => server.holds()))).flat(),
      ...files(workspace.store),
    ],
    /** Every file that the engine and its runs wrote: state, its history and copies, settings, events, logs. */
    written: () =>
      [join("state", ".pulumi"), "runs", join("project", `Pulumi.${stack}.yaml`)]
        .flatMap((part) => files(join(workspace.folder, part)))
        .map((file) => ({ file, text: readFileSync(file, "utf8") })),
    async end() {
      await Promise.all(servers.map((server) => server.stop()));
      await workspace.remove();
    },
  };
}

interface Outputs {
  readonly bindings: Readonly<Record<string, string>>;
  readonly secrets: Readonly<Record<string, string>>;
  readonly urls: Readonly<Record<string, string>>;
  readonly image: string;
  readonly database?: DatabaseAt;
  readonly releases: readonly { readonly image: string }[];
}

function files(path: string): string[] {
  if (statSync(path).isFile()) return [path];
  return readdirSync(path, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name));
}

/** Where secrets stand in the clear, each named by the beginning of its hash. */
export const inTheClear = (
  written: readonly { readonly file: string; readonly text: string }[],
  secrets: Iterable<string>,
): string[] =>
  [...secrets].flatMap((secret) =>
    written
      .filter(({ text }) => text.includes(secret))
      .map(({ file }) => `${createHash("sha256").update(secret).digest("hex").slice(0, 8)} in ${file}`),
  );
