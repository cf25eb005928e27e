import * as pulumi from "@pulumi/pulumi";
import type { Bucket } from "./bucket.ts";
import { type Aws, child, policy, tagsOf, trust } from "./here.ts";
import { iam, s3 } from "./sdk.ts";

export interface Replica {
  readonly bucket: Bucket;
  /** The customer key that it is encrypted with. */
  readonly keyArn: pulumi.Input<string>;
}

/**
 * Copies what is written into one bucket to others, deletions included; called for each, it goes all ways. All buckets
 * must be versioned.
 * @param aws where the source is
 * @param part name of the replication, e.g. `eu-west-1-uploads`
 */
export function replicate(aws: Aws, part: string, from: Replica, to: readonly Replica[]): void {
  for (const { bucket } of [from, ...to])
    if (!bucket.versioned) throw new Error(`${part}: S3 replicates versioned buckets alone`);
  const role = new iam.Role(
    part,
    { tags: tagsOf(aws, part), assumeRolePolicy: trust("s3.amazonaws.com") },
    child(aws),
  );
  const rights = new iam.RolePolicy(
    part,
    {
      role: role.id,
      policy: pulumi.jsonStringify(
        policy([
          {
            Effect: "Allow",
            Action: ["s3:GetReplicationConfiguration", "s3:ListBucket"],
            Resource: from.bucket.arn,
          },
          {
            Effect: "Allow",
            Action: [
              "s3:GetObjectVersionForReplication",
              "s3:GetObjectVersionAcl",
              "s3:GetObjectVersionTagging",
            ],
            Resource: pulumi.interpolate`${from.bucket.arn}/*`,
          },
          {
            Effect: "Allow",
            Action: ["s3:ReplicateObject", "s3:ReplicateDelete", "s3:ReplicateTags"],
            Resource: to.map(({ bucket }) => pulumi.interpolate`${bucket.arn}/*`),
          },
          { Effect: "Allow", Action: "kms:Decrypt", Resource: from.keyArn },
          {
            Effect: "Allow",
            Action: ["kms:Encrypt", "kms:GenerateDataKey"],
            Resource: to.map(({ keyArn }) => keyArn),
          },
        ]),
      ),
    },
    child(aws),
  );
  new s3.BucketReplicationConfig(
    part,
    {
      region: aws.region,
      bucket: from.bucket.name,
      role: role.arn,
      rules: to.map(({ bucket, keyArn }, index) => ({
        id: `all-${index}`,
        status: "Enabled",
        priority: index,
        filter: { prefix: "" },
        deleteMarkerReplication: { status: "Enabled" },
        sourceSelectionCriteria: {
          sseKmsEncryptedObjects: { status: "Enabled" },
          // All ways: a change of metadata at the copy comes back.
          replicaModifications: { status: "Enabled" },
        },
        destination: {
          bucket: bucket.arn,
          encryptionConfiguration: { replicaKmsKeyId: keyArn },
          metrics: { status: "Enabled", eventThreshold: { minutes: 15 } },
          replicationTime: { status: "Enabled", time: { minutes: 15 } },
        },
      })),
    },
    { ...child(aws), dependsOn: [rights, ...[from, ...to].flatMap(({ bucket }) => bucket.ready)] },
  );
}
