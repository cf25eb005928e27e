import * as pulumi from "@pulumi/pulumi";
import type { Bucket } from "../aws/bucket.ts";
import { child, made, named } from "../aws/here.ts";
import { appautoscaling, ecs as sdk } from "../aws/sdk.ts";
import { ingress } from "../aws/securityGroup.ts";
import type { Bindings } from "../model/bindings.ts";
import type { Cache } from "./cache.ts";
import type { Database } from "./database.ts";
import type { Ecs } from "./ecs.ts";
import type { Edge } from "./edge.ts";
import { tasks } from "./tasks.ts";

export interface AppOptions {
  readonly edge: Edge;
  readonly database: Database | undefined;
  readonly cache: Cache | undefined;
  readonly buckets: Readonly<Record<string, Bucket>>;
  /** In the clear. */
  readonly variables: Bindings<pulumi.Input<string>>;
  /** By the name of the binding: the key in `secret`. */
  readonly secretNames: readonly string[];
  readonly secret: { readonly arn: pulumi.Output<string>; readonly version: pulumi.Output<string> };
  /** For migrations: where the owner logs in, the password apart. */
  readonly owner: Readonly<Record<string, pulumi.Input<string>>>;
}

/**
 * The app as a Fargate service: the image by digest, read-only root, no shell access; migrations run in a container of
 * their own before each task serves. A rollout that does not get healthy is rolled back by ECS, and `up` fails.
 */
export function app(ecs: Ecs, options: AppOptions) {
  const { network } = ecs;
  const { detail } = ecs.plan.app;
  const { edge, database, cache } = options;
  for (const [name, group] of Object.entries(database?.groups ?? {}))
    ingress(ecs, `${name}-from-app`, group, {
      referencedSecurityGroupId: edge.appGroup.id,
      fromPort: 5432,
      toPort: 5432,
    });
  if (cache)
    ingress(ecs, "cache-from-app", cache.group, {
      referencedSecurityGroupId: edge.appGroup.id,
      fromPort: 6379,
      toPort: 6379,
    });
  const cluster = new sdk.Cluster(
    "app",
    {
      ...made(ecs, "app"),
      name: named(ecs, "app"),
      settings: [{ name: "containerInsights", value: "enabled" }],
    },
    child(ecs),
  );
  const parts = tasks(ecs, options);
  const task = parts.define("app", [...(parts.migrate ? [parts.migrate] : []), parts.app]);
  const service = new sdk.Service(
    "app",
    {
      ...made(ecs, "app"),
      name: named(ecs, "app"),
      cluster: cluster.arn,
      taskDefinition: task.arn,
      desiredCount: detail.minTasks,
      launchType: "FARGATE",
      platformVersion: "LATEST",
      enableExecuteCommand: false,
      propagateTags: "SERVICE",
      deploymentMinimumHealthyPercent: 100,
      deploymentMaximumPercent: 200,
      deploymentCircuitBreaker: { enable: true, rollback: true },
      healthCheckGracePeriodSeconds: 120,
      networkConfiguration: {
        subnets: network.privateSubnets.map(({ id }) => id),
        securityGroups: [edge.appGroup.id],
        assignPublicIp: false,
      },
      loadBalancers: [
        {
          targetGroupArn: edge.target.arn,
          containerName: "app",
          containerPort: ecs.context.spec.container.port,
        },
      ],
      // A rollout that the circuit breaker undid is no success.
      waitForSteadyState: true,
    },
    // Autoscaling sets the count from here on.
    { ...child(ecs), dependsOn: [edge.rule], ignoreChanges: ["desiredCount"] },
  );
  scale(ecs, cluster, service, edge);
  return { cluster, service, task, tasks: parts };
}

export type App = ReturnType<typeof app>;

/** Between the size's least and most tasks, by CPU and by requests a task. */
function scale(
  ecs: Ecs,
  cluster: InstanceType<typeof sdk.Cluster>,
  service: InstanceType<typeof sdk.Service>,
  edge: Edge,
): void {
  const { minTasks, maxTasks } = ecs.plan.app.detail;
  const target = new appautoscaling.Target(
    "app",
    {
      ...made(ecs, "app"),
      serviceNamespace: "ecs",
      scalableDimension: "ecs:service:DesiredCount",
      resourceId: pulumi.interpolate`service/${cluster.name}/${service.name}`,
      minCapacity: minTasks,
      maxCapacity: maxTasks,
    },
    child(ecs),
  );
  const follow = (name: string, metric: object, targetValue: number) =>
    new appautoscaling.Policy(
      `app-${name}`,
      {
        region: ecs.region,
        name: named(ecs, `app-${name}`, 200),
        policyType: "TargetTrackingScaling",
        serviceNamespace: target.serviceNamespace,
        scalableDimension: target.scalableDimension,
        resourceId: target.resourceId,
        targetTrackingScalingPolicyConfiguration: {
          predefinedMetricSpecification: metric as { predefinedMetricType: string },
          targetValue,
          scaleInCooldown: 300,
          scaleOutCooldown: 30,
        },
      },
      child(ecs),
    );
  follow("cpu", { predefinedMetricType: "ECSServiceAverageCPUUtilization" }, 60);
  follow(
    "requests",
    {
      predefinedMetricType: "ALBRequestCountPerTarget",
      resourceLabel: pulumi.interpolate`${edge.balancer.arnSuffix}/${edge.target.arnSuffix}`,
    },
    3000,
  );
}
