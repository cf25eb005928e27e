import * as pulumi from "@pulumi/pulumi";
import { type Aws, child, inRegion, made, named } from "./here.ts";
import { cloudfront, cloudwatch, route53, wafv2 } from "./sdk.ts";

/** CloudFront, its certificates and its firewalls live here, wherever the app does. */
export const globalRegion = "us-east-1";

/** Managed by AWS; the ids are the same in every account (docs: CloudFront managed cache and origin request policies). */
const managed = {
  /** Keeps to the origin's Cache-Control; Host, cookies and the query are part of the key where the origin says so. */
  cacheByOrigin: "83da9c7e-98b4-4e11-a168-04f0df8e2c65",
  forwardAll: "216adef6-5c7f-47e4-b989-5492eafa07d3",
} as const;

export interface CdnOptions {
  readonly domain: string;
  readonly zoneId: string;
  /** In us-east-1. */
  readonly certificateArn: pulumi.Input<string>;
  /** The name that CloudFront reaches the app by, over TLS. */
  readonly origin: pulumi.Input<string>;
  /** Only what carries this secret is let in at the origin: see `originHeader`. */
  readonly originSecret: pulumi.Input<string>;
  /** The bucket for access logs, as an ARN; its policy lets AWS's log delivery write. */
  readonly logsArn: pulumi.Input<string>;
  /** Requests that one address may make in five minutes. */
  readonly rateLimit: number;
}

/** The header by which the origin knows CloudFront. */
export const originHeader = "X-Origin-Secret";

/**
 * CloudFront in front of the app: HTTP to HTTPS, TLS 1.2 at the least, the app's own Cache-Control, a firewall with AWS's
 * managed rules and a rate limit, and the public name.
 */
export function cdn(aws: Aws, options: CdnOptions) {
  const front = inRegion(aws, globalRegion);
  const acl = firewall(front, options.rateLimit);
  const headers = new cloudfront.ResponseHeadersPolicy(
    "cdn",
    {
      name: named(aws, "headers", 128),
      securityHeadersConfig: {
        strictTransportSecurity: {
          accessControlMaxAgeSec: 31_536_000,
          includeSubdomains: true,
          override: false,
        },
        contentTypeOptions: { override: true },
        frameOptions: { frameOption: "DENY", override: false },
        referrerPolicy: { referrerPolicy: "strict-origin-when-cross-origin", override: false },
      },
    },
    child(aws),
  );
  const it = new cloudfront.Distribution(
    "cdn",
    {
      tags: made(aws, "cdn").tags,
      enabled: true,
      isIpv6Enabled: true,
      httpVersion: "http2and3",
      comment: named(aws, "cdn", 128),
      aliases: [options.domain],
      priceClass: "PriceClass_100",
      webAclId: acl.arn,
      origins: [
        {
          originId: "app",
          domainName: options.origin,
          customHeaders: [{ name: originHeader, value: options.originSecret }],
          customOriginConfig: {
            httpPort: 80,
            httpsPort: 443,
            originProtocolPolicy: "https-only",
            originSslProtocols: ["TLSv1.2"],
            originReadTimeout: 60,
          },
        },
      ],
      defaultCacheBehavior: {
        targetOriginId: "app",
        viewerProtocolPolicy: "redirect-to-https",
        allowedMethods: ["GET", "HEAD", "OPTIONS", "PUT", "POST", "PATCH", "DELETE"],
        cachedMethods: ["GET", "HEAD"],
        cachePolicyId: managed.cacheByOrigin,
        originRequestPolicyId: managed.forwardAll,
        responseHeadersPolicyId: headers.id,
        compress: true,
      },
      restrictions: { geoRestriction: { restrictionType: "none" } },
      viewerCertificate: {
        acmCertificateArn: options.certificateArn,
        sslSupportMethod: "sni-only",
        minimumProtocolVersion: "TLSv1.2_2021",
      },
    },
    child(aws),
  );
  accessLogs(front, it.arn, options.logsArn);
  for (const type of ["A", "AAAA"]) {
    new route53.Record(
      `public-${type.toLowerCase()}`,
      {
        zoneId: options.zoneId,
        name: options.domain,
        type,
        aliases: [{ name: it.domainName, zoneId: it.hostedZoneId, evaluateTargetHealth: false }],
      },
      child(aws),
    );
  }
  return { distribution: it, firewall: acl, url: pulumi.interpolate`https://${options.domain}` };
}

/** By log delivery: the older way writes with an ACL, which a bucket that is its owner's alone refuses. */
function accessLogs(aws: Aws, distribution: pulumi.Input<string>, logsArn: pulumi.Input<string>): void {
  const source = new cloudwatch.LogDeliverySource(
    "cdn-logs",
    {
      ...made(aws, "cdn-logs"),
      name: named(aws, "cdn", 60),
      logType: "ACCESS_LOGS",
      resourceArn: distribution,
    },
    child(aws),
  );
  const destination = new cloudwatch.LogDeliveryDestination(
    "cdn-logs",
    {
      ...made(aws, "cdn-logs"),
      name: named(aws, "cdn", 60),
      outputFormat: "json",
      deliveryDestinationConfiguration: { destinationResourceArn: logsArn },
    },
    child(aws),
  );
  new cloudwatch.LogDelivery(
    "cdn-logs",
    {
      ...made(aws, "cdn-logs"),
      deliverySourceName: source.name,
      deliveryDestinationArn: destination.arn,
    },
    child(aws),
  );
}

const managedRules = [
  "AWSManagedRulesAmazonIpReputationList",
  "AWSManagedRulesCommonRuleSet",
  "AWSManagedRulesKnownBadInputsRuleSet",
  "AWSManagedRulesSQLiRuleSet",
] as const;

function firewall(aws: Aws, rateLimit: number) {
  const seen = (metricName: string) => ({
    metricName,
    cloudwatchMetricsEnabled: true,
    sampledRequestsEnabled: true,
  });
  return new wafv2.WebAcl(
    "firewall",
    {
      ...made(aws, "firewall"),
      name: named(aws, "firewall", 128),
      scope: "CLOUDFRONT",
      defaultAction: { allow: {} },
      visibilityConfig: seen("all"),
      rules: [
        {
          name: "rate",
          priority: 0,
          action: { block: { customResponse: { responseCode: 429 } } },
          statement: { rateBasedStatement: { limit: rateLimit, aggregateKeyType: "IP" } },
          visibilityConfig: seen("rate"),
        },
        ...managedRules.map((name, index) => ({
          name,
          priority: index + 1,
          overrideAction: { none: {} },
          statement: { managedRuleGroupStatement: { vendorName: "AWS", name } },
          visibilityConfig: seen(name),
        })),
      ],
    },
    child(aws),
  );
}
