import { type R2Bucket, r2Bucket } from "../cloudflare/r2.ts";
import type { Hetzner } from "./coolify.ts";

const r2 = (here: Hetzner) => ({ ...here, accountId: here.platform.cloudflareAccountId });

/** The app's buckets in R2 by their names in the spec, each with a key of its own. */
export const storage = (here: Hetzner): Readonly<Record<string, R2Bucket>> =>
  Object.fromEntries(
    Object.keys(here.context.spec.storage?.buckets ?? {}).map((name) => [
      name,
      r2Bucket(r2(here), `storage-${name}`),
    ]),
  );

/** Where dumps go: the app has no key to it. */
export const backups = (here: Hetzner): R2Bucket => r2Bucket(r2(here), "backup");
