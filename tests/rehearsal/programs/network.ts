import * as aws from "@pulumi/aws";
import pulumi from "@pulumi/pulumi";

/** A small program whose database grows with the size, for the rehearsal's own tests. */
export default async function outputs() {
  const config = new pulumi.Config("rung");
  const { accountId } = await aws.getCallerIdentity({});
  const vpc = new aws.ec2.Vpc("vpc", { cidrBlock: "10.0.0.0/16" });
  const subnets = ["a", "b"].map(
    (zone, index) =>
      new aws.ec2.Subnet(zone, {
        vpcId: vpc.id,
        cidrBlock: `10.0.${index}.0/24`,
        availabilityZone: `eu-central-1${zone}`,
      }),
  );
  const group = new aws.rds.SubnetGroup("database", { subnetIds: subnets.map(({ id }) => id) });
  const key = new aws.kms.Key("key", { enableKeyRotation: true });
  const database = new aws.rds.Instance("database", {
    identifier: "pulse",
    engine: "postgres",
    instanceClass: config.require("size") === "small" ? "db.t4g.micro" : "db.m7g.large",
    username: "app",
    password: config.requireSecret("password"),
    storageEncrypted: true,
    kmsKeyId: key.arn,
    allocatedStorage: 20,
    dbSubnetGroupName: group.name,
    skipFinalSnapshot: true,
    deletionProtection: config.get("deletionProtection") === "true",
  });
  if (config.get("typo") === "true") {
    const rule = { protocol: "tcp", fromPort: 443, toPort: 443, cidrBlock: ["0.0.0.0/0"] };
    new aws.ec2.SecurityGroup("open", { vpcId: vpc.id, ingress: [rule] });
  }
  return { accountId, endpoint: database.endpoint, password: database.password };
}
