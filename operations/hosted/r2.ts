import { createHash } from "node:crypto";
import { z } from "zod";
import { DiagnosticsError, failure } from "../../components/model/diagnostics.ts";
import { ask, type StateResource } from "../../engine/pulumi.ts";
import { specialSignature } from "../../engine/specialSignature.ts";
import { ensureToolchain, type Toolchain } from "../../engine/toolchain.ts";
import { type Bucket, bucketAt } from "../../migrations/s3/bucket.ts";
import { emptyBucket, type FullBucket } from "../emptyBucket.ts";
import type { Report } from "../progress.ts";
import { bucketByEnvironment } from "./archive.ts";
import { askCloudflare, cloudflareAccess } from "./cloudflare.ts";

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
 * @param account Cloudflare's, where the bucket has no key: the token of the stack's provider is taken
 * @throws DiagnosticsError with exit code 64 where nothing does
 */
export async function backupBucket(stack: string, name: string, account?: string): Promise<Bucket> {
  const named = bucketByEnvironment(backupsVariable, "Cloudflare R2");
  if (named) return named;
  const all = await bucketsOf(await ensureToolchain(), stack);
  const bucket = all.find((one) => one.name === name);
  const key = account === undefined ? bucket?.key : await providersKey(stack, account);
  if (bucket && key) return bucketAt({ ...r2At(bucket), ...key, bucket: name, prefix: "" });
  throw failure(
    `no key for the bucket ${name} is known: neither the environment nor the stack's state has one`,
    `set ${backupsVariable}=s3://${name}, AWS_ENDPOINT_URL_S3, AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY: a key that reads is enough`,
    "Cloudflare R2",
    64,
  );
}

/** What opens a bucket by S3. */
interface Key {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
}

/** A bucket of a state: where it is, and its own key where it has one. */
interface StackBucket {
  readonly name: string;
  readonly account: string;
  /** `.eu` and the like; empty where it is in none. */
  readonly jurisdiction: string;
  readonly key: Key | undefined;
}

/** R2 takes a token's id and its hash for S3's key (developers.cloudflare.com/r2/api/tokens, 2025-10). */
const keyOf = (id: string, value: string): Key => ({
  accessKeyId: id,
  secretAccessKey: createHash("sha256").update(value).digest("hex"),
});

const r2At = ({ account, jurisdiction }: StackBucket) => ({
  endpoint: process.env.RUNG_R2_ENDPOINT || `https://${account}${jurisdiction}.r2.cloudflarestorage.com`,
  // R2 takes it for its own "auto" (developers.cloudflare.com/r2/api/s3/api, 2026-11)
  region: "us-east-1",
});

const verified = z.looseObject({ result: z.looseObject({ id: z.string() }) });

/** The token of the stack's provider as a key: of the account, or of a person's. */
export async function providersKey(stack: string, account: string): Promise<Key> {
  const { token } = await cloudflareAccess(stack);
  const ask = async (path: string) => verified.parse(await askCloudflare(stack, path)).result.id;
  const id = await ask(`/accounts/${account}/tokens/verify`).catch(() => ask("/user/tokens/verify"));
  return keyOf(id, token);
}

/** The buckets of a state that have a key of their own. */
const openBuckets = async (toolchain: Toolchain, stack: string): Promise<FullBucket[]> =>
  (await bucketsOf(toolchain, stack)).flatMap((one) =>
    one.key ? [{ name: one.name, ...r2At(one), ...one.key }] : [],
  );

/** The buckets of a state; the key of one is the account token of the same name. */
async function bucketsOf(toolchain: Toolchain, stack: string): Promise<StackBucket[]> {
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
      if (typeof name !== "string") return [];
      const where = typeof jurisdiction === "string" && jurisdiction !== "default" ? `.${jurisdiction}` : "";
      const key = token?.id && value ? keyOf(token.id, value) : undefined;
      return [{ name, account: String(accountId), jurisdiction: where, key }];
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
