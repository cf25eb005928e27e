import type * as pulumi from "@pulumi/pulumi";
import type { Bucket } from "../aws/bucket.ts";
import { cdn as make } from "../aws/cdn.ts";
import { atEdge, originOf } from "./dns.ts";
import type { Eks } from "./eks.ts";

/** CloudFront and its firewall in front of all regions, and the public name. */
export const cdn = (eks: Eks, originSecret: pulumi.Input<string>, logs: Bucket) =>
  make(eks, {
    domain: eks.platform.domain,
    zoneId: eks.platform.route53ZoneId,
    certificateArn: atEdge(eks),
    origin: originOf(eks),
    originSecret,
    logsArn: logs.arn,
    logDays: eks.plan.alerts.detail.logDays,
    account: eks.account,
    rateLimit: eks.plan.cdn.detail.rateLimitPerFiveMinutes,
  });
