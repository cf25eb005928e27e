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
}

/** @throws S3ServiceException, by any of its methods, with what the server said */
export function bucketAt({ bucket, prefix, ...at }: BucketAt): Bucket {
  const client = s3Client(at);
  const object = (key: string) => ({ Bucket: bucket, Key: prefix + key });
  return {
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
    async list(start) {
      const found: string[] = [];
      const pages = paginateListObjectsV2({ client }, { Bucket: bucket, Prefix: prefix + start });
      for await (const { Contents } of pages)
        for (const { Key } of Contents ?? []) if (Key !== undefined) found.push(Key.slice(prefix.length));
      return found.toSorted();
    },
    async remove(key) {
      await client.send(new DeleteObjectCommand(object(key)));
    },
  };
}
