import * as pulumi from "@pulumi/pulumi";
import { type Aws, child, made, named, policy, tagsOf, trust } from "./here.ts";
import type { Network } from "./network.ts";
import { cloudwatch, ec2, iam } from "./sdk.ts";

/** Who spoke with whom in the network, kept for so many days. */
export function flowLogs(aws: Aws, prefix: string, net: Network["vpc"], days: number): void {
  const group = new cloudwatch.LogGroup(
    `${prefix}flow-logs`,
    {
      ...made(aws, `${prefix}flow-logs`),
      name: `/vpc/${named(aws, `${prefix}flow`)}`,
      retentionInDays: days,
    },
    child(aws),
  );
  const role = new iam.Role(
    `${prefix}flow-logs`,
    {
      tags: tagsOf(aws, `${prefix}flow-logs`),
      assumeRolePolicy: trust("vpc-flow-logs.amazonaws.com"),
    },
    child(aws),
  );
  new iam.RolePolicy(
    `${prefix}flow-logs`,
    {
      role: role.id,
      policy: pulumi.jsonStringify(
        policy([
          {
            Effect: "Allow",
            Action: ["logs:CreateLogStream", "logs:PutLogEvents", "logs:DescribeLogStreams"],
            Resource: pulumi.interpolate`${group.arn}:*`,
          },
        ]),
      ),
    },
    child(aws),
  );
  new ec2.FlowLog(
    `${prefix}flow-logs`,
    {
      ...made(aws, `${prefix}flow-logs`),
      vpcId: net.id,
      trafficType: "ALL",
      logDestinationType: "cloud-watch-logs",
      logDestination: group.arn,
      iamRoleArn: role.arn,
    },
    child(aws),
  );
}
