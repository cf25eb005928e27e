import { z } from "zod";
import { failure } from "../../../components/model/diagnostics.ts";
import { Api, queried } from "../../../components/providers/d1/provider/api.ts";
import { step } from "../../progress.ts";
import { cannotAsk } from "../aws.ts";
import { cloudflareAccess } from "../cloudflare.ts";
import { d1Exports } from "./d1Exports.ts";
import type { At, ProviderBackups } from "./provider.ts";

const marked = z.looseObject({ result: z.looseObject({ bookmark: z.string() }) });
const broughtBack = z.looseObject({
  result: z.looseObject({ bookmark: z.string(), previous_bookmark: z.string() }),
});

/** As D1 writes one: four groups of hexadecimal digits. */
const bookmark = /^[0-9a-f]{8}(-[0-9a-f]{8}){2}-[0-9a-f]{32}$/;
/** Time Travel's: 30 days on the paid plan, 7 on the free one (developers.cloudflare.com/d1/reference/time-travel, 2026-11). */
const freeDays = 7;
const dayMs = 24 * 60 * 60 * 1000;

/**
 * D1's own: Time Travel to any minute, in place, and the exports that the stack's own Worker writes to R2. A bookmark is
 * a moment's name: to make one costs nothing and copies nothing.
 */
export function d1Backups(at: At<"d1">, stack: string): ProviderBackups {
  const { account, database } = at;
  const path = { account_id: account, database_id: database };
  const asked = async <T>(work: (api: Api) => Promise<T>): Promise<T> => {
    const api = new Api(await cloudflareAccess(stack));
    try {
      return await work(api);
    } catch (error) {
      throw cannotAsk("D1", error);
    } finally {
      api.close();
    }
  };
  const query = (api: Api, sql: string, again: boolean) =>
    api.call(
      "POST /accounts/{account_id}/d1/database/{database_id}/query",
      { path, body: { sql } },
      queried,
      again,
    );
  return {
    now: (report) =>
      step(report, "bookmark", () =>
        asked(async (api) => {
          const { result } = await api.call(
            "GET /accounts/{account_id}/d1/database/{database_id}/time_travel/bookmark",
            { path },
            marked,
          );
          if (!bookmark.test(result.bookmark)) throw new Error(`"${result.bookmark}" is no bookmark`);
          const ms = Date.now();
          await query(
            api,
            `INSERT INTO ops_backups (kind, label, started_at, finished_at, bytes, ok) VALUES ('bookmark', '${result.bookmark}', ${ms}, ${ms}, 0, 1)`,
            false,
          );
          return result.bookmark;
        }),
      ),
    list: () =>
      asked(async (api) => {
        const { result } = await query(
          api,
          "SELECT kind, label, finished_at, bytes, ok FROM ops_backups WHERE label IS NOT NULL ORDER BY finished_at",
          true,
        );
        return (result[0]?.results ?? []).map(({ kind, label, finished_at, bytes, ok }) => ({
          name: String(label),
          kind: String(kind),
          finished: new Date(Number(finished_at)).toISOString(),
          ok: ok === 1,
          bytes: kind === "bookmark" ? null : Number(bytes),
        }));
      }),
    dumps: d1Exports(at, stack),
    async window() {
      const now = Date.now();
      return {
        earliest: new Date(now - freeDays * dayMs).toISOString(),
        latest: new Date(now).toISOString(),
      };
    },
    async restore({ to, backup }, beside, report) {
      if (beside !== undefined)
        throw failure(
          "D1 goes back in time in place alone",
          "say --in-place; or make a database of an export: wrangler d1 create NAME, then wrangler d1 execute NAME --remote --file EXPORT.sql",
          "--beside",
          64,
        );
      if (backup !== undefined && !bookmark.test(backup))
        throw failure(
          `${backup} is an export, and no bookmark`,
          `wrangler r2 object get it, then wrangler d1 execute NAME --remote --file EXPORT.sql into a new database`,
          "--backup",
          64,
        );
      const began = performance.now();
      const where =
        backup === undefined ? { timestamp: to ?? new Date().toISOString() } : { bookmark: backup };
      const { result } = await step(report, "time travel", () =>
        asked((api) =>
          api.call(
            "POST /accounts/{account_id}/d1/database/{database_id}/time_travel/restore",
            { path, query: where },
            broughtBack,
          ),
        ),
      );
      return {
        into: `database ${database}`,
        seconds: (performance.now() - began) / 1000,
        next: [
          "rung db status, then rung status",
          `what was there before: rung backup restore --backup ${result.previous_bookmark} --in-place`,
        ],
      };
    },
  };
}
