import { z } from "zod";
import { failure } from "../../components/model/diagnostics.ts";
import type { Bucket } from "../s3/bucket.ts";
import { nothing, plus, type Sum, same, sha256, sumOf, unpacked } from "./lines.ts";

/** What an archived partition is made of; written when all its parts are there. */
export const manifest = z.strictObject({
  format: z.literal("rung partition, gzip of a JSON row a line"),
  table: z.string(),
  partition: z.string(),
  /** ISO 8601; null: from the beginning. */
  from: z.string().nullable(),
  to: z.string(),
  columns: z.array(z.string()),
  rows: z.number(),
  digest: z.string(),
  parts: z.array(
    z.strictObject({ key: z.string(), rows: z.number(), bytes: z.number(), sha256: z.string() }),
  ),
  archivedAt: z.string(),
});
export type Manifest = z.output<typeof manifest>;

export const folder = "partitions/";
const nameOf = "manifest.json";
export const manifestKey = (partition: string): string => `${folder}${partition}/${nameOf}`;

/** @throws DiagnosticsError when there is none, or it is not one */
export async function readManifest(bucket: Bucket, partition: string): Promise<Manifest> {
  const body = await bucket.get(manifestKey(partition));
  if (body === undefined)
    throw failure(
      `${partition} is not in the archive`,
      'see "rung db partitions list" for what is',
      "rung db partitions",
    );
  return parsed(body, partition);
}

/** All that is archived, the oldest first. */
export async function manifests(bucket: Bucket): Promise<Manifest[]> {
  const keys = (await bucket.list(folder)).filter((key) => key.endsWith(`/${nameOf}`));
  const all = await Promise.all(
    keys.map(async (key) => {
      const body = await bucket.get(key);
      return body === undefined ? [] : [parsed(body, key)];
    }),
  );
  return all.flat().toSorted((a, b) => a.to.localeCompare(b.to));
}

function parsed(body: Buffer, what: string): Manifest {
  try {
    return manifest.parse(JSON.parse(body.toString("utf8")));
  } catch {
    throw failure(
      `the archive's note of ${what} cannot be read`,
      "bring back an earlier version of the object, if the bucket keeps them",
      manifestKey(what),
    );
  }
}

/**
 * Reads every part back and hands over its rows.
 * @throws DiagnosticsError naming the part that is missing, changed, or not what the manifest says
 */
export async function readParts(
  bucket: Bucket,
  { parts, partition, rows, digest }: Manifest,
  take: (lines: string[]) => Promise<void> = async () => {},
): Promise<void> {
  const wrong = (what: string, key: string) =>
    failure(
      `the archive of ${partition} is damaged: ${what}`,
      "bring back an earlier version of the object, if the bucket keeps them",
      key,
    );
  let found: Sum = nothing;
  for (const part of parts) {
    const body = await bucket.get(part.key);
    if (body === undefined) throw wrong("a part is missing", part.key);
    if (sha256(body) !== part.sha256) throw wrong("a part is not what was written", part.key);
    const lines = unpacked(body);
    found = plus(found, sumOf(lines));
    await take(lines);
  }
  if (!same(found, { rows, digest }))
    throw wrong(`${found.rows} rows, and ${rows} were written, or with other values`, manifestKey(partition));
}
