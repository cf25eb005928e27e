import type * as pulumi from "@pulumi/pulumi";
import { alarm } from "../aws/alerts.ts";
import { type Balancer, loadBalancer } from "../aws/balancer.ts";
import type { Bucket } from "../aws/bucket.ts";
import { child, tagsOf } from "../aws/here.ts";
import { route53 } from "../aws/sdk.ts";
import { egress, ingress } from "../aws/securityGroup.ts";
import { atOrigin, originOf } from "./dns.ts";
import { isPrimary, type Site } from "./eks.ts";
import { apiextensions, core, inside, labelsOf, metadata } from "./kubernetes.ts";
import type { Passwords } from "./secrets.ts";

export interface Edge extends Balancer {
  /** Keeps the load balancer's targets at the app's pods: they wait for it. */
  readonly binding: InstanceType<typeof apiextensions.CustomResource>;
}

/** A region's load balancer, its way to the pods, and its place among the regions: the nearest that answers is taken. */
export function edge(site: Site, secrets: Passwords, logs: Bucket, namespace: pulumi.Resource): Edge {
  const { prefix } = site;
  const it = loadBalancer(
    site,
    {
      network: site.network,
      certificateArn: atOrigin(site),
      originSecret: secrets.origin,
      logs,
      tlsPolicy: site.plan.edge.detail.tls,
      topicArn: site.topicArn,
      away: site.platform.allowDataLoss !== undefined && !isPrimary(site),
    },
    prefix,
  );
  const { port } = site.context.spec.container;
  const pods = { id: site.cluster.securityGroupId };
  const onPort = { fromPort: port, toPort: port };
  egress(site, `${prefix}edge-to-app`, it.group, { referencedSecurityGroupId: pods.id, ...onPort });
  ingress(site, `${prefix}app-from-edge`, pods, { referencedSecurityGroupId: it.group.id, ...onPort });
  byLatency(site, it);
  return { ...it, binding: bind(site, it, namespace) };
}

/** The service, and the binding of the target group to it. */
function bind(site: Site, { target, rule }: Balancer, namespace: pulumi.Resource) {
  const { port } = site.context.spec.container;
  const options = inside(site);
  const service = new core.Service(
    `${site.prefix}app`,
    {
      metadata: metadata(site, "app", "app"),
      spec: {
        type: "ClusterIP",
        selector: labelsOf(site, "app"),
        ports: [{ name: "http", port, targetPort: "http", protocol: "TCP" }],
      },
    },
    { ...options, dependsOn: [...site.cluster.ready, namespace] },
  );
  return new apiextensions.CustomResource(
    `${site.prefix}app-targets`,
    {
      apiVersion: "elbv2.k8s.aws/v1beta1",
      kind: "TargetGroupBinding",
      metadata: metadata(site, "app", "app"),
      spec: {
        serviceRef: { name: service.metadata.name, port },
        targetGroupARN: target.arn,
        targetType: "ip",
        vpcID: site.network.vpc.id,
      },
    },
    // Targets of a group that no listener leads to never get healthy.
    { ...options, dependsOn: [...site.cluster.ready, rule, service] },
  );
}

/** Health by the load balancer's own eyes: no checker from outside is let in. */
function byLatency(site: Site, { balancer, target }: Balancer): void {
  const { prefix, region } = site;
  const away = alarm(site, `${prefix}away`, site.topicArn, {
    about: `no replica answers in ${region}: its users are sent elsewhere`,
    namespace: "AWS/ApplicationELB",
    metric: "HealthyHostCount",
    dimensions: { LoadBalancer: balancer.arnSuffix, TargetGroup: target.arnSuffix },
    statistic: "Maximum",
    below: 1,
    periods: 2,
    silenceIsBad: true,
  });
  const check = new route53.HealthCheck(
    `${prefix}origin`,
    {
      tags: tagsOf(site, `${prefix}origin`),
      type: "CLOUDWATCH_METRIC",
      cloudwatchAlarmName: away.name,
      cloudwatchAlarmRegion: region,
      insufficientDataHealthStatus: "LastKnownStatus",
    },
    child(site),
  );
  new route53.Record(
    `${prefix}origin`,
    {
      zoneId: site.platform.route53ZoneId,
      name: originOf(site),
      type: "A",
      setIdentifier: region,
      latencyRoutingPolicies: [{ region }],
      healthCheckId: check.id,
      aliases: [{ name: balancer.dnsName, zoneId: balancer.zoneId, evaluateTargetHealth: true }],
    },
    child(site),
  );
}
