import { none, oneOf, type Rule, type StackRule, type Subject, where } from "../../model.ts";
import { linked } from "../../relations.ts";

/** Runtimes of Lambda that are looked after (docs.aws.amazon.com/lambda, "Supported runtimes", 2026-11). */
const runtimes =
  /^(nodejs(22|24)\.x|python3\.(11|12|13|14)|java(11|17|21|25)|dotnet(8|10)|ruby3\.[34]|provided\.al2(023)?)$/;

/** What stands beside the main services. */
export const adjacent: readonly Rule[] = [
  {
    id: "ec2-template-encrypted",
    types: ["aws:ec2/launchTemplate:LaunchTemplate"],
    must: "the disks that a launch template gives are encrypted",
    why: "a lost disk or a shared snapshot could be read",
    mend: "set blockDeviceMappings[].ebs.encrypted: true",
    severity: "high",
    controls: ["FSBP EC2.181"],
    check: (see) => {
      const disks = see.list("blockDeviceMappings[].ebs") as readonly { encrypted?: unknown }[];
      return disks.every(({ encrypted }) => String(encrypted) === "true")
        ? undefined
        : "a disk is not encrypted";
    },
    good: [{ blockDeviceMappings: [{ ebs: { encrypted: "true" } }] }, {}],
    bad: [{ blockDeviceMappings: [{ ebs: { encrypted: "false" } }] }, { blockDeviceMappings: [{ ebs: {} }] }],
  },
  {
    id: "lambda-runtime-supported",
    types: ["aws:lambda/function:Function"],
    must: "a function's runtime is one that is still looked after",
    why: "its holes are known, and stay open",
    mend: "choose a newer runtime",
    severity: "medium",
    controls: ["FSBP Lambda.2"],
    check: where(
      (see) => see.at("packageType") !== "Image",
      (see) => (runtimes.test(String(see.at("runtime"))) ? undefined : `runtime is ${see.at("runtime")}`),
    ),
    good: [{ runtime: "nodejs24.x" }, { packageType: "Image" }],
    bad: [{ runtime: "nodejs16.x" }, {}],
  },
  {
    id: "lambda-not-public",
    types: ["aws:lambda/permission:Permission"],
    must: "not everyone may call a function",
    why: "it runs with the account's rights, and at its cost",
    mend: "name the principal, with sourceAccount or sourceArn",
    severity: "critical",
    controls: ["FSBP Lambda.1"],
    check: (see) => {
      const found = see.at("principal") === "*" && !see.has("sourceAccount") && !see.has("sourceArn");
      return found ? "principal is *" : undefined;
    },
    good: [{ principal: "events.amazonaws.com" }, { principal: "*", sourceAccount: "1" }],
    bad: [{ principal: "*" }],
  },
  {
    id: "acm-key-strong",
    types: ["aws:acm/certificate:Certificate"],
    must: "a certificate's key is RSA of 2,048 bits or a curve",
    why: "shorter ones can be reckoned back",
    mend: "leave keyAlgorithm out, or choose EC_prime256v1",
    severity: "high",
    controls: ["FSBP ACM.2"],
    check: where(
      (see) => see.has("keyAlgorithm"),
      oneOf("keyAlgorithm", [
        "RSA_2048",
        "RSA_3072",
        "RSA_4096",
        "EC_prime256v1",
        "EC_secp384r1",
        "EC_secp521r1",
      ]),
    ),
    good: [{}, { keyAlgorithm: "EC_prime256v1" }],
    bad: [{ keyAlgorithm: "RSA_1024" }],
  },
  {
    id: "rds-snapshot-private",
    types: ["aws:rds/snapshot:Snapshot", "aws:rds/clusterSnapshot:ClusterSnapshot"],
    must: "snapshots of databases are shared with nobody at large",
    why: "everyone could restore one",
    mend: "leave all out of sharedAccounts",
    severity: "critical",
    controls: ["FSBP RDS.1"],
    check: none("sharedAccounts", ["all"]),
    good: [{}, { sharedAccounts: ["111122223333"] }],
    bad: [{ sharedAccounts: ["all"] }],
  },
];

const at = (type: string, name: string, props: Subject["props"] = {}): Subject => ({
  type,
  name,
  urn: `urn:pulumi:prod::rung::${type}::${name}`,
  props,
  protect: false,
});
const repository = at("aws:ecr/repository:Repository", "app", { name: "app" });
const distribution = at("aws:cloudfront/distribution:Distribution", "cdn", { arn: "arn:cdn" });
const bucket = (name: string) => at("aws:s3/bucket:Bucket", name, { bucket: name });

export const adjacentRelations: readonly StackRule[] = [
  {
    id: "ecr-lifecycle",
    must: "every repository lets go of images that nobody runs",
    why: "they are billed for ever, with holes that nobody mends",
    mend: "add a LifecyclePolicy",
    severity: "low",
    controls: ["FSBP ECR.3"],
    checkAll: linked(
      "aws:ecr/repository:Repository",
      "aws:ecr/lifecyclePolicy:LifecyclePolicy",
      "repository",
      "a lifecycle policy",
    ),
    good: [[repository, at("aws:ecr/lifecyclePolicy:LifecyclePolicy", "app", { repository: "app" })]],
    bad: [[repository]],
  },
  {
    id: "cloudfront-logs",
    must: "a distribution's requests are logged",
    why: "who asked for what is known to nobody",
    mend: "add a LogDeliverySource for it, with a delivery",
    severity: "medium",
    controls: ["FSBP CloudFront.5"],
    checkAll: linked(
      "aws:cloudfront/distribution:Distribution",
      "aws:cloudwatch/logDeliverySource:LogDeliverySource",
      "resourceArn",
      "a source of logs",
    ),
    good: [
      [
        distribution,
        at("aws:cloudwatch/logDeliverySource:LogDeliverySource", "cdn", { resourceArn: "arn:cdn" }),
      ],
    ],
    bad: [[distribution]],
  },
  {
    id: "s3-access-logs",
    must: "who read and wrote a bucket of data is logged",
    why: "what an intruder took cannot be told",
    mend: "add a BucketLogging, or record data events in a trail",
    severity: "low",
    controls: ["FSBP S3.9"],
    checkAll: (all) =>
      linked(
        "aws:s3/bucket:Bucket",
        "aws:s3/bucketLogging:BucketLogging",
        "bucket",
        "a place for its logs",
      )(all.filter(({ type, name }) => type !== "aws:s3/bucket:Bucket" || !/(^|-)(logs?|pages)$/.test(name))),
    good: [
      [bucket("uploads"), at("aws:s3/bucketLogging:BucketLogging", "uploads", { bucket: "uploads" })],
      [bucket("logs")],
    ],
    bad: [[bucket("uploads")]],
  },
];
