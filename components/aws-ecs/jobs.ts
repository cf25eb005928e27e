import * as pulumi from "@pulumi/pulumi";
import { alarm } from "../aws/alerts.ts";
import { child, made, named, policy, tagsOf, trust } from "../aws/here.ts";
import { cloudwatch, iam, scheduler, sqs } from "../aws/sdk.ts";
import type { SecurityGroup } from "../aws/securityGroup.ts";
import type { App } from "./app.ts";
import type { Ecs } from "./ecs.ts";

/**
 * The spec's jobs by EventBridge Scheduler: each starts a task of the app's own image that does one job and ends, with
 * the app's rights and settings. Not a call from outside: what EventBridge calls must answer within five seconds. A task
 * that could not be started is tried again for an hour; what came to nothing, or failed, raises an alarm.
 */
export function jobs(ecs: Ecs, { cluster, tasks }: App, group: SecurityGroup): void {
  const schedules = Object.entries(ecs.plan.jobs.detail.schedules);
  if (schedules.length === 0) return;
  const task = tasks.define("job", [tasks.job]);
  const missed = new sqs.Queue(
    "jobs-missed",
    {
      ...made(ecs, "jobs-missed"),
      name: named(ecs, "jobs-missed", 80),
      sqsManagedSseEnabled: true,
      messageRetentionSeconds: 14 * 24 * 3600,
    },
    child(ecs),
  );
  const role = starter(ecs, tasks, task.family, missed.arn);
  const all = new scheduler.ScheduleGroup(
    "jobs",
    { ...made(ecs, "jobs"), name: named(ecs, "jobs", 64) },
    child(ecs),
  );
  for (const [name, { path, schedule }] of schedules) {
    new scheduler.Schedule(
      `job-${name}`,
      {
        region: ecs.region,
        name: named(ecs, `job-${name}`, 64),
        groupName: all.name,
        scheduleExpression: `cron(${awsCron(schedule)})`,
        scheduleExpressionTimezone: "UTC",
        flexibleTimeWindow: { mode: "OFF" },
        target: {
          arn: cluster.arn,
          roleArn: role.arn,
          ecsParameters: {
            taskDefinitionArn: task.arn,
            launchType: "FARGATE",
            propagateTags: "TASK_DEFINITION",
            networkConfiguration: {
              subnets: ecs.network.privateSubnets.map(({ id }) => id),
              securityGroups: [group.id],
              assignPublicIp: false,
            },
          },
          input: JSON.stringify({ containerOverrides: [{ name: "job", command: ["job", path] }] }),
          retryPolicy: { maximumEventAgeInSeconds: 3600, maximumRetryAttempts: 5 },
          deadLetterConfig: { arn: missed.arn },
        },
      },
      child(ecs),
    );
  }
  alarm(ecs, "jobs-missed", ecs.topicArn, {
    about: "a scheduled job could not be started",
    namespace: "AWS/SQS",
    metric: "ApproximateNumberOfMessagesVisible",
    dimensions: { QueueName: missed.name },
    above: 0,
  });
  tellOfFailures(ecs, task.family);
}

/** What the scheduler may do: start this task with these roles, and note what it could not start. */
function starter(
  ecs: Ecs,
  { executionRole, taskRole }: App["tasks"],
  family: pulumi.Output<string>,
  missedArn: pulumi.Output<string>,
) {
  const role = new iam.Role(
    "jobs",
    {
      tags: tagsOf(ecs, "jobs"),
      assumeRolePolicy: ecs.account.apply((account) =>
        trust("scheduler.amazonaws.com", { StringEquals: { "aws:SourceAccount": account } }),
      ),
    },
    child(ecs),
  );
  new iam.RolePolicy(
    "jobs",
    {
      role: role.id,
      policy: pulumi.jsonStringify(
        policy([
          {
            Effect: "Allow",
            Action: "ecs:RunTask",
            Resource: pulumi.interpolate`arn:aws:ecs:${ecs.region}:${ecs.account}:task-definition/${family}:*`,
          },
          {
            Effect: "Allow",
            Action: "ecs:TagResource",
            Resource: pulumi.interpolate`arn:aws:ecs:${ecs.region}:${ecs.account}:task/*`,
            Condition: { StringEquals: { "ecs:CreateAction": "RunTask" } },
          },
          {
            Effect: "Allow",
            Action: "iam:PassRole",
            Resource: [executionRole.arn, taskRole.arn],
            Condition: { StringEquals: { "iam:PassedToService": "ecs-tasks.amazonaws.com" } },
          },
          { Effect: "Allow", Action: "sqs:SendMessage", Resource: missedArn },
        ]),
      ),
    },
    child(ecs),
  );
  return role;
}

/** The scheduler's business ends when a task has started: how it ended, ECS tells. */
function tellOfFailures(ecs: Ecs, family: pulumi.Output<string>): void {
  const rule = new cloudwatch.EventRule(
    "jobs-failed",
    {
      ...made(ecs, "jobs-failed"),
      name: named(ecs, "jobs-failed", 64),
      eventPattern: pulumi.jsonStringify({
        source: ["aws.ecs"],
        "detail-type": ["ECS Task State Change"],
        detail: {
          lastStatus: ["STOPPED"],
          group: [pulumi.interpolate`family:${family}`],
          containers: { exitCode: [{ "anything-but": [0] }] },
        },
      }),
    },
    child(ecs),
  );
  new cloudwatch.EventTarget(
    "jobs-failed",
    { region: ecs.region, rule: rule.name, arn: ecs.topicArn },
    child(ecs),
  );
}

/**
 * Five fields of cron in AWS's six: a year is added, and of the days of month and week one must be `?`. Sunday is 0 in
 * cron and 1 at AWS.
 */
export function awsCron(schedule: string): string {
  const [minute = "*", hour = "*", day = "*", month = "*", weekday = "*"] = schedule.split(" ");
  const days = weekday.replace(/\d+/g, (digit) => String((Number(digit) % 7) + 1));
  return weekday === "*"
    ? `${minute} ${hour} ${day} ${month} ? *`
    : `${minute} ${hour} ${day === "*" ? "?" : day} ${month} ${day === "*" ? days : "?"} *`;
}
