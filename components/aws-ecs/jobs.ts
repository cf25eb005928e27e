import * as pulumi from "@pulumi/pulumi";
import { child, made, named, policy, tagsOf, trust } from "../aws/here.ts";
import { cloudwatch, iam } from "../aws/sdk.ts";
import type { Ecs } from "./ecs.ts";

/**
 * The spec's jobs by EventBridge: a rule on schedule calls the app's path through an API destination, which carries
 * the cron secret. Tried again for an hour when the app does not answer.
 */
export function jobs(ecs: Ecs, url: pulumi.Input<string>, cronSecret: pulumi.Input<string>): void {
  const { schedules } = ecs.plan.jobs.detail;
  if (Object.keys(schedules).length === 0) return;
  const connection = new cloudwatch.EventConnection(
    "jobs",
    {
      region: ecs.region,
      name: named(ecs, "jobs", 60),
      authorizationType: "API_KEY",
      authParameters: { apiKey: { key: "Authorization", value: pulumi.interpolate`Bearer ${cronSecret}` } },
    },
    child(ecs),
  );
  const role = new iam.Role(
    "jobs",
    { tags: tagsOf(ecs, "jobs"), assumeRolePolicy: trust("events.amazonaws.com") },
    child(ecs),
  );
  const destinations = Object.entries(schedules).map(([name, { path, schedule }]) => {
    const destination = new cloudwatch.EventApiDestination(
      `job-${name}`,
      {
        region: ecs.region,
        name: named(ecs, `job-${name}`, 60),
        connectionArn: connection.arn,
        httpMethod: "POST",
        invocationEndpoint: pulumi.interpolate`${url}${path}`,
        invocationRateLimitPerSecond: 1,
      },
      child(ecs),
    );
    const rule = new cloudwatch.EventRule(
      `job-${name}`,
      {
        ...made(ecs, `job-${name}`),
        name: named(ecs, `job-${name}`, 60),
        scheduleExpression: `cron(${awsCron(schedule)})`,
      },
      child(ecs),
    );
    new cloudwatch.EventTarget(
      `job-${name}`,
      {
        region: ecs.region,
        rule: rule.name,
        arn: destination.arn,
        roleArn: role.arn,
        retryPolicy: { maximumEventAgeInSeconds: 3600, maximumRetryAttempts: 5 },
      },
      child(ecs),
    );
    return destination.arn;
  });
  new iam.RolePolicy(
    "jobs",
    {
      role: role.id,
      policy: pulumi.jsonStringify(
        policy([{ Effect: "Allow", Action: "events:InvokeApiDestination", Resource: destinations }]),
      ),
    },
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
