import * as aws from "@pulumi/aws";

/** What no reviewer would let pass: a database that everybody reaches. */
const group = new aws.ec2.SecurityGroup("open", { description: "everyone" });
new aws.vpc.SecurityGroupIngressRule("open", {
  securityGroupId: group.id,
  ipProtocol: "tcp",
  fromPort: 5432,
  toPort: 5432,
  cidrIpv4: "0.0.0.0/0",
});
new aws.rds.Instance("open", {
  instanceClass: "db.t4g.micro",
  engine: "postgres",
  engineVersion: "17",
  allocatedStorage: 20,
  username: "postgres",
  password: "not-a-secret-of-anybody",
  publiclyAccessible: true,
  storageEncrypted: false,
  skipFinalSnapshot: true,
});
