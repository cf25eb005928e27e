import { alarm } from "../aws/alerts.ts";
import type { Bucket } from "../aws/bucket.ts";
import { originHeader } from "../aws/cdn.ts";
import { child, made, named } from "../aws/here.ts";
import { ec2, lb, route53 } from "../aws/sdk.ts";
import { egress, ingress, securityGroup } from "../aws/securityGroup.ts";
import type { Dns } from "./dns.ts";
import type { Ecs } from "./ecs.ts";
import type { Passwords } from "./secrets.ts";

/**
 * The load balancer that CloudFront reaches: TLS 1.3 where the client can, invalid headers dropped, access logged. Its
 * security group lets in only CloudFront's addresses, and the listener only what carries CloudFront's secret.
 */
export function edge(ecs: Ecs, names: Dns, secrets: Passwords, logs: Bucket) {
  const { context, region, network } = ecs;
  const cloudFront = ec2.getManagedPrefixListOutput(
    { name: "com.amazonaws.global.cloudfront.origin-facing", region },
    { parent: ecs.stage },
  );
  const group = securityGroup(ecs, "edge", network.vpc, "Load balancer, from CloudFront");
  ingress(ecs, "edge-https", group, { prefixListId: cloudFront.id, fromPort: 443, toPort: 443 });
  const app = securityGroup(ecs, "app", network.vpc, "The app's tasks");
  const { port } = context.spec.container;
  egress(ecs, "edge-to-app", group, { referencedSecurityGroupId: app.id, fromPort: port, toPort: port });
  ingress(ecs, "app-from-edge", app, { referencedSecurityGroupId: group.id, fromPort: port, toPort: port });
  egress(ecs, "app-out", app, { cidrIpv4: "0.0.0.0/0" });

  const balancer = new lb.LoadBalancer(
    "edge",
    {
      ...made(ecs, "edge"),
      name: balancerName(ecs),
      loadBalancerType: "application",
      subnets: network.publicSubnets.map(({ id }) => id),
      securityGroups: [group.id],
      dropInvalidHeaderFields: true,
      enableDeletionProtection: context.protect,
      idleTimeout: 120,
      accessLogs: { enabled: true, bucket: logs.name, prefix: "edge" },
    },
    // It tries to write a log when it is made; and its addresses hold the gateway until it is gone.
    { ...child(ecs), dependsOn: [...logs.ready, ...network.routes] },
  );
  const target = new lb.TargetGroup(
    "app",
    {
      ...made(ecs, "app"),
      // Another port means another group, made beside the first.
      name: named(ecs, `app-${port}`, 32),
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
    child(ecs),
  );
  const https = new lb.Listener(
    "edge-https",
    {
      ...made(ecs, "edge-https"),
      loadBalancerArn: balancer.arn,
      port: 443,
      protocol: "HTTPS",
      sslPolicy: ecs.plan.edge.detail.tls,
      certificateArn: names.atOrigin,
      defaultActions: [
        {
          type: "fixed-response",
          fixedResponse: { statusCode: "403", contentType: "text/plain", messageBody: "Forbidden" },
        },
      ],
    },
    child(ecs),
  );
  const throughCdn = new lb.ListenerRule(
    "app",
    {
      ...made(ecs, "app-rule"),
      listenerArn: https.arn,
      priority: 10,
      conditions: [{ httpHeader: { httpHeaderName: originHeader, values: [secrets.origin] } }],
      actions: [{ type: "forward", targetGroupArn: target.arn }],
    },
    child(ecs),
  );
  new lb.Listener(
    "edge-http",
    {
      ...made(ecs, "edge-http"),
      loadBalancerArn: balancer.arn,
      port: 80,
      protocol: "HTTP",
      defaultActions: [
        { type: "redirect", redirect: { port: "443", protocol: "HTTPS", statusCode: "HTTP_301" } },
      ],
    },
    child(ecs),
  );
  new route53.Record(
    "origin",
    {
      zoneId: ecs.platform.route53ZoneId,
      name: names.origin,
      type: "A",
      aliases: [{ name: balancer.dnsName, zoneId: balancer.zoneId, evaluateTargetHealth: true }],
    },
    child(ecs),
  );
  const dimensions = { LoadBalancer: balancer.arnSuffix };
  const { p95Seconds, errorRatePercent } = context.spec.alerts;
  const on = { namespace: "AWS/ApplicationELB", dimensions };
  alarm(ecs, "p95", ecs.topicArn, {
    ...on,
    about: `one request in twenty takes over ${p95Seconds} s`,
    metric: "TargetResponseTime",
    statistic: "p95",
    above: p95Seconds,
  });
  alarm(ecs, "unhealthy", ecs.topicArn, {
    ...on,
    about: "a task does not answer its health check",
    metric: "UnHealthyHostCount",
    dimensions: { ...dimensions, TargetGroup: target.arnSuffix },
    statistic: "Maximum",
    above: 0,
  });
  return { balancer, target, group, appGroup: app, rule: throughCdn, errorRatePercent };
}

/** AWS keeps names that begin with "internal-" to itself. */
export const balancerName = (ecs: Pick<Ecs, "context" | "stage" | "region">): string =>
  named(ecs, "edge", 32).replace(/^internal-/, "inner-");

export type Edge = ReturnType<typeof edge>;
