import * as cloudflare from "@pulumi/cloudflare";
import type { WorkerBundle } from "../../app/buildWorker.ts";
import { nameOf } from "../kit/context.ts";
import { child, kept } from "../kit/options.ts";
import { r2Binding, textBindings } from "./app.ts";
import { accountOf, type Edge } from "./cloudflare.ts";
import { cloudflareCron } from "./crons.ts";
import type { Database } from "./database.ts";
import { bucket } from "./storage.ts";
import { cronTriggers, deploymentOf, versionOf, workerNamed } from "./worker.ts";

/** Cloudflare's permission group "D1 Write"; it has none for one database (api/tokens permission groups, 2026-11). */
const d1Write = { id: "09b2857d1c31407795e75e3fed8617a1" };
const day = 24 * 60 * 60;
const part = "export";

/**
 * Beside Time Travel, which every D1 database has: a Worker of its own writes the whole database as SQL to a bucket of
 * its own. The app's Worker reaches neither, and nobody deletes an export before its time.
 */
export function backup(here: Edge, bundle: WorkerBundle, database: Database) {
  const { schedule, keepDays } = here.plan.backup.detail;
  const exports = bucket(here, part, keepDays);
  new cloudflare.R2BucketLock(
    part,
    {
      ...accountOf(here),
      bucketName: exports.name,
      ...(exports.jurisdiction && { jurisdiction: exports.jurisdiction }),
      rules: [
        {
          id: "kept",
          // Switched off, not taken away: what is protected can only be changed.
          enabled: here.context.protect,
          prefix: "",
          condition: { type: "Age", maxAgeSeconds: keepDays * day },
        },
      ],
    },
    kept(here),
  );
  const token = new cloudflare.AccountToken(
    part,
    {
      ...accountOf(here),
      name: nameOf(here.context, part),
      policies: [
        {
          effect: "allow",
          permissionGroups: [d1Write],
          resources: JSON.stringify({
            [`com.cloudflare.api.account.${here.platform.cloudflareAccountId}`]: "*",
          }),
        },
      ],
    },
    { ...child(here), additionalSecretOutputs: ["value"] },
  );
  const worker = workerNamed(here, part);
  const version = versionOf(here, part, worker, {
    bundle,
    bindings: [
      { name: "DATABASE", type: "d1", databaseId: database.id },
      r2Binding("EXPORTS", exports),
      ...textBindings({
        plain: { ACCOUNT_ID: here.platform.cloudflareAccountId, DATABASE_ID: database.id },
        secret: { API_TOKEN: token.value },
      }),
    ],
    after: [database.schema],
  });
  const deployment = deploymentOf(here, part, worker, version.id);
  cronTriggers(here, part, { worker, deployment }, [cloudflareCron(schedule)]);
  return exports;
}
