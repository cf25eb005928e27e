import * as pulumi from "@pulumi/pulumi";
import { type Bucket, useOf } from "../aws/bucket.ts";
import { child, made, named, policy, type Statement, tagsOf, trust } from "../aws/here.ts";
import { cloudwatch, iam, ecs as sdk } from "../aws/sdk.ts";
import type { AppOptions } from "./app.ts";
import type { Ecs } from "./ecs.ts";

/** What every task of the app is made of: roles, log group, and containers by what they do. */
export interface Tasks {
  readonly executionRole: Role;
  readonly taskRole: Role;
  readonly logs: InstanceType<typeof cloudwatch.LogGroup>;
  /** A task definition of these containers. */
  readonly define: (part: string, containers: readonly object[]) => InstanceType<typeof sdk.TaskDefinition>;
  readonly app: object;
  /** As the owner, before the app; none where the spec asks for no database. */
  readonly migrate: object | undefined;
  /** Serves nobody: which job it does, whoever starts it says as its command. */
  readonly job: object;
}

type Role = InstanceType<typeof iam.Role>;

export function tasks(ecs: Ecs, options: AppOptions): Tasks {
  const logs = new cloudwatch.LogGroup(
    "app",
    {
      ...made(ecs, "app-logs"),
      name: `/ecs/${named(ecs, "app")}`,
      retentionInDays: ecs.plan.alerts.detail.logDays,
    },
    child(ecs),
  );
  const [execution, task] = [executionRole(ecs, options), taskRole(ecs, options.buckets)];
  const { detail } = ecs.plan.app;
  const define = (part: string, containers: readonly object[]) =>
    new sdk.TaskDefinition(
      part,
      {
        ...made(ecs, part),
        family: named(ecs, part, 200),
        cpu: String(detail.cpu),
        memory: String(detail.memoryMb),
        networkMode: "awsvpc",
        requiresCompatibilities: ["FARGATE"],
        runtimePlatform: { cpuArchitecture: "ARM64", operatingSystemFamily: "LINUX" },
        executionRoleArn: execution.role.arn,
        taskRoleArn: task.role.arn,
        volumes: [{ name: "tmp" }],
        containerDefinitions: pulumi.jsonStringify(containers),
        skipDestroy: true,
      },
      // A task that starts before its rights are there fails, and with it the rollout.
      { ...child(ecs), dependsOn: [...execution.rights, ...task.rights] },
    );
  return {
    executionRole: execution.role,
    taskRole: task.role,
    logs,
    define,
    ...containers(ecs, options, logs.name),
  };
}

function containers(
  ecs: Ecs,
  options: AppOptions,
  logGroup: pulumi.Output<string>,
): Pick<Tasks, "app" | "migrate" | "job"> {
  const { context, region } = ecs;
  const environment = (values: object) =>
    Object.entries(values)
      .filter(([, value]) => value !== undefined)
      .map(([name, value]) => ({ name, value }));
  const fromSecret = (name: string) => ({
    name,
    valueFrom: pulumi.interpolate`${options.secret.arn}:${name}::`,
  });
  const hardened = (name: string) => ({
    name,
    image: ecs.image,
    readonlyRootFilesystem: true,
    linuxParameters: { initProcessEnabled: true, capabilities: { drop: ["ALL"] } },
    mountPoints: [{ sourceVolume: "tmp", containerPath: "/tmp" }],
    logConfiguration: {
      logDriver: "awslogs",
      options: { "awslogs-group": logGroup, "awslogs-region": region, "awslogs-stream-prefix": name },
    },
  });
  const told = {
    environment: environment(options.variables),
    secrets: options.secretNames.map(fromSecret),
    // Tasks read secrets when they start: another version must start others.
    dockerLabels: { "rung.secrets": options.secret.version },
  };
  const migrate = options.database && {
    ...hardened("migrate"),
    essential: false,
    command: ["migrate"],
    environment: environment(options.owner),
    secrets: [
      { name: "PGPASSWORD", valueFrom: pulumi.interpolate`${options.database.ownerSecretArn}:password::` },
      fromSecret("DATABASE_APP_PASSWORD"),
    ],
  };
  const { port, drainSeconds } = context.spec.container;
  return {
    migrate,
    job: { ...hardened("job"), ...told, essential: true },
    app: {
      ...hardened("app"),
      ...told,
      essential: true,
      command: ["serve"],
      portMappings: [{ containerPort: port, protocol: "tcp" }],
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
  };
}

/** What ECS itself may do for a task: pull the image, read its secrets, write its logs. */
function executionRole(ecs: Ecs, options: AppOptions) {
  const role = new iam.Role(
    "app-execution",
    { tags: tagsOf(ecs, "app-execution"), assumeRolePolicy: trust("ecs-tasks.amazonaws.com") },
    child(ecs),
  );
  const managed = new iam.RolePolicyAttachment(
    "app-execution",
    { role: role.name, policyArn: "arn:aws:iam::aws:policy/service-role/AmazonECSTaskExecutionRolePolicy" },
    child(ecs),
  );
  const secrets = [options.secret.arn, ...(options.database ? [options.database.ownerSecretArn] : [])];
  const own = attach(ecs, "app-execution", role, [
    { Effect: "Allow", Action: "secretsmanager:GetSecretValue", Resource: secrets },
    { Effect: "Allow", Action: "kms:Decrypt", Resource: ecs.keys.secrets },
  ]);
  return { role, rights: [managed, own] };
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
  const all = Object.values(buckets);
  if (all.length === 0) return { role, rights: [] };
  const own = attach(ecs, "app-task", role, useOf(all, ecs.keys.data));
  return { role, rights: [own] };
}

const attach = (
  ecs: Ecs,
  name: string,
  role: InstanceType<typeof iam.Role>,
  statements: readonly Statement[],
) =>
  new iam.RolePolicy(name, { role: role.id, policy: pulumi.jsonStringify(policy(statements)) }, child(ecs));
