import type { CloudControlClient } from "@aws-sdk/client-cloudcontrol";
import { BatchDeleteImageCommand, ECRClient, ListImagesCommand } from "@aws-sdk/client-ecr";
import { emptyBucket } from "../../emptyBucket.ts";

/** Takes out what keeps a bucket or a registry from being deleted. */
export async function empty(
  kind: string,
  name: string,
  region: string,
  by: CloudControlClient,
): Promise<void> {
  const { accessKeyId, secretAccessKey, sessionToken } = await by.config.credentials();
  const credentials = { accessKeyId, secretAccessKey, ...(sessionToken && { sessionToken }) };
  if (kind === "s3:") {
    const endpoint = process.env.AWS_ENDPOINT_URL_S3 || `https://s3.${region}.amazonaws.com`;
    await emptyBucket({ name, endpoint, region, versioned: true, ...credentials });
  }
  if (kind === "ecr:repository") {
    const ecr = new ECRClient({ region, credentials });
    for (;;) {
      const { imageIds = [] } = await ecr.send(
        new ListImagesCommand({ repositoryName: name, maxResults: 100 }),
      );
      if (imageIds.length === 0) break;
      const { failures = [] } = await ecr.send(
        new BatchDeleteImageCommand({ repositoryName: name, imageIds }),
      );
      if (failures[0]) throw new Error(`${name}: ${failures[0].failureReason ?? failures[0].failureCode}`);
    }
    ecr.destroy();
  }
}
