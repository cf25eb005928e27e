import { z } from "zod";
import type { ExporterSettings } from "./env.ts";

/** One look at an export (developers.cloudflare.com/api/resources/d1/subresources/database/methods/export, 2026-11). */
const looked = z.object({
  success: z.literal(true),
  result: z.object({
    at_bookmark: z.string().optional(),
    status: z.string().optional(),
    error: z.string().nullish(),
    result: z.object({ signed_url: z.url() }).nullish(),
  }),
});

/** An export that nobody looks at is given up by D1. */
const lookMs = 1000;
/** A trigger's Worker may run for 15 minutes (developers.cloudflare.com/workers/platform/limits, 2026-11). */
const mostLooks = 12 * 60;

/**
 * Has D1 write the whole database as SQL, and waits for it; the database does not answer meanwhile.
 * @returns where the SQL can be fetched
 * @throws Error with what Cloudflare said
 */
export async function exported(settings: ExporterSettings, pauseMs = lookMs): Promise<string> {
  let bookmark: string | undefined;
  for (let look = 1; look <= mostLooks; look += 1) {
    const { at_bookmark, status, error, result } = await ask(settings, bookmark);
    if (result) return result.signed_url;
    if (status === "error" || error) throw new Error(`D1 did not export: ${error ?? "it does not say why"}`);
    bookmark = at_bookmark ?? bookmark;
    await new Promise((resolve) => setTimeout(resolve, pauseMs));
  }
  throw new Error("D1 did not export in time");
}

async function ask(settings: ExporterSettings, bookmark: string | undefined) {
  const { API_URL, ACCOUNT_ID, DATABASE_ID, API_TOKEN } = settings;
  const response = await fetch(`${API_URL}/accounts/${ACCOUNT_ID}/d1/database/${DATABASE_ID}/export`, {
    method: "POST",
    headers: { authorization: `Bearer ${API_TOKEN}`, "content-type": "application/json" },
    body: JSON.stringify({ output_format: "polling", ...(bookmark && { current_bookmark: bookmark }) }),
  });
  const text = await response.text();
  if (!response.ok)
    throw new Error(`Cloudflare answered ${response.status} to an export: ${text.slice(0, 300)}`);
  return looked.parse(JSON.parse(text)).result;
}
