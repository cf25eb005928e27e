import * as pulumi from "@pulumi/pulumi";
import { type Aws, child, kept, made, named, policy, type Statement } from "./here.ts";
import { s3 } from "./sdk.ts";

export interface Bucket {
  readonly name: pulumi.Output<string>;
  readonly arn: pulumi.Output<string>;
  /** The name by which S3 is reached in the bucket's own region. */
  readonly host: pulumi.Output<string>;
  readonly versioned: boolean;
  /** What whoever writes into it, or copies it, must wait for: its policy and its versioning. */
  readonly ready: readonly pulumi.Resource[];
}

export interface BucketOptions {
  /** Unique in the world: the account's number belongs into it. */
  readonly account: pulumi.Input<string>;
  readonly versioned: boolean;
  /** Objects go after so many days; old versions always after 90. */
  readonly expireDays?: number;
  /** The customer key; left out, S3's own (load balancers can write logs with no other). */
  readonly keyArn?: pulumi.Input<string>;
  /** What the policy allows besides forbidding whatever comes without TLS. */
  readonly allow?: (arn: pulumi.Output<string>) => readonly Statement[];
  /** Holds what must not be lost, and is protected. */
  readonly data: boolean;
}

/** A private bucket: no public access, TLS only, encrypted, owner-enforced; old versions and torn uploads are cleaned up. */
export function bucket(aws: Aws, part: string, options: BucketOptions): Bucket {
  const { context, region } = aws;
  const opts = options.data ? kept(aws) : child(aws);
  const name = pulumi.interpolate`${named(aws, part, 45)}-${options.account}`;
  const it = new s3.Bucket(
    part,
    { ...made(aws, part), bucket: name, forceDestroy: !options.data || !context.protect },
    opts,
  );
  const parts = { region, bucket: it.id };
  const access = new s3.BucketPublicAccessBlock(
    part,
    {
      ...parts,
      blockPublicAcls: true,
      blockPublicPolicy: true,
      ignorePublicAcls: true,
      restrictPublicBuckets: true,
    },
    child(aws),
  );
  new s3.BucketOwnershipControls(
    part,
    { ...parts, rule: { objectOwnership: "BucketOwnerEnforced" } },
    child(aws),
  );
  new s3.BucketServerSideEncryptionConfiguration(
    part,
    {
      ...parts,
      rules: [
        {
          applyServerSideEncryptionByDefault: options.keyArn
            ? { sseAlgorithm: "aws:kms", kmsMasterKeyId: options.keyArn }
            : { sseAlgorithm: "AES256" },
          bucketKeyEnabled: options.keyArn !== undefined,
        },
      ],
    },
    child(aws),
  );
  const versioning = new s3.BucketVersioning(
    part,
    { ...parts, versioningConfiguration: { status: options.versioned ? "Enabled" : "Suspended" } },
    child(aws),
  );
  new s3.BucketLifecycleConfiguration(
    part,
    {
      ...parts,
      rules: [
        {
          id: "tidy",
          status: "Enabled",
          filter: { prefix: "" },
          abortIncompleteMultipartUpload: { daysAfterInitiation: 7 },
          noncurrentVersionExpiration: { noncurrentDays: 90 },
          ...(options.expireDays ? { expiration: { days: options.expireDays } } : {}),
        },
      ],
    },
    { ...child(aws), dependsOn: [versioning] },
  );
  const tlsOnly: Statement = {
    Sid: "TlsOnly",
    Effect: "Deny",
    Principal: "*",
    Action: "s3:*",
    Resource: [it.arn, pulumi.interpolate`${it.arn}/*`],
    Condition: { Bool: { "aws:SecureTransport": "false" } },
  };
  const rules = new s3.BucketPolicy(
    part,
    { ...parts, policy: pulumi.jsonStringify(policy([tlsOnly, ...(options.allow?.(it.arn) ?? [])])) },
    { ...child(aws), dependsOn: [access] },
  );
  return {
    name: it.bucket,
    arn: it.arn,
    host: it.bucketRegionalDomainName,
    versioned: options.versioned,
    ready: [rules, versioning],
  };
}

/** What an app is allowed to do with its buckets, whose objects are encrypted with that key; and nothing else. */
export const useOf = (buckets: readonly Bucket[], keyArn: pulumi.Input<string>): Statement[] => {
  const arns = buckets.map(({ arn }) => arn);
  return [
    { Effect: "Allow", Action: "s3:ListBucket", Resource: arns },
    {
      Effect: "Allow",
      Action: ["s3:GetObject", "s3:PutObject", "s3:DeleteObject"],
      Resource: arns.map((arn) => pulumi.interpolate`${arn}/*`),
    },
    { Effect: "Allow", Action: ["kms:Decrypt", "kms:GenerateDataKey"], Resource: keyArn },
  ];
};
