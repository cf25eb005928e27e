import * as aws from "@pulumi/aws";
import pulumi from "@pulumi/pulumi";

/**
 * A program with stores, for what kills the engine half-way. From small to medium: stores change in place; a group of
 * instances with a made-up name is replaced, the new one first; one with a name of its own is replaced, the old one
 * first; a queue goes, and a topic comes. `rung:protect` protects the stores.
 */
export default async function outputs() {
  const config = new pulumi.Config("rung");
  const small = config.require("size") === "small";
  const kept = { protect: config.get("protect") === "true" };
  const group = new aws.ec2.SecurityGroup("database", { description: small ? "small" : "not small" });
  const named = new aws.cloudwatch.LogGroup("named", { name: "/pulse/named", skipDestroy: false });
  const role = new aws.iam.Role("role", {
    name: "pulse-role",
    path: small ? "/" : "/pulse/",
    assumeRolePolicy: JSON.stringify({ Version: "2012-10-17", Statement: [] }),
  });
  const bucket = new aws.s3.Bucket("uploads", { tags: { size: small ? "s" : "m" } }, kept);
  const key = new aws.kms.Key("key", { enableKeyRotation: true }, kept);
  const database = new aws.rds.Instance(
    "database",
    {
      identifier: "pulse",
      engine: "postgres",
      instanceClass: small ? "db.t4g.micro" : "db.m7g.large",
      username: "app",
      password: config.requireSecret("password"),
      storageEncrypted: true,
      kmsKeyId: key.arn,
      allocatedStorage: 20,
      vpcSecurityGroupIds: [group.id],
      skipFinalSnapshot: true,
    },
    kept,
  );
  if (small) new aws.sqs.Queue("jobs", {});
  else new aws.sns.Topic("alerts", {});
  return { bucket: bucket.bucket, endpoint: database.endpoint, role: role.arn, log: named.arn };
}
