import * as pulumi from "@pulumi/pulumi";
import { type Bucket, bucket } from "./bucket.ts";
import type { Aws } from "./here.ts";

/** Where load balancer and CDN leave their access logs; ninety days. */
export function accessLogs(aws: Aws, account: pulumi.Input<string>, part = "logs"): Bucket {
  const from = (service: string, prefix: string, arn: pulumi.Output<string>) => ({
    Effect: "Allow" as const,
    Principal: { Service: service },
    Action: "s3:PutObject",
    Resource: pulumi.interpolate`${arn}/${prefix}AWSLogs/${account}/*`,
  });
  return bucket(aws, part, {
    account,
    versioned: false,
    expireDays: 90,
    data: false,
    allow: (arn) => [
      // The load balancer's writer does not say for which account it speaks: the folder does.
      from("logdelivery.elasticloadbalancing.amazonaws.com", "edge/", arn),
      {
        ...from("delivery.logs.amazonaws.com", "", arn),
        Condition: { StringEquals: { "aws:SourceAccount": account } },
      },
    ],
  });
}
