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
 * Copies what is written into one bucket to another, deletions included; called twice, both ways. Both buckets must be
 * versioned.
 * @param aws where the source is
 * @param part name of the replication, e.g. `uploads-to-eu-west-1`
 */
export function replicate(aws: Aws, part: string, from: Replica, to: Replica): void {
  for (const { versioned } of [from.bucket, to.bucket])
    if (!versioned) throw new Error(`${part}: S3 replicates versioned buckets alone`);
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
            Resource: pulumi.interpolate`${to.bucket.arn}/*`,
          },
          { Effect: "Allow", Action: "kms:Decrypt", Resource: from.keyArn },
          { Effect: "Allow", Action: ["kms:Encrypt", "kms:GenerateDataKey"], Resource: to.keyArn },
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
      rules: [
        {
          id: "all",
          status: "Enabled",
          priority: 0,
          filter: { prefix: "" },
          deleteMarkerReplication: { status: "Enabled" },
          sourceSelectionCriteria: {
            sseKmsEncryptedObjects: { status: "Enabled" },
            // Both ways: a change of metadata at the copy comes back.
            replicaModifications: { status: "Enabled" },
          },
          destination: {
            bucket: to.bucket.arn,
            encryptionConfiguration: { replicaKmsKeyId: to.keyArn },
            metrics: { status: "Enabled", eventThreshold: { minutes: 15 } },
            replicationTime: { status: "Enabled", time: { minutes: 15 } },
          },
        },
      ],
    },
    { ...child(aws), dependsOn: [rights, ...from.bucket.ready, ...to.bucket.ready] },
  );
}
