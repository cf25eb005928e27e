import * as pulumi from "@pulumi/pulumi";
import type { Bucket } from "../aws/bucket.ts";
import { child, made, named, policy, type Statement, tagsOf, trust } from "../aws/here.ts";
import { ingress } from "../aws/network.ts";
import { appautoscaling, cloudwatch, iam, ecs as sdk } from "../aws/sdk.ts";
import type { Bindings } from "../model/bindings.ts";
import type { Cache } from "./cache.ts";
import type { Database } from "./database.ts";
import type { Ecs } from "./ecs.ts";
import type { Edge } from "./edge.ts";

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
  if (database)
    ingress(ecs, "database-from-app", database.group, {
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
  const logs = new cloudwatch.LogGroup(
    "app",
    {
      ...made(ecs, "app-logs"),
      name: `/ecs/${named(ecs, "app")}`,
      retentionInDays: ecs.plan.alerts.detail.logDays,
    },
    child(ecs),
  );
  const cluster = new sdk.Cluster(
    "app",
    {
      ...made(ecs, "app"),
      name: named(ecs, "app"),
      settings: [{ name: "containerInsights", value: "enabled" }],
    },
    child(ecs),
  );
  const roles = { execution: executionRole(ecs, options), task: taskRole(ecs, options.buckets) };
  const task = new sdk.TaskDefinition(
    "app",
    {
      ...made(ecs, "app"),
      family: named(ecs, "app", 200),
      cpu: String(detail.cpu),
      memory: String(detail.memoryMb),
      networkMode: "awsvpc",
      requiresCompatibilities: ["FARGATE"],
      runtimePlatform: { cpuArchitecture: "ARM64", operatingSystemFamily: "LINUX" },
      executionRoleArn: roles.execution.arn,
      taskRoleArn: roles.task.arn,
      volumes: [{ name: "tmp" }],
      containerDefinitions: pulumi.jsonStringify(containers(ecs, options, logs.name)),
      skipDestroy: true,
    },
    child(ecs),
  );
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
  return {
    cluster,
    service,
    logs,
    executionRole: roles.execution,
    taskRole: roles.task,
    family: task.family,
  };
}

export type App = ReturnType<typeof app>;

function containers(ecs: Ecs, options: AppOptions, logGroup: pulumi.Output<string>): object[] {
  const { context, region } = ecs;
  const logConfiguration = {
    logDriver: "awslogs",
    options: { "awslogs-group": logGroup, "awslogs-region": region, "awslogs-stream-prefix": "app" },
  };
  const environment = (values: object) =>
    Object.entries(values)
      .filter(([, value]) => value !== undefined)
      .map(([name, value]) => ({ name, value }));
  const fromSecret = (name: string) => ({
    name,
    valueFrom: pulumi.interpolate`${options.secret.arn}:${name}::`,
  });
  const hardened = {
    image: ecs.image,
    readonlyRootFilesystem: true,
    linuxParameters: { initProcessEnabled: true, capabilities: { drop: ["ALL"] } },
    mountPoints: [{ sourceVolume: "tmp", containerPath: "/tmp" }],
    logConfiguration,
  };
  const migrate = options.database && {
    ...hardened,
    name: "migrate",
    essential: false,
    command: ["migrate"],
    environment: environment(options.owner),
    secrets: [
      { name: "PGPASSWORD", valueFrom: pulumi.interpolate`${options.database.ownerSecretArn}:password::` },
      fromSecret("DATABASE_APP_PASSWORD"),
    ],
  };
  const { port, drainSeconds } = context.spec.container;
  return [
    ...(migrate ? [migrate] : []),
    {
      ...hardened,
      name: "app",
      essential: true,
      command: ["serve"],
      portMappings: [{ containerPort: port, protocol: "tcp" }],
      environment: environment(options.variables),
      // Tasks read secrets when they start: another version must start others.
      dockerLabels: { "rung.secrets": options.secret.version },
      secrets: options.secretNames.map(fromSecret),
      stopTimeout: Math.min(120, drainSeconds + 15),
      healthCheck: {
        command: ["CMD", "/app/entrypoint", "health"],
        interval: 10,
        timeout: 5,
        retries: 3,
        startPeriod: 60,
      },
      ...(migrate ? { dependsOn: [{ containerName: "migrate", condition: "SUCCESS" }] } : {}),
    },
  ];
}

/** What ECS itself may do for a task: pull the image, read its secrets, write its logs. */
function executionRole(ecs: Ecs, options: AppOptions) {
  const role = new iam.Role(
    "app-execution",
    { tags: tagsOf(ecs, "app-execution"), assumeRolePolicy: trust("ecs-tasks.amazonaws.com") },
    child(ecs),
  );
  new iam.RolePolicyAttachment(
    "app-execution",
    { role: role.name, policyArn: "arn:aws:iam::aws:policy/service-role/AmazonECSTaskExecutionRolePolicy" },
    child(ecs),
  );
  const secrets = [options.secret.arn, ...(options.database ? [options.database.ownerSecretArn] : [])];
  attach(ecs, "app-execution", role, [
    { Effect: "Allow", Action: "secretsmanager:GetSecretValue", Resource: secrets },
    { Effect: "Allow", Action: "kms:Decrypt", Resource: ecs.keys.secrets },
  ]);
  return role;
}

/** What the app itself may do: its buckets, and nothing else. */
function taskRole(ecs: Ecs, buckets: Readonly<Record<string, Bucket>>) {
  const role = new iam.Role(
    "app-task",
    {
      tags: tagsOf(ecs, "app-task"),
      assumeRolePolicy: ecs.account.apply((account) =>
        trust("ecs-tasks.amazonaws.com", { StringEquals: { "aws:SourceAccount": account } }),
      ),
    },
    child(ecs),
  );
  const arns = Object.values(buckets).map(({ arn }) => arn);
  if (arns.length > 0) {
    attach(ecs, "app-task", role, [
      { Effect: "Allow", Action: "s3:ListBucket", Resource: arns },
      {
        Effect: "Allow",
        Action: ["s3:GetObject", "s3:PutObject", "s3:DeleteObject"],
        Resource: arns.map((arn) => pulumi.interpolate`${arn}/*`),
      },
      { Effect: "Allow", Action: ["kms:Decrypt", "kms:GenerateDataKey"], Resource: ecs.keys.data },
    ]);
  }
  return role;
}

const attach = (
  ecs: Ecs,
  name: string,
  role: InstanceType<typeof iam.Role>,
  statements: readonly Statement[],
) =>
  new iam.RolePolicy(name, { role: role.id, policy: pulumi.jsonStringify(policy(statements)) }, child(ecs));

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
