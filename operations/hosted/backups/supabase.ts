import { setTimeout as sleep } from "node:timers/promises";
import { z } from "zod";
import { failure } from "../../../components/model/diagnostics.ts";
import { Api, anything, healthy, shownProject } from "../../../components/providers/supabase/provider/api.ts";
import { step } from "../../progress.ts";
import { cannotAsk } from "../aws.ts";
import { providerSetting } from "../settings.ts";
import type { At, Patience, ProviderBackups } from "./provider.ts";
import { supabaseDumps } from "./supabaseDumps.ts";

const shown = z.looseObject({
  pitr_enabled: z.boolean(),
  backups: z.array(
    z.looseObject({
      id: z.number(),
      is_physical_backup: z.boolean(),
      status: z.string(),
      inserted_at: z.string(),
    }),
  ),
  physical_backup_data: z.looseObject({
    earliest_physical_backup_date_unix: z.number().optional(),
    latest_physical_backup_date_unix: z.number().optional(),
  }),
});

/** After a restore was asked for, looks until the project is seen to be at it. */
const looksForTheStart = 15;

/**
 * Supabase's own: a backup each day, and with the add-on recovery to any second. It restores in place alone, with the
 * project away meanwhile; a new project beside it is made in the dashboard only.
 */
export function supabaseBackups(
  { project: ref }: At<"supabase">,
  stack: string,
  { withinSeconds, everyMs }: Patience,
): ProviderBackups {
  const asked = async <T>(work: (api: Api) => Promise<T>): Promise<T> => {
    const api = new Api({ ...(await access(stack)), lookMs: everyMs });
    try {
      return await work(api);
    } catch (error) {
      throw cannotAsk("Supabase", error);
    } finally {
      api.close();
    }
  };
  const look = () =>
    asked((api) => api.call("GET /v1/projects/{ref}/database/backups", { path: { ref } }, shown));
  return {
    now: async () => {
      throw failure(
        "Supabase makes backups on its own schedule, and none when it is asked",
        "the off-site dump is made at any time: gh workflow run dump.yml; rung backup list shows Supabase's own",
        "rung backup now",
        64,
      );
    },
    async list() {
      return (await look()).backups
        .map((one) => ({
          name: String(one.id),
          kind: one.is_physical_backup ? "physical" : "logical",
          finished: new Date(one.inserted_at).toISOString(),
          ok: one.status === "COMPLETED",
          bytes: null,
        }))
        .toSorted((a, b) => a.finished.localeCompare(b.finished));
    },
    async window() {
      const { pitr_enabled, physical_backup_data: kept } = await look();
      const { earliest_physical_backup_date_unix: first, latest_physical_backup_date_unix: last } = kept;
      if (!pitr_enabled || first === undefined || last === undefined) return undefined;
      return {
        earliest: new Date(first * 1000).toISOString(),
        latest: new Date(last * 1000).toISOString(),
      };
    },
    dumps: supabaseDumps(ref, stack),
    async restore({ to, backup }, beside, report) {
      if (beside !== undefined)
        throw failure(
          "Supabase's API restores a project in place alone",
          'in the dashboard, Database, Backups, "Restore to new project"; or say --in-place',
          "--beside",
          64,
        );
      if (to === undefined && backup === undefined)
        throw failure(
          "which time, or which backup, is not said",
          "say --to TIME, or --backup NAME of rung backup list",
          "rung backup restore",
          64,
        );
      const began = performance.now();
      const before = new Date().toISOString();
      await step(report, "restore", async (say) => {
        await asked(async (api) => {
          const path = { ref };
          if (to === undefined) {
            const body = { id: Number(backup) };
            await api.call("POST /v1/projects/{ref}/database/backups/restore", { path, body }, anything);
          } else {
            const body = { recovery_time_target_unix: Math.floor(Date.parse(to) / 1000) };
            await api.call("POST /v1/projects/{ref}/database/backups/restore-pitr", { path, body }, anything);
          }
          // It says "healthy" for a moment more.
          for (let looked = 0; looked < looksForTheStart; looked += 1) {
            const { status } = await api.call("GET /v1/projects/{ref}", { path }, shownProject);
            say(status);
            if (status !== "ACTIVE_HEALTHY") break;
            await sleep(everyMs);
          }
          await healthy(api, ref, withinSeconds, new AbortController().signal);
        });
      });
      return {
        into: `project ${ref}`,
        seconds: (performance.now() - began) / 1000,
        next: [
          "rung db validate, then rung status",
          ...(to === undefined
            ? []
            : [`what was there before: rung backup restore --to ${before} --in-place`]),
        ],
      };
    },
  };
}

/** As the provider itself is told. */
async function access(stack: string) {
  const token = process.env.SUPABASE_ACCESS_TOKEN || (await providerSetting(stack, "supabase:accessToken"));
  if (!token) throw failure("no token for Supabase's API is known", "set SUPABASE_ACCESS_TOKEN", "Supabase");
  return {
    token,
    baseUrl: process.env.SUPABASE_API_URL || "https://api.supabase.com",
    projectUrl: process.env.SUPABASE_PROJECT_URL || "https://{ref}.supabase.co",
  };
}
