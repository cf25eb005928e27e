import http from "node:http";
import https from "node:https";
import { S3Client } from "@aws-sdk/client-s3";

/** What speaks S3, and what opens it. */
export interface S3At {
  /** With its scheme, and its path where there is one: `https://<ref>.supabase.co/storage/v1/s3`. */
  readonly endpoint: string;
  readonly region: string;
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken?: string;
  /** A Unix socket that leads there, instead of the endpoint's host. */
  readonly socketPath?: string;
  /** PEM of the authority to trust instead of the public ones. */
  readonly ca?: string;
}

/** Path style: what is no AWS has no name for each bucket. Checksums beyond S3's first ones are not known everywhere. */
export function s3Client(at: S3At): S3Client {
  const { endpoint, region, accessKeyId, secretAccessKey, sessionToken, socketPath, ca } = at;
  const way = { keepAlive: true, ...(socketPath && { socketPath }) };
  // over a socket TLS does not know whom to expect
  const secured = {
    ...way,
    ...(ca && { ca }),
    ...(socketPath && { servername: new URL(endpoint).hostname }),
  };
  return new S3Client({
    ...{ endpoint, region },
    credentials: { accessKeyId, secretAccessKey, ...(sessionToken && { sessionToken }) },
    forcePathStyle: true,
    maxAttempts: 5,
    requestChecksumCalculation: "WHEN_REQUIRED",
    responseChecksumValidation: "WHEN_REQUIRED",
    requestHandler: {
      httpAgent: new http.Agent(way),
      httpsAgent: new https.Agent(secured),
      requestTimeout: 60_000,
    },
  });
}
