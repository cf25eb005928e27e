import type { Bucket } from "../aws/bucket.ts";
import { cdn as make } from "../aws/cdn.ts";
import type { Dns } from "./dns.ts";
import type { Ecs } from "./ecs.ts";
import type { Passwords } from "./secrets.ts";

/** CloudFront and its firewall in front of the load balancer, and the public name. */
export const cdn = (ecs: Ecs, names: Dns, secrets: Passwords, logs: Bucket) =>
  make(ecs, {
    domain: ecs.platform.domain,
    zoneId: ecs.platform.route53ZoneId,
    certificateArn: names.atEdge,
    origin: names.origin,
    originSecret: secrets.origin,
    logsArn: logs.arn,
    logDays: ecs.plan.alerts.detail.logDays,
    account: ecs.account,
    rateLimit: ecs.plan.cdn.detail.rateLimitPerFiveMinutes,
  });
