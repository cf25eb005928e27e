import {
  AbortMultipartUploadCommand,
  DeleteObjectCommand,
  ListMultipartUploadsCommand,
  ListObjectsV2Command,
  ListObjectVersionsCommand,
  type S3Client,
} from "@aws-sdk/client-s3";
import { type S3At, s3Client } from "../migrations/s3/client.ts";

/** A bucket that is to be emptied. */
export interface FullBucket extends S3At {
  readonly name: string;
  /** Keeps older versions, which must go too; R2 knows none. */
  readonly versioned?: boolean;
}

interface Which {
  readonly Key?: string | undefined;
  readonly VersionId?: string | undefined;
}

/** Deletions under way at once. One by one: a request for many wants a checksum that not every server knows. */
const together = 16;

/**
 * Deletes every object of a bucket, and what was begun to be uploaded to it.
 * @returns how many objects there were
 * @throws S3ServiceException with what the server said
 */
export async function emptyBucket({ name, versioned = false, ...at }: FullBucket): Promise<number> {
  const client = s3Client(at);
  try {
    let gone = 0;
    for (;;) {
      const some = await (versioned ? someVersions : someObjects)(client, name);
      if (some.length === 0) break;
      const remove = async () => {
        for (let one = some.pop(); one; one = some.pop())
          await client.send(
            new DeleteObjectCommand({ Bucket: name, Key: one.Key, VersionId: one.VersionId }),
          );
      };
      gone += some.length;
      await Promise.all(Array.from({ length: together }, remove));
    }
    const { Uploads = [] } = await client.send(new ListMultipartUploadsCommand({ Bucket: name }));
    for (const { Key, UploadId } of Uploads)
      await client.send(new AbortMultipartUploadCommand({ Bucket: name, Key, UploadId }));
    return gone;
  } finally {
    client.destroy();
  }
}

async function someObjects(client: S3Client, name: string): Promise<Which[]> {
  const { Contents = [] } = await client.send(new ListObjectsV2Command({ Bucket: name }));
  return Contents.map(({ Key }) => ({ Key }));
}

async function someVersions(client: S3Client, name: string): Promise<Which[]> {
  const { Versions = [], DeleteMarkers = [] } = await client.send(
    new ListObjectVersionsCommand({ Bucket: name }),
  );
  return [...Versions, ...DeleteMarkers].map(({ Key, VersionId }) => ({ Key, VersionId }));
}
