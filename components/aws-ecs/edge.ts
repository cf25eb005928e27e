import { loadBalancer } from "../aws/balancer.ts";
import type { Bucket } from "../aws/bucket.ts";
import { child } from "../aws/here.ts";
import { route53 } from "../aws/sdk.ts";
import { egress, ingress, securityGroup } from "../aws/securityGroup.ts";
import type { Dns } from "./dns.ts";
import type { Ecs } from "./ecs.ts";
import type { Passwords } from "./secrets.ts";

/** The load balancer in front of the tasks, their security group, and the name that CloudFront reaches them by. */
export function edge(ecs: Ecs, names: Dns, secrets: Passwords, logs: Bucket) {
  const made = loadBalancer(ecs, {
    network: ecs.network,
    certificateArn: names.atOrigin,
    originSecret: secrets.origin,
    logs,
    tlsPolicy: ecs.plan.edge.detail.tls,
    topicArn: ecs.topicArn,
  });
  const app = securityGroup(ecs, "app", ecs.network.vpc, "The app's tasks");
  const { port } = ecs.context.spec.container;
  const onPort = { fromPort: port, toPort: port };
  egress(ecs, "edge-to-app", made.group, { referencedSecurityGroupId: app.id, ...onPort });
  ingress(ecs, "app-from-edge", app, { referencedSecurityGroupId: made.group.id, ...onPort });
  egress(ecs, "app-out", app, { cidrIpv4: "0.0.0.0/0" });
  new route53.Record(
    "origin",
    {
      zoneId: ecs.platform.route53ZoneId,
      name: names.origin,
      type: "A",
      aliases: [{ name: made.balancer.dnsName, zoneId: made.balancer.zoneId, evaluateTargetHealth: true }],
    },
    child(ecs),
  );
  return { ...made, appGroup: app };
}

export type Edge = ReturnType<typeof edge>;
