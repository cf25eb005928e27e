import { join } from "node:path";
import { downOf, upOf } from "../../components/kit/migrations.ts";
import { failure } from "../../components/model/diagnostics.ts";
import { Api } from "../../components/providers/d1/provider/api.ts";
import {
  applyIn,
  hasChanged,
  ranIn,
  takeBackIn,
  type Where,
} from "../../components/providers/d1/provider/migrations.ts";
import { root } from "../../engine/paths.ts";
import {
  type MigrationFile,
  type MigrationState,
  MigrationsDiffer,
  readMigrations,
} from "../../migrations/runner.ts";
import type { MigrationOperations } from "../stage.ts";
import { lintD1OrThrow } from "./lintD1.ts";

export const d1Folder = "migrations/schema-d1";

/**
 * The migrations of a D1 database, through Cloudflare's API.
 * @param folder absolute; the repo's own unless said
 */
export function d1Migrations(
  at: Where,
  access: { readonly baseUrl: string; readonly token: string },
  folder = join(root, d1Folder),
): MigrationOperations {
  return {
    status: () => withApi(access, async (api) => states(api, at, await readMigrations(folder))),

    change: (what, say) =>
      withApi(access, async (api) => {
        const files = await readMigrations(folder);
        const before = await states(api, at, files);
        const changed = before.filter(({ state }) => state === "changed");
        if (changed.length > 0) throw new MigrationsDiffer(changed);
        for (const { name, state } of before)
          if (state === "lost") say(`${name} is applied, and newer than this code`);
        if (what === "rollback") await takeBack(api, at, files, before);
        else if (before.some(({ state }) => state === "pending")) {
          // All of them: each is run on what those before it made.
          await lintD1OrThrow(files.map(({ name }) => join(folder, name)));
          await applyIn(
            api,
            at,
            files.map((file) => ({ version: file.version, sql: upOf(file) })),
          );
        }
        const was = new Map(before.map(({ version, state }) => [version, state]));
        return (await states(api, at, files)).filter(({ version, state }) => was.get(version) !== state);
      }),
  };
}

async function takeBack(
  api: Api,
  at: Where,
  files: readonly MigrationFile[],
  before: readonly MigrationState[],
): Promise<void> {
  const last = before.findLast(({ state }) => state !== "pending");
  if (last === undefined) return;
  const file = files.find(({ version }) => version === last.version);
  const down = file && downOf(file);
  if (!down) {
    throw failure(
      `nothing says how ${last.name} is taken back`,
      file ? 'write it under "-- migrate:down"' : "check out the code that has this file",
      d1Folder,
    );
  }
  await takeBackIn(api, at, last.version, down);
}

async function states(api: Api, at: Where, files: readonly MigrationFile[]): Promise<MigrationState[]> {
  const ran = new Map((await ranIn(api, at)).map((one) => [one.version, one]));
  const known = files.map((file): MigrationState => {
    const { version, name } = file;
    const one = ran.get(version);
    if (one === undefined) return { version, name, appliedAt: null, state: "pending" };
    const state = hasChanged(one, upOf(file)) ? "changed" : "applied";
    return { version, name, appliedAt: one.appliedAt, state };
  });
  const lost = [...ran.values()]
    .filter(({ version }) => !files.some((file) => file.version === version))
    .map(({ version, appliedAt }): MigrationState => ({ version, name: version, appliedAt, state: "lost" }));
  return [...known, ...lost].toSorted((a, b) => a.version.localeCompare(b.version));
}

async function withApi<T>(
  access: { readonly baseUrl: string; readonly token: string },
  work: (api: Api) => Promise<T>,
): Promise<T> {
  const api = new Api(access);
  try {
    return await work(api);
  } finally {
    api.close();
  }
}
