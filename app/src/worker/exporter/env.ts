import type { D1Database, R2Bucket } from "@cloudflare/workers-types";
import { z } from "zod";

/** What the exporter is told as text. */
export const exporterSettings = z.object({
  ACCOUNT_ID: z.string().min(1),
  DATABASE_ID: z.string().min(1),
  /** May read, and write, every database of the account: Cloudflare has no token for one. */
  API_TOKEN: z.string().min(1),
  API_URL: z.url().default("https://api.cloudflare.com/client/v4"),
});
export type ExporterSettings = z.output<typeof exporterSettings>;

/** Cloudflare's own services, as they are bound to it (`components/cloudflare-edge/backup.ts`). */
export interface ExporterEnv extends Readonly<Record<string, unknown>> {
  readonly DATABASE: D1Database;
  readonly EXPORTS: R2Bucket;
}
