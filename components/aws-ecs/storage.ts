import * as pulumi from "@pulumi/pulumi";
import { type Bucket, bucket } from "../aws/bucket.ts";
import type { Ecs } from "./ecs.ts";

/** The app's buckets by their names in the spec. */
export function storage(ecs: Ecs): Readonly<Record<string, Bucket>> {
  return Object.fromEntries(
    Object.entries(ecs.context.spec.storage?.buckets ?? {}).map(([name, { versioned, expireDays }]) => [
      name,
      bucket(ecs, `storage-${name}`, {
        account: ecs.account,
        versioned,
        ...(expireDays ? { expireDays } : {}),
        keyArn: ecs.keys.data,
        data: true,
      }),
    ]),
  );
}

/** Where load balancer and CDN leave their access logs; ninety days. */
export function logs(ecs: Ecs): Bucket {
  const from = (service: string, prefix: string, arn: pulumi.Output<string>) => ({
    Effect: "Allow" as const,
    Principal: { Service: service },
    Action: "s3:PutObject",
    Resource: pulumi.interpolate`${arn}/${prefix}AWSLogs/${ecs.account}/*`,
  });
  return bucket(ecs, "logs", {
    account: ecs.account,
    versioned: false,
    expireDays: 90,
    data: false,
    allow: (arn) => [
      // The load balancer's writer does not say for which account it speaks: the folder does.
      from("logdelivery.elasticloadbalancing.amazonaws.com", "edge/", arn),
      {
        ...from("delivery.logs.amazonaws.com", "", arn),
        Condition: { StringEquals: { "aws:SourceAccount": ecs.account } },
      },
    ],
  });
}
