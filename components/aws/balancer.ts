import type * as pulumi from "@pulumi/pulumi";
import { alarm } from "./alerts.ts";
import type { Bucket } from "./bucket.ts";
import { originHeader } from "./cdn.ts";
import { type Aws, child, made, named } from "./here.ts";
import type { Network } from "./network.ts";
import { cloudwatch, ec2, lb } from "./sdk.ts";
import { ingress, type SecurityGroup, securityGroup } from "./securityGroup.ts";

export interface BalancerOptions {
  readonly network: Network;
  /** Of the name that CloudFront reaches it by. */
  readonly certificateArn: pulumi.Input<string>;
  /** What CloudFront sends along: only that is let in. */
  readonly originSecret: pulumi.Input<string>;
  /** Where accesses are logged, in the same region. */
  readonly logs: Bucket;
  /** ELB's name of what TLS must be. */
  readonly tlsPolicy: string;
  /** Where alarms go. */
  readonly topicArn: pulumi.Input<string>;
  /** The region does not answer: nothing is asked of it, and what was made there stays as it is. */
  readonly away?: boolean;
}

export interface Balancer {
  readonly balancer: InstanceType<typeof lb.LoadBalancer>;
  readonly target: InstanceType<typeof lb.TargetGroup>;
  readonly group: SecurityGroup;
  /** Lets CloudFront through to the target. */
  readonly rule: InstanceType<typeof lb.ListenerRule>;
}

/**
 * The load balancer that CloudFront reaches: TLS 1.3 where the client can, invalid headers dropped, access logged. Its
 * security group lets in only CloudFront's addresses, and the listener only what carries CloudFront's secret. What it
 * lets out is the caller's to say.
 * @param prefix before each logical name, where a stack has load balancers in several regions
 */
export function loadBalancer(aws: Aws, options: BalancerOptions, prefix = ""): Balancer {
  const { context } = aws;
  const { network } = options;
  const group = securityGroup(aws, `${prefix}edge`, network.vpc, "Load balancer, from CloudFront");
  ingress(
    aws,
    `${prefix}edge-https`,
    group,
    { prefixListId: options.away ? "pl-not-asked" : cloudFront(aws), fromPort: 443, toPort: 443 },
    options.away ? { ignoreChanges: ["prefixListId"] } : {},
  );
  const balancer = new lb.LoadBalancer(
    `${prefix}edge`,
    {
      ...made(aws, `${prefix}edge`),
      name: balancerName(aws),
      loadBalancerType: "application",
      subnets: network.publicSubnets.map(({ id }) => id),
      securityGroups: [group.id],
      dropInvalidHeaderFields: true,
      enableDeletionProtection: context.protect && !context.leaving,
      idleTimeout: 120,
      accessLogs: { enabled: true, bucket: options.logs.name, prefix: "edge" },
    },
    // It tries to write a log when it is made; and its addresses hold the gateway until it is gone.
    { ...child(aws), dependsOn: [...options.logs.ready, ...network.routes] },
  );
  const { port } = context.spec.container;
  const target = new lb.TargetGroup(
    `${prefix}app`,
    {
      ...made(aws, `${prefix}app`),
      // Another port means another group, made beside the first.
      name: named(aws, `app-${port}`, 32),
      port,
      protocol: "HTTP",
      targetType: "ip",
      vpcId: network.vpc.id,
      deregistrationDelay: context.spec.container.drainSeconds + 15,
      loadBalancingAlgorithmType: "least_outstanding_requests",
      healthCheck: {
        path: context.spec.container.health.ready,
        interval: 10,
        timeout: 5,
        healthyThreshold: 2,
        unhealthyThreshold: 3,
        matcher: "200",
      },
    },
    child(aws),
  );
  const rule = listeners(aws, options, prefix, balancer, target);
  watch(aws, prefix, options.topicArn, balancer, target);
  return { balancer, target, group, rule };
}

/** CloudFront's own addresses, as the region lists them. */
const cloudFront = ({ region, stage }: Aws): pulumi.Output<string> =>
  ec2.getManagedPrefixListOutput(
    { name: "com.amazonaws.global.cloudfront.origin-facing", region },
    { parent: stage },
  ).id;

/** AWS keeps names that begin with "internal-" to itself. */
export const balancerName = (aws: Aws): string => named(aws, "edge", 32).replace(/^internal-/, "inner-");

/** HTTP to HTTPS; forbidden but for CloudFront, which the rule lets through. */
function listeners(
  aws: Aws,
  options: BalancerOptions,
  prefix: string,
  balancer: Balancer["balancer"],
  target: Balancer["target"],
): Balancer["rule"] {
  const https = new lb.Listener(
    `${prefix}edge-https`,
    {
      ...made(aws, `${prefix}edge-https`),
      loadBalancerArn: balancer.arn,
      port: 443,
      protocol: "HTTPS",
      sslPolicy: options.tlsPolicy,
      certificateArn: options.certificateArn,
      defaultActions: [
        {
          type: "fixed-response",
          fixedResponse: { statusCode: "403", contentType: "text/plain", messageBody: "Forbidden" },
        },
      ],
    },
    child(aws),
  );
  new lb.Listener(
    `${prefix}edge-http`,
    {
      ...made(aws, `${prefix}edge-http`),
      loadBalancerArn: balancer.arn,
      port: 80,
      protocol: "HTTP",
      defaultActions: [
        { type: "redirect", redirect: { port: "443", protocol: "HTTPS", statusCode: "HTTP_301" } },
      ],
    },
    child(aws),
  );
  return new lb.ListenerRule(
    `${prefix}app`,
    {
      ...made(aws, `${prefix}app-rule`),
      listenerArn: https.arn,
      priority: 10,
      conditions: [{ httpHeader: { httpHeaderName: originHeader, values: [options.originSecret] } }],
      actions: [{ type: "forward", targetGroupArn: target.arn }],
    },
    child(aws),
  );
}

/** Slow answers, parts that do not answer, and the share of requests that fail. */
function watch(
  aws: Aws,
  prefix: string,
  topicArn: pulumi.Input<string>,
  balancer: Balancer["balancer"],
  target: Balancer["target"],
): void {
  const dimensions = { LoadBalancer: balancer.arnSuffix };
  const { p95Seconds, errorRatePercent } = aws.context.spec.alerts;
  const namespace = "AWS/ApplicationELB";
  alarm(aws, `${prefix}p95`, topicArn, {
    namespace,
    dimensions,
    about: `one request in twenty takes over ${p95Seconds} s`,
    metric: "TargetResponseTime",
    statistic: "p95",
    above: p95Seconds,
  });
  alarm(aws, `${prefix}unhealthy`, topicArn, {
    namespace,
    about: "a replica of the app does not answer its health check",
    metric: "UnHealthyHostCount",
    dimensions: { ...dimensions, TargetGroup: target.arnSuffix },
    statistic: "Maximum",
    above: 0,
  });
  // Errors as a percentage of requests: two metrics and an expression.
  const sum = (id: string, metricName: string) => ({
    id,
    metric: { namespace, metricName, dimensions, period: 60, stat: "Sum" },
  });
  new cloudwatch.MetricAlarm(
    `alarm-${prefix}errors`,
    {
      ...made(aws, `alarm-${prefix}errors`),
      name: named(aws, `${prefix}errors`, 255),
      alarmDescription: `over ${errorRatePercent} % of requests fail`,
      comparisonOperator: "GreaterThanThreshold",
      threshold: errorRatePercent,
      evaluationPeriods: 5,
      treatMissingData: "notBreaching",
      metricQueries: [
        { id: "rate", expression: "100 * FILL(errors, 0) / requests", label: "failed, %", returnData: true },
        sum("errors", "HTTPCode_Target_5XX_Count"),
        sum("requests", "RequestCount"),
      ],
      alarmActions: [topicArn],
      okActions: [topicArn],
    },
    child(aws),
  );
}
