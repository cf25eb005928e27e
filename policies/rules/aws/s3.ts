import { isEveryone, refusesWithoutTls, statements } from "../../documents.ts";
import { all, is, isNot, none, type Rule, type StackRule, type Subject } from "../../model.ts";
import { linked } from "../../relations.ts";

const bucket = "aws:s3/bucket:Bucket";
const block = "aws:s3/bucketPublicAccessBlock:BucketPublicAccessBlock";
const shut = {
  blockPublicAcls: true,
  blockPublicPolicy: true,
  ignorePublicAcls: true,
  restrictPublicBuckets: true,
};
const tlsOnly = JSON.stringify({
  Statement: [
    {
      Effect: "Deny",
      Principal: "*",
      Action: "s3:*",
      Resource: "a",
      Condition: { Bool: { "aws:SecureTransport": "false" } },
    },
  ],
});

/** Controls: AWS Foundational Security Best Practices, S3 (docs.aws.amazon.com/securityhub, 2026). */
export const s3: readonly Rule[] = [
  {
    id: "s3-public-access-shut",
    types: [block, "aws:s3/accountPublicAccessBlock:AccountPublicAccessBlock"],
    must: "all four ways to make a bucket public are shut",
    why: "one open way is enough for one wrong upload to be everyone's",
    mend: "set all four properties to true",
    severity: "critical",
    controls: ["FSBP S3.1", "FSBP S3.8", "CIS AWS 2.1.4"],
    check: all(...Object.keys(shut).map((name) => is(name, true))),
    good: [shut],
    bad: [{ ...shut, blockPublicAcls: false }, { ...shut, restrictPublicBuckets: false }, {}],
  },
  {
    id: "s3-no-public-acl",
    types: ["aws:s3/bucketAcl:BucketAcl", "aws:s3/bucketAclV2:BucketAclV2", bucket],
    must: "no bucket is readable or writable by everyone",
    why: "what is in it is everyone's",
    mend: "leave acl out, or set private",
    severity: "critical",
    controls: ["FSBP S3.2", "FSBP S3.3"],
    check: none("acl", ["public-read", "public-read-write", "authenticated-read", "website"]),
    good: [{ acl: "private" }, {}],
    bad: [{ acl: "public-read" }, { acl: "public-read-write" }],
  },
  {
    id: "s3-no-acls",
    types: ["aws:s3/bucketOwnershipControls:BucketOwnershipControls"],
    must: "a bucket's objects are its owner's, and lists of access are off",
    why: "rights that stand on single objects are read by nobody",
    mend: 'set rule.objectOwnership: "BucketOwnerEnforced"',
    severity: "medium",
    controls: ["FSBP S3.12"],
    check: is("rule.objectOwnership", "BucketOwnerEnforced"),
    good: [{ rule: { objectOwnership: "BucketOwnerEnforced" } }],
    bad: [
      { rule: { objectOwnership: "ObjectWriter" } },
      { rule: { objectOwnership: "BucketOwnerPreferred" } },
    ],
  },
  {
    id: "s3-policy-not-public",
    types: ["aws:s3/bucketPolicy:BucketPolicy"],
    must: "no bucket's policy allows everyone",
    why: "what is in it is everyone's",
    mend: "name the principal, or add a condition on the account",
    severity: "critical",
    controls: ["FSBP S3.2", "FSBP S3.6"],
    check: (see) => {
      const open = statements(see.json("policy")).find(
        (one) => one.Effect === "Allow" && isEveryone(one) && !one.Condition,
      );
      return open ? `${open.Sid ?? "a statement"} allows everyone ${JSON.stringify(open.Action)}` : undefined;
    },
    good: [
      { policy: tlsOnly },
      {
        policy: JSON.stringify({
          Statement: [{ Effect: "Allow", Principal: { Service: "x.amazonaws.com" }, Action: "s3:PutObject" }],
        }),
      },
    ],
    bad: [
      {
        policy: JSON.stringify({ Statement: [{ Effect: "Allow", Principal: "*", Action: "s3:GetObject" }] }),
      },
      { policy: JSON.stringify({ Statement: { Effect: "Allow", Principal: { AWS: "*" }, Action: "s3:*" } }) },
    ],
  },
  {
    id: "s3-tls-only",
    types: ["aws:s3/bucketPolicy:BucketPolicy"],
    must: "a bucket refuses requests without TLS",
    why: "objects would cross the network in the clear",
    mend: 'deny s3:* where aws:SecureTransport is "false"',
    severity: "medium",
    controls: ["FSBP S3.5", "CIS AWS 2.1.1"],
    check: (see) =>
      refusesWithoutTls(see.json("policy")) ? undefined : "the policy lets in requests without TLS",
    good: [{ policy: tlsOnly }],
    bad: [{ policy: JSON.stringify({ Statement: [] }) }],
  },
  {
    id: "s3-encryption-named",
    types: ["aws:s3/bucketServerSideEncryptionConfiguration:BucketServerSideEncryptionConfiguration"],
    must: "a bucket is encrypted with a key of the account's own",
    why: "AWS's default key can be neither revoked nor watched",
    mend: 'set applyServerSideEncryptionByDefault: { sseAlgorithm: "aws:kms", kmsMasterKeyId }',
    severity: "medium",
    controls: ["Security Hub S3.17"],
    check: (see) => {
      const ways = see.list("rules[].applyServerSideEncryptionByDefault.sseAlgorithm");
      if (ways.length === 0 || !ways.every((way) => String(way).startsWith("aws:kms")))
        return `sseAlgorithm is ${ways.join(", ") || "not set"}`;
      const keys = see.list("rules[].applyServerSideEncryptionByDefault.kmsMasterKeyId");
      return keys.length < ways.length ? "kmsMasterKeyId is not set" : undefined;
    },
    good: [
      { rules: [{ applyServerSideEncryptionByDefault: { sseAlgorithm: "aws:kms", kmsMasterKeyId: "arn" } }] },
    ],
    bad: [{ rules: [{ applyServerSideEncryptionByDefault: { sseAlgorithm: "AES256" } }] }, {}],
  },
  {
    id: "s3-versioning-on",
    types: ["aws:s3/bucketVersioning:BucketVersioning"],
    must: "a bucket whose versions are spoken of keeps them",
    why: "an object that was written over or deleted can be had back",
    mend: 'set versioningConfiguration.status: "Enabled"',
    severity: "medium",
    controls: ["Security Hub S3.14"],
    check: is("versioningConfiguration.status", "Enabled"),
    good: [{ versioningConfiguration: { status: "Enabled" } }],
    bad: [{ versioningConfiguration: { status: "Suspended" } }],
  },
  {
    id: "s3-access-point-shut",
    types: ["aws:s3/accessPoint:AccessPoint"],
    must: "an access point is not public",
    why: "it would open what the bucket shuts",
    mend: "leave publicAccessBlockConfiguration at its defaults",
    severity: "critical",
    controls: ["FSBP S3.19"],
    check: all(...Object.keys(shut).map((name) => isNot(`publicAccessBlockConfiguration.${name}`, false))),
    good: [{}, { publicAccessBlockConfiguration: shut }],
    bad: [{ publicAccessBlockConfiguration: { ...shut, blockPublicPolicy: false } }],
  },
];

const own = (name: string, type: string, props: Subject["props"] = {}, of?: string): Subject => ({
  type,
  name,
  urn: `${type}::${name}`,
  props,
  protect: false,
  ...(of ? { from: { bucket: [`${bucket}::${of}`] } } : {}),
});

/** What a bucket needs beside itself. */
const beside = (
  id: string,
  type: string,
  words: Omit<StackRule, "id" | "checkAll" | "good" | "bad">,
): StackRule => ({
  id,
  ...words,
  checkAll: linked(bucket, type, "bucket", words.must),
  good: [[own("a", bucket), own("a", type, {}, "a")]],
  bad: [[own("a", bucket)], [own("a", bucket), own("b", bucket), own("b", type, {}, "b")]],
});

export const s3Relations: readonly StackRule[] = [
  beside("s3-public-access-block", block, {
    must: "every bucket shuts public access",
    why: "one wrong policy and what is in it is everyone's",
    mend: "add a BucketPublicAccessBlock",
    severity: "high",
    controls: ["FSBP S3.8"],
  }),
  beside("s3-policy", "aws:s3/bucketPolicy:BucketPolicy", {
    must: "every bucket has a policy, that refuses requests without TLS",
    why: "objects would cross the network in the clear",
    mend: "add a BucketPolicy",
    severity: "medium",
    controls: ["FSBP S3.5"],
  }),
  beside("s3-lifecycle", "aws:s3/bucketLifecycleConfiguration:BucketLifecycleConfiguration", {
    must: "every bucket lets go of old versions and torn uploads",
    why: "they are billed for ever",
    mend: "add a BucketLifecycleConfiguration",
    severity: "low",
    controls: ["Security Hub S3.10", "FSBP S3.13"],
  }),
  beside(
    "s3-encryption",
    "aws:s3/bucketServerSideEncryptionConfiguration:BucketServerSideEncryptionConfiguration",
    {
      must: "every bucket says how it is encrypted",
      why: "what nobody says, nobody sees change",
      mend: "add a BucketServerSideEncryptionConfiguration",
      severity: "medium",
      controls: ["Security Hub S3.17"],
    },
  ),
];
