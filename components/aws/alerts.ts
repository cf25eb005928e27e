import * as pulumi from "@pulumi/pulumi";
import { type Aws, child, made, named, policy } from "./here.ts";
import { key } from "./key.ts";
import { budgets, cloudwatch, sns } from "./sdk.ts";

/** Who tells the topic something, and must be able to use its key. */
const tellers = ["cloudwatch", "budgets", "events", "backup", "events.rds"].map(
  (name) => `${name}.amazonaws.com`,
);

/**
 * Where alarms go: a topic, and whoever the spec names. With a customer key: AWS's own for topics is one that CloudWatch
 * may not use, and its alarms would be lost without a word.
 */
export function topic(aws: Aws, account: pulumi.Input<string>, part = "alerts") {
  const own = key(aws, part, account, { services: tellers, data: false });
  const it = new sns.Topic(
    part,
    { ...made(aws, part), name: named(aws, part, 200), kmsMasterKeyId: own.arn },
    child(aws),
  );
  new sns.TopicPolicy(
    part,
    {
      region: aws.region,
      arn: it.arn,
      policy: pulumi.jsonStringify(
        policy([
          {
            Effect: "Allow",
            Principal: { Service: ["cloudwatch.amazonaws.com", "budgets.amazonaws.com"] },
            Action: "sns:Publish",
            Resource: it.arn,
            Condition: { StringEquals: { "aws:SourceAccount": account } },
          },
          // These do not say for which account they speak.
          {
            Effect: "Allow",
            Principal: {
              Service: ["events.amazonaws.com", "backup.amazonaws.com", "events.rds.amazonaws.com"],
            },
            Action: "sns:Publish",
            Resource: it.arn,
          },
          {
            Effect: "Deny",
            Principal: "*",
            Action: "sns:Publish",
            Resource: it.arn,
            Condition: { Bool: { "aws:SecureTransport": "false" } },
          },
        ]),
      ),
    },
    child(aws),
  );
  for (const [index, to] of aws.context.spec.alerts.notify.entries()) {
    const protocol = to.includes("://") ? "https" : "email";
    new sns.TopicSubscription(
      `${part}-${index}`,
      { region: aws.region, topic: it.arn, protocol, endpoint: to },
      child(aws),
    );
  }
  return it;
}

export interface Alarm {
  readonly about: string;
  readonly namespace: string;
  readonly metric: string;
  readonly dimensions: Readonly<Record<string, pulumi.Input<string>>>;
  readonly above?: number;
  readonly below?: number;
  readonly statistic?: "Average" | "Sum" | "Maximum" | "Minimum" | "p95";
  readonly periodSeconds?: number;
  readonly periods?: number;
  /** Nothing measured is as bad as a bad value. */
  readonly silenceIsBad?: boolean;
}

/** An alarm that tells the topic when it begins and when it ends. */
export function alarm(aws: Aws, name: string, topicArn: pulumi.Input<string>, of: Alarm) {
  const { statistic = "Average", periodSeconds = 60, periods = 5 } = of;
  return new cloudwatch.MetricAlarm(
    `alarm-${name}`,
    {
      ...made(aws, `alarm-${name}`),
      name: named(aws, name, 255),
      alarmDescription: of.about,
      namespace: of.namespace,
      metricName: of.metric,
      dimensions: of.dimensions,
      ...(statistic === "p95" ? { extendedStatistic: "p95" } : { statistic }),
      period: periodSeconds,
      evaluationPeriods: periods,
      comparisonOperator: of.below === undefined ? "GreaterThanThreshold" : "LessThanThreshold",
      threshold: of.below ?? of.above ?? 0,
      treatMissingData: of.silenceIsBad ? "breaching" : "notBreaching",
      alarmActions: [topicArn],
      okActions: [topicArn],
    },
    child(aws),
  );
}

/** Tells at 80 % of a month's budget, and when the month is going to cost more than all of it. */
export function budget(aws: Aws, limitUsd: number, topicArn: pulumi.Input<string>) {
  const told = (notificationType: "ACTUAL" | "FORECASTED", threshold: number) => ({
    comparisonOperator: "GREATER_THAN",
    notificationType,
    threshold,
    thresholdType: "PERCENTAGE",
    subscriberSnsTopicArns: [topicArn],
  });
  return new budgets.Budget(
    "budget",
    {
      tags: made(aws, "budget").tags,
      name: named(aws, "budget", 100),
      budgetType: "COST",
      limitAmount: limitUsd.toFixed(2),
      limitUnit: "USD",
      timeUnit: "MONTHLY",
      costFilters: [{ name: "TagKeyValue", values: [`user:stack$${aws.context.stack}`] }],
      notifications: [told("ACTUAL", 80), told("FORECASTED", 100)],
    },
    child(aws),
  );
}
