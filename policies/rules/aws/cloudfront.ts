import { all, every, given, is, none, oneOf, type Rule, where } from "../../model.ts";

const distribution = "aws:cloudfront/distribution:Distribution";

/** Controls: AWS Foundational Security Best Practices, CloudFront (docs.aws.amazon.com/securityhub, 2026). */
export const cloudfront: readonly Rule[] = [
  {
    id: "cloudfront-https",
    types: [distribution],
    must: "viewers are sent to HTTPS",
    why: "sessions would cross the internet in the clear",
    mend: 'set viewerProtocolPolicy: "redirect-to-https" in every behaviour',
    severity: "critical",
    controls: ["FSBP CloudFront.3"],
    check: all(
      oneOf("defaultCacheBehavior.viewerProtocolPolicy", ["redirect-to-https", "https-only"]),
      none("orderedCacheBehaviors[].viewerProtocolPolicy", ["allow-all"]),
    ),
    good: [{ defaultCacheBehavior: { viewerProtocolPolicy: "redirect-to-https" } }],
    bad: [
      { defaultCacheBehavior: { viewerProtocolPolicy: "allow-all" } },
      {
        defaultCacheBehavior: { viewerProtocolPolicy: "https-only" },
        orderedCacheBehaviors: [{ viewerProtocolPolicy: "allow-all" }],
      },
    ],
  },
  {
    id: "cloudfront-origin-tls",
    types: [distribution],
    must: "CloudFront reaches its origins by TLS 1.2",
    why: "what it was told by TLS would go on in the clear",
    mend: 'set originProtocolPolicy: "https-only" and originSslProtocols: ["TLSv1.2"]',
    severity: "high",
    controls: ["FSBP CloudFront.9", "FSBP CloudFront.10"],
    check: all(
      none("origins[].customOriginConfig.originProtocolPolicy", ["http-only", "match-viewer"]),
      (see) => {
        const old = see
          .list("origins[].customOriginConfig.originSslProtocols")
          .flat()
          .find((one) => one !== undefined && one !== "TLSv1.2");
        return old ? `originSslProtocols holds ${old}` : undefined;
      },
    ),
    good: [
      {
        origins: [
          { customOriginConfig: { originProtocolPolicy: "https-only", originSslProtocols: ["TLSv1.2"] } },
          {},
        ],
      },
    ],
    bad: [
      { origins: [{ customOriginConfig: { originProtocolPolicy: "http-only" } }] },
      {
        origins: [
          {
            customOriginConfig: {
              originProtocolPolicy: "https-only",
              originSslProtocols: ["TLSv1", "TLSv1.2"],
            },
          },
        ],
      },
    ],
  },
  {
    id: "cloudfront-tls-version",
    types: [distribution],
    must: "viewers use TLS 1.2 or newer",
    why: "older ones can be read or bent",
    mend: 'set viewerCertificate.minimumProtocolVersion: "TLSv1.2_2021"',
    severity: "medium",
    controls: ["FSBP CloudFront.15"],
    check: (see) =>
      /^TLSv1\.[23]_20(2[1-9]|[3-9]\d)/.test(String(see.at("viewerCertificate.minimumProtocolVersion") ?? ""))
        ? undefined
        : `minimumProtocolVersion is ${see.at("viewerCertificate.minimumProtocolVersion") ?? "not set"}`,
    good: [{ viewerCertificate: { minimumProtocolVersion: "TLSv1.2_2021" } }],
    bad: [{ viewerCertificate: { minimumProtocolVersion: "TLSv1.1_2016" } }, {}],
  },
  {
    id: "cloudfront-certificate",
    types: [distribution],
    must: "a distribution has a certificate of its own, by SNI",
    why: "the default one forces old TLS, and a dedicated address is billed by the month",
    mend: 'set viewerCertificate: { acmCertificateArn, sslSupportMethod: "sni-only" }',
    severity: "low",
    controls: ["FSBP CloudFront.7", "FSBP CloudFront.8"],
    check: all(
      given("viewerCertificate.acmCertificateArn"),
      is("viewerCertificate.sslSupportMethod", "sni-only"),
    ),
    good: [{ viewerCertificate: { acmCertificateArn: "arn", sslSupportMethod: "sni-only" } }],
    bad: [
      { viewerCertificate: { cloudfrontDefaultCertificate: true } },
      { viewerCertificate: { acmCertificateArn: "arn", sslSupportMethod: "vip" } },
    ],
  },
  {
    id: "cloudfront-firewall",
    types: [distribution],
    must: "a firewall stands in front of it",
    why: "every scanner's request reaches the app",
    mend: "set webAclId",
    severity: "high",
    controls: ["FSBP CloudFront.6"],
    check: given("webAclId"),
    good: [{ webAclId: "arn" }],
    bad: [{}],
  },
  {
    id: "cloudfront-bucket-origin-signed",
    types: [distribution],
    must: "buckets are read by CloudFront alone, which signs its requests",
    why: "else the bucket must be public",
    mend: "set originAccessControlId",
    severity: "high",
    controls: ["FSBP CloudFront.13", "Security Hub CloudFront.2"],
    check: (see) => {
      const origins = see.list("origins") as readonly {
        originId?: string;
        domainName?: string;
        customOriginConfig?: unknown;
        originAccessControlId?: unknown;
      }[];
      const open = origins.find((one) => one.customOriginConfig === undefined && !one.originAccessControlId);
      return open ? `origin ${open.originId} has no originAccessControlId` : undefined;
    },
    good: [
      {
        origins: [
          { originId: "a", originAccessControlId: "b" },
          { originId: "c", customOriginConfig: {} },
        ],
      },
    ],
    bad: [{ origins: [{ originId: "a" }] }],
  },
  {
    id: "cloudfront-security-headers",
    types: [distribution],
    must: "answers carry security headers",
    why: "browsers would frame the app, guess types and forget HTTPS",
    mend: "set defaultCacheBehavior.responseHeadersPolicyId",
    severity: "medium",
    controls: [],
    check: given("defaultCacheBehavior.responseHeadersPolicyId"),
    good: [{ defaultCacheBehavior: { responseHeadersPolicyId: "a" } }],
    bad: [{ defaultCacheBehavior: {} }],
  },
  {
    id: "cloudfront-hsts",
    types: ["aws:cloudfront/responseHeadersPolicy:ResponseHeadersPolicy"],
    must: "browsers are told to come by HTTPS for a year",
    why: "the first request of each visit could be caught",
    mend: "set strictTransportSecurity.accessControlMaxAgeSec: 31536000",
    severity: "medium",
    controls: [],
    check: where(
      (see) => see.has("securityHeadersConfig"),
      all(
        (see) => {
          const age = Number(
            see.at("securityHeadersConfig.strictTransportSecurity.accessControlMaxAgeSec") ?? 0,
          );
          return age >= 31_536_000 ? undefined : `accessControlMaxAgeSec is ${age}`;
        },
        given("securityHeadersConfig.contentTypeOptions"),
        given("securityHeadersConfig.frameOptions"),
      ),
    ),
    good: [
      {
        securityHeadersConfig: {
          strictTransportSecurity: { accessControlMaxAgeSec: 31_536_000 },
          contentTypeOptions: { override: true },
          frameOptions: { frameOption: "DENY" },
        },
      },
    ],
    bad: [
      {
        securityHeadersConfig: {
          strictTransportSecurity: { accessControlMaxAgeSec: 60 },
          contentTypeOptions: {},
          frameOptions: {},
        },
      },
      { securityHeadersConfig: {} },
    ],
  },
  {
    id: "cloudfront-oac-signs",
    types: ["aws:cloudfront/originAccessControl:OriginAccessControl"],
    must: "requests to a bucket are always signed",
    why: "an unsigned one fails, or the bucket must be public",
    mend: 'set signingBehavior: "always"',
    severity: "medium",
    controls: [],
    check: every("signingBehavior", ["always"]),
    good: [{ signingBehavior: "always" }],
    bad: [{ signingBehavior: "never" }, { signingBehavior: "no-override" }],
  },
];
