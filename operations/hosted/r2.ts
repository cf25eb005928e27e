import { createHash } from "node:crypto";
import { DiagnosticsError, failure } from "../../components/model/diagnostics.ts";
import { ask, type StateResource } from "../../engine/pulumi.ts";
import { specialSignature } from "../../engine/specialSignature.ts";
import { ensureToolchain, type Toolchain } from "../../engine/toolchain.ts";
import { type Bucket, bucketAt } from "../../migrations/s3/bucket.ts";
import { emptyBucket, type FullBucket } from "../emptyBucket.ts";
import type { Report } from "../progress.ts";
import { bucketByEnvironment } from "./archive.ts";

/**
 * Takes all objects out of a stack's buckets in R2, which deletes none that holds any: of those whose own key is in the
 * state. What cannot be emptied is told, and left to `notEmpty`.
 */
export async function emptyBuckets(toolchain: Toolchain, stack: string, report: Report): Promise<void> {
  for (const bucket of await openBuckets(toolchain, stack)) {
    const say = (severity: "info" | "warning", text: string) => report({ event: "message", severity, text });
    try {
      const gone = await emptyBucket(bucket);
      if (gone > 0) say("info", `${bucket.name}: ${gone} ${gone === 1 ? "object" : "objects"} deleted`);
    } catch (error) {
      say("warning", `${bucket.name} could not be emptied: ${(error as Error).message}`);
    }
  }
}

/** A destroy that R2 refused for objects: what a person must do, exit code 3. Any other error is given back as it is. */
export function notEmpty(error: unknown): unknown {
  // 10008: developers.cloudflare.com/r2/api/error-codes, 2026-11
  if (!(error instanceof DiagnosticsError) || !/bucket[^\n]*not empty|\b10008\b/i.test(error.message))
    return error;
  const [first] = error.diagnostics;
  return failure(
    first?.what ?? error.message,
    "R2 keeps a bucket that holds objects, and no key of the stack opens this one: delete its objects in Cloudflare's dashboard (R2, the bucket, Objects) or with a key of your own (rclone delete <remote>:<bucket>), then run this again; it goes on from there",
    "Cloudflare R2",
    3,
  );
}

/** What names the bucket of a stack's backups, with a key in AWS's own variables: another than the stack's own. */
export const backupsVariable = "RUNG_BACKUPS";

/**
 * A bucket of a stack's backups: as the environment opens it, or by its own key, which is in the state.
 * @throws DiagnosticsError with exit code 64 where neither does
 */
export async function backupBucket(stack: string, name: string): Promise<Bucket> {
  const named = bucketByEnvironment(backupsVariable, "rung drill");
  if (named) return named;
  const open = (await openBuckets(await ensureToolchain(), stack)).find((one) => one.name === name);
  if (open) return bucketAt({ ...open, bucket: name, prefix: "" });
  throw failure(
    `no key for the bucket ${name} is known: neither the environment nor the stack's state has one`,
    `set ${backupsVariable}=s3://${name}, AWS_ENDPOINT_URL_S3, AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY: a key that reads is enough`,
    "Cloudflare R2",
    64,
  );
}

/** The buckets of a state that have a key of their own: the account token of the same name. */
async function openBuckets(toolchain: Toolchain, stack: string): Promise<FullBucket[]> {
  const { code, stdout } = await ask(toolchain, ["stack", "export", "--show-secrets", "--stack", stack]);
  if (code !== 0) return [];
  // Pulumi's own format, version 3
  const all =
    (JSON.parse(stdout) as { deployment?: { resources?: StateResource[] } }).deployment?.resources ?? [];
  const nameOf = ({ urn }: StateResource) => urn.split("::").at(-1);
  const tokens = all.filter(({ type }) => type === "cloudflare:index/accountToken:AccountToken");
  return all
    .filter(({ type }) => type === "cloudflare:index/r2Bucket:R2Bucket")
    .flatMap((bucket) => {
      const token = tokens.find((one) => nameOf(one) === nameOf(bucket));
      const value = plain(token?.outputs?.value);
      const { accountId, name, jurisdiction } = bucket.outputs ?? {};
      if (!token?.id || !value || typeof name !== "string") return [];
      const where = typeof jurisdiction === "string" && jurisdiction !== "default" ? `.${jurisdiction}` : "";
      return [
        {
          name,
          endpoint:
            process.env.RUNG_R2_ENDPOINT || `https://${String(accountId)}${where}.r2.cloudflarestorage.com`,
          accessKeyId: token.id,
          // R2 takes it for its own "auto" (developers.cloudflare.com/r2/api/s3/api, 2026-11)
          region: "us-east-1",
          secretAccessKey: createHash("sha256").update(value).digest("hex"),
        },
      ];
    });
}

/** A secret as `--show-secrets` gives it: JSON under Pulumi's own key. */
function plain(value: unknown): string | undefined {
  if (typeof value === "string") return value;
  if (typeof value !== "object" || value === null || !(specialSignature in value)) return undefined;
  const { plaintext } = value as { plaintext?: string };
  const text: unknown = plaintext === undefined ? undefined : JSON.parse(plaintext);
  return typeof text === "string" ? text : undefined;
}
