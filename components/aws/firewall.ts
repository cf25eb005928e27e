import { type Aws, child, made, named } from "./here.ts";
import { cloudwatch, wafv2 } from "./sdk.ts";

const managedRules = [
  "AWSManagedRulesAmazonIpReputationList",
  "AWSManagedRulesCommonRuleSet",
  "AWSManagedRulesKnownBadInputsRuleSet",
  "AWSManagedRulesSQLiRuleSet",
] as const;

/** Rules that are only counted: the first refuses every body over 8 KB, and so every upload; the app has its own limit. */
const counted: { readonly [R in (typeof managedRules)[number]]?: readonly string[] } = {
  AWSManagedRulesCommonRuleSet: ["SizeRestrictions_BODY"],
};

/** Headers that no log may hold. */
const hidden = ["authorization", "cookie"] as const;

/**
 * CloudFront's firewall: AWS's managed rules, and so many requests that one address may make in five minutes. What it
 * stopped is logged.
 * @param aws in us-east-1
 */
export function firewall(aws: Aws, rateLimit: number, logDays: number) {
  const seen = (metricName: string) => ({
    metricName,
    cloudwatchMetricsEnabled: true,
    sampledRequestsEnabled: true,
  });
  const acl = new wafv2.WebAcl(
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
          statement: {
            managedRuleGroupStatement: {
              vendorName: "AWS",
              name,
              ...(counted[name]
                ? {
                    ruleActionOverrides: counted[name].map((rule) => ({
                      name: rule,
                      actionToUse: { count: {} },
                    })),
                  }
                : {}),
            },
          },
          visibilityConfig: seen(name),
        })),
      ],
    },
    child(aws),
  );
  const logs = new cloudwatch.LogGroup(
    "firewall",
    {
      ...made(aws, "firewall-logs"),
      // the prefix is WAF's own rule
      name: `aws-waf-logs-${named(aws, "firewall")}`,
      retentionInDays: logDays,
    },
    child(aws),
  );
  new wafv2.WebAclLoggingConfiguration(
    "firewall",
    {
      region: aws.region,
      resourceArn: acl.arn,
      logDestinationConfigs: [logs.arn],
      redactedFields: hidden.map((name) => ({ singleHeader: { name } })),
      loggingFilter: {
        defaultBehavior: "DROP",
        filters: [
          {
            behavior: "KEEP",
            requirement: "MEETS_ANY",
            conditions: [{ actionCondition: { action: "BLOCK" } }, { actionCondition: { action: "COUNT" } }],
          },
        ],
      },
    },
    child(aws),
  );
  return acl;
}
