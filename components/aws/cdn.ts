import * as pulumi from "@pulumi/pulumi";
import { jurisdictionOf } from "../model/jurisdiction.ts";
import { type AwayPage, awayPage, awayPath } from "./awayPage.ts";
import { firewall } from "./firewall.ts";
import { type Aws, child, inRegion, made, named } from "./here.ts";
import { cloudfront, cloudwatch, route53 } from "./sdk.ts";

/** CloudFront, its certificates and its firewalls live here, wherever the app does. */
export const globalRegion = "us-east-1";

/** Managed by AWS; the ids are the same in every account (docs: CloudFront managed cache and origin request policies). */
const managed = {
  /** UseOriginCacheControlHeaders-QueryStrings: the origin's Cache-Control; Host, cookies and the query are the key. */
  cacheByOrigin: "4cc15a8a-d715-48a4-82b8-cc0b614638fe",
  /** CachingOptimized: for what never depends on the request. */
  cacheAlways: "658327ea-f89d-4fab-a63d-7e88639e58f6",
  /** AllViewer. */
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
  /** How long the firewall's log is kept. */
  readonly logDays: number;
  readonly account: pulumi.Input<string>;
}

/** The header by which the origin knows CloudFront. */
export const originHeader = "X-Origin-Secret";

/**
 * CloudFront in front of the app: HTTP to HTTPS, TLS 1.2 at the least, the app's own Cache-Control, a firewall with AWS's
 * managed rules and a rate limit, and the public name.
 */
export function cdn(aws: Aws, options: CdnOptions) {
  const front = inRegion(aws, globalRegion);
  const acl = firewall(front, options.rateLimit, options.logDays);
  const away = awayPage(aws, options.account);
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
      // America and Europe alone, or Asia as well where the app stands there.
      priceClass: jurisdictionOf(aws.region) === "ap" ? "PriceClass_200" : "PriceClass_100",
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
        bucketOrigin(aws, away),
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
      orderedCacheBehaviors: [
        {
          pathPattern: awayPath,
          targetOriginId: "away",
          viewerProtocolPolicy: "redirect-to-https",
          allowedMethods: ["GET", "HEAD"],
          cachedMethods: ["GET", "HEAD"],
          cachePolicyId: managed.cacheAlways,
          responseHeadersPolicyId: headers.id,
          compress: true,
        },
      ],
      // The load balancer's own answers, when no task gives one; the app's 503 passes as it is.
      customErrorResponses: [502, 504].map((errorCode) => ({
        errorCode,
        responseCode: errorCode,
        responsePagePath: awayPath,
        errorCachingMinTtl: 1,
      })),
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

/** A private bucket that CloudFront alone may read, by signing each request. */
function bucketOrigin(aws: Aws, { bucket }: AwayPage) {
  const control = new cloudfront.OriginAccessControl(
    "away",
    {
      name: named(aws, "away", 64),
      originAccessControlOriginType: "s3",
      signingBehavior: "always",
      signingProtocol: "sigv4",
    },
    child(aws),
  );
  return { originId: "away", domainName: bucket.host, originAccessControlId: control.id };
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
