import { createHash } from "node:crypto";
import { Readable } from "node:stream";
import {
  DeleteObjectCommand,
  GetObjectCommand,
  type GetObjectCommandOutput,
  paginateListObjectsV2,
  type S3Client,
} from "@aws-sdk/client-s3";
import { Upload } from "@aws-sdk/lib-storage";
import type { S3At } from "../../s3/client.ts";
import type { Serving } from "../states.ts";

/** A place that keeps objects and speaks S3. */
export interface Store extends S3At {
  readonly side: Serving;
  /** The stack's name, for people. */
  readonly name: string;
}

/** Both ends, and which bucket of the source is which of the target. */
export interface Stores {
  readonly source: Store;
  readonly target: Store;
  readonly buckets: readonly { readonly source: string; readonly target: string }[];
}

/** What a listing says of an object: its ETag changes whenever it is written anew. */
export interface Listed {
  readonly etag: string;
  readonly bytes: number;
}

/** Every object of a bucket by its key. */
export async function list({ client, bucket }: Place): Promise<Map<string, Listed>> {
  const found = new Map<string, Listed>();
  for await (const { Contents } of paginateListObjectsV2({ client }, { Bucket: bucket }))
    for (const { Key, ETag, Size } of Contents ?? [])
      if (Key !== undefined) found.set(Key, { etag: ETag ?? "", bytes: Size ?? 0 });
  return found;
}

/** A bucket, and what speaks to it. */
export interface Place {
  readonly client: S3Client;
  readonly bucket: string;
}

/** What goes along with an object's bytes. */
const headersOf = (one: GetObjectCommandOutput) => ({
  ContentType: one.ContentType,
  CacheControl: one.CacheControl,
  ContentDisposition: one.ContentDisposition,
  ContentEncoding: one.ContentEncoding,
  ContentLanguage: one.ContentLanguage,
  Metadata: one.Metadata,
});

/**
 * Copies an object with its headers, in parts where it is large; never more of it than some parts is held here.
 * @returns ETags of what was read and of what was written; undefined where it is gone meanwhile
 */
export async function copyObject(
  from: Place,
  to: Place,
  key: string,
): Promise<{ readonly read: string; readonly written: string } | undefined> {
  const got = await get(from, key);
  if (!got) return undefined;
  const { ETag } = await new Upload({
    client: to.client,
    params: { Bucket: to.bucket, Key: key, Body: bodyOf(got), ...headersOf(got) },
  }).done();
  return { read: got.ETag ?? "", written: ETag ?? "" };
}

/** SHA-256 over the bytes and the headers that go along. @returns undefined where there is no such object */
export async function hashObject(place: Place, key: string): Promise<string | undefined> {
  const got = await get(place, key);
  if (!got) return undefined;
  const hash = createHash("sha256").update(JSON.stringify(headersOf(got)));
  for await (const part of bodyOf(got)) hash.update(part);
  return hash.digest("hex");
}

export const removeObject = ({ client, bucket }: Place, key: string): Promise<unknown> =>
  client.send(new DeleteObjectCommand({ Bucket: bucket, Key: key }));

async function get({ client, bucket }: Place, key: string): Promise<GetObjectCommandOutput | undefined> {
  return client.send(new GetObjectCommand({ Bucket: bucket, Key: key })).catch((error: Error) => {
    if (error.name === "NoSuchKey" || error.name === "NotFound") return undefined;
    throw error;
  });
}

function bodyOf({ Body }: GetObjectCommandOutput): Readable {
  if (Body instanceof Readable) return Body;
  throw new Error("an object came without a body"); // Node's handler always gives a stream
}
