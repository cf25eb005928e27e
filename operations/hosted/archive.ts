import { failure } from "../../components/model/diagnostics.ts";
import { bucketAt } from "../../migrations/s3/bucket.ts";
import type { OpenArchive } from "../stage.ts";

/** What names the bucket; keys, region and another endpoint than AWS's are read as AWS's own tools read them. */
export const archiveVariable = "RUNG_ARCHIVE";

/** @throws DiagnosticsError when it is not said, or no key is */
export async function archiveByEnvironment(): Promise<OpenArchive> {
  const env = process.env;
  const [, bucket, prefix = ""] =
    /^s3:\/\/([a-z0-9.-]+)(?:\/(.+?))?\/?$/.exec(env[archiveVariable] ?? "") ?? [];
  if (bucket === undefined)
    throw failure(
      "where partitions are archived is not said",
      `set ${archiveVariable}=s3://bucket/prefix: a private bucket, with versions, that the app's key does not open`,
      "rung db partitions",
      64,
    );
  const { AWS_ACCESS_KEY_ID: accessKeyId, AWS_SECRET_ACCESS_KEY: secretAccessKey } = env;
  if (!accessKeyId || !secretAccessKey)
    throw failure(
      `no key for ${bucket} is known`,
      "set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY (and AWS_SESSION_TOKEN)",
      "rung db partitions",
      64,
    );
  const region = env.AWS_REGION || "us-east-1";
  return {
    bucket: bucketAt({
      endpoint: env.AWS_ENDPOINT_URL_S3 || `https://s3.${region}.amazonaws.com`,
      ...{ region, bucket, accessKeyId, secretAccessKey },
      prefix: prefix === "" ? "" : `${prefix}/`,
      ...(env.AWS_SESSION_TOKEN && { sessionToken: env.AWS_SESSION_TOKEN }),
    }),
    close: async () => {},
  };
}
