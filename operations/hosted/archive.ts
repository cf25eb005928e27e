import { failure } from "../../components/model/diagnostics.ts";
import { type Bucket, bucketAt } from "../../migrations/s3/bucket.ts";
import type { OpenArchive } from "../stage.ts";

/** What names the bucket; keys, region and another endpoint than AWS's are read as AWS's own tools read them. */
export const archiveVariable = "RUNG_ARCHIVE";

/** @throws DiagnosticsError when it is not said, or no key is */
export const archiveByEnvironment = async (): Promise<OpenArchive> => {
  const bucket = bucketByEnvironment(archiveVariable, "rung db partitions");
  if (bucket) return { bucket, close: async () => {} };
  throw failure(
    "where partitions are archived is not said",
    `set ${archiveVariable}=s3://bucket/prefix: a private bucket, with versions, that the app's key does not open`,
    "rung db partitions",
    64,
  );
};

/**
 * A bucket that the user names; undefined where none is.
 * @throws DiagnosticsError when it is named and no key is
 */
export function bucketByEnvironment(variable: string, where: string): Bucket | undefined {
  const env = process.env;
  const [, bucket, prefix = ""] = /^s3:\/\/([a-z0-9.-]+)(?:\/(.+?))?\/?$/.exec(env[variable] ?? "") ?? [];
  if (bucket === undefined) return undefined;
  const { AWS_ACCESS_KEY_ID: accessKeyId, AWS_SECRET_ACCESS_KEY: secretAccessKey } = env;
  if (!accessKeyId || !secretAccessKey)
    throw failure(
      `no key for ${bucket} is known`,
      "set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY (and AWS_SESSION_TOKEN)",
      where,
      64,
    );
  const region = env.AWS_REGION || "us-east-1";
  return bucketAt({
    endpoint: env.AWS_ENDPOINT_URL_S3 || `https://s3.${region}.amazonaws.com`,
    ...{ region, bucket, accessKeyId, secretAccessKey },
    prefix: prefix === "" ? "" : `${prefix}/`,
    ...(env.AWS_SESSION_TOKEN && { sessionToken: env.AWS_SESSION_TOKEN }),
  });
}
