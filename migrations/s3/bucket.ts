import { createHash } from "node:crypto";
import { createWriteStream } from "node:fs";
import type { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import {
  DeleteObjectCommand,
  GetObjectCommand,
  NoSuchKey,
  PutObjectCommand,
  paginateListObjectsV2,
} from "@aws-sdk/client-s3";
import { type S3At, s3Client } from "./client.ts";

/** Where a bucket is, and what opens it. */
export interface BucketAt extends S3At {
  readonly bucket: string;
  /** Before every key; empty, or ending in `/`. */
  readonly prefix: string;
}

/** A few objects of an S3-compatible bucket, each small enough for memory. */
export interface Bucket {
  put(key: string, body: Buffer): Promise<void>;
  /** @returns undefined when there is no such object */
  get(key: string): Promise<Buffer | undefined>;
  /** Keys that begin so, in order. */
  list(start: string): Promise<string[]>;
  /** What is gone already is no error. */
  remove(key: string): Promise<void>;
  /** What lies under keys that begin so, in their order. */
  objects(start: string): Promise<StoredObject[]>;
  /**
   * Streams an object of any size into a file.
   * @throws Error where what came is not what was put there
   */
  fetch(key: string, file: string): Promise<void>;
}

export interface StoredObject {
  readonly key: string;
  readonly bytes: number;
  /** ISO 8601: when it was put there. */
  readonly put: string;
}

/** Of an object that was put in one piece the MD5, in S3 as in R2; of one in pieces a hash of hashes, with a `-`. */
const whole = /^"?([0-9a-f]{32})"?$/;

/** @throws S3ServiceException, by any of its methods, with what the server said */
export function bucketAt({ bucket, prefix, ...at }: BucketAt): Bucket {
  const client = s3Client(at);
  const object = (key: string) => ({ Bucket: bucket, Key: prefix + key });
  const objects = async (start: string) => {
    const found: StoredObject[] = [];
    const pages = paginateListObjectsV2({ client }, { Bucket: bucket, Prefix: prefix + start });
    for await (const { Contents } of pages)
      for (const { Key, Size = 0, LastModified = new Date(0) } of Contents ?? [])
        if (Key !== undefined)
          found.push({ key: Key.slice(prefix.length), bytes: Size, put: LastModified.toISOString() });
    return found.toSorted((a, b) => (a.key < b.key ? -1 : 1));
  };
  return {
    objects,
    async fetch(key, file) {
      const { Body, ETag, ContentLength } = await client.send(new GetObjectCommand(object(key)));
      const [md5, into] = [createHash("md5"), createWriteStream(file, { mode: 0o600 })];
      let bytes = 0;
      // In Node the body is a stream of Node's.
      const body = (Body as Readable).on("data", (part: Buffer) => {
        md5.update(part);
        bytes += part.length;
      });
      await pipeline(body, into);
      const [, wanted] = whole.exec(ETag ?? "") ?? [];
      const found = md5.digest("hex");
      if (ContentLength !== undefined && bytes !== ContentLength)
        throw new Error(`${key} has ${ContentLength} bytes, and ${bytes} came`);
      if (wanted !== undefined && wanted !== found)
        throw new Error(`${key} is not what was put there: MD5 ${found}, not ${wanted}`);
    },
    async put(key, body) {
      await client.send(new PutObjectCommand({ ...object(key), Body: body }));
    },
    async get(key) {
      try {
        const { Body } = await client.send(new GetObjectCommand(object(key)));
        return Body && Buffer.from(await Body.transformToByteArray());
      } catch (error) {
        if (error instanceof NoSuchKey) return undefined;
        throw error;
      }
    },
    list: async (start) => (await objects(start)).map(({ key }) => key),
    async remove(key) {
      await client.send(new DeleteObjectCommand(object(key)));
    },
  };
}
