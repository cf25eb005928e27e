import type { PricePart } from "../model/price.ts";

/**
 * On-demand prices in us-east-1, US dollars. Other regions differ, most by less than 30 %. Where no source was at
 * hand the price is left open, never guessed. `source` is AWS's page, or who quotes it where that could not be read.
 */
interface Rate {
  readonly unit: string;
  readonly usd: number | undefined;
  readonly source: string;
  readonly date: string;
}

const hours = 730;
const page = (service: string) => `aws.amazon.com/${service}/pricing`;
const rate = (unit: string, usd: number | undefined, source: string, date = "2026-06"): Rate => ({
  unit,
  usd,
  source,
  date,
});
const open = (unit: string, service: string): Rate => rate(unit, undefined, page(service));

export const rates = {
  fargateCpu: rate("vCPU-hour (ARM)", 0.03238, page("fargate"), "2026-03"),
  fargateMemory: rate("GB-hour (ARM)", 0.00356, page("fargate"), "2026-03"),
  "db.t4g.micro": rate("hour", 0.016, page("rds/postgresql"), "2026-06"),
  "db.t4g.small": rate("hour", 0.032, page("rds/postgresql"), "2026-06"),
  "db.t4g.medium": rate("hour", 0.065, page("rds/postgresql"), "2026-06"),
  "db.m7g.large": open("hour", "rds/postgresql"),
  "db.r7g.xlarge": open("hour", "rds/postgresql"),
  "db.r7g.large": rate("hour", 0.26, "wring.co/blog/aws-aurora-pricing-guide", "2026-03"),
  "db.r7g.2xlarge": open("hour", "rds/aurora"),
  rdsStorage: rate("GB-month gp3", 0.115, page("rds/postgresql"), "2026-06"),
  auroraStorage: rate("GB-month", 0.1, "wring.co/blog/aws-aurora-pricing-guide", "2026-03"),
  auroraIo: rate("million requests", 0.2, "wring.co/blog/aws-aurora-pricing-guide", "2026-03"),
  rdsProxy: open("vCPU-hour", "rds/proxy"),
  "cache.t4g.micro": open("hour", "elasticache"),
  "cache.t4g.small": open("hour", "elasticache"),
  "cache.m7g.large": open("hour", "elasticache"),
  "cache.r7g.large": open("hour", "elasticache"),
  "cache.r7g.xlarge": open("hour", "elasticache"),
  nat: rate("hour", 0.045, "projecthelena.com/blog/aws-bill-breakdown-2026", "2026"),
  endpoint: open("zone-hour", "privatelink"),
  loadBalancer: open("hour", "elasticloadbalancing"),
  eksCluster: rate("hour", 0.1, "projecthelena.com/blog/aws-bill-breakdown-2026", "2026"),
  autoNodes: open("instance-hour and management fee", "eks"),
  "m7g.large": open("hour", "ec2/on-demand"),
  betweenRegions: open("GB", "ec2/on-demand"),
  waf: rate("web ACL", 5, "c3x.dev/blog/aws-waf-cost-explained", "2026"),
  wafRule: rate("rule", 1, "c3x.dev/blog/aws-waf-cost-explained", "2026"),
  cloudfront: open("GB out", "cloudfront"),
  s3: open("GB-month", "s3"),
  kms: open("key-month", "kms"),
  secrets: open("secret-month", "secrets-manager"),
  cloudwatch: open("alarms, logs and metrics", "cloudwatch"),
  backup: rate("GB-month", 0.095, "usage.ai/blogs/aws/reserved-instances/rds/pricing-calculator", "2026-06"),
  route53: open("zone and queries", "route53"),
} as const;

export type RateName = keyof typeof rates;

/** A line of the bill for so many units a month. */
export function line(what: string, quantity: number, name: RateName): PricePart {
  const { unit, usd, source, date } = rates[name];
  return { what, quantity, unit, unitUsd: usd, source, date };
}

/** A line for what runs all month. */
export const running = (what: string, count: number, name: RateName): PricePart =>
  line(what, count * hours, name);
