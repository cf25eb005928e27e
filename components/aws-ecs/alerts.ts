import * as pulumi from "@pulumi/pulumi";
import { budget } from "../aws/alerts.ts";
import { child, made, named } from "../aws/here.ts";
import { cloudwatch } from "../aws/sdk.ts";
import type { App } from "./app.ts";
import type { Database } from "./database.ts";
import type { Ecs } from "./ecs.ts";
import type { Edge } from "./edge.ts";

/** The share of failed requests as an alarm, one dashboard, and the month's budget. Others stand with what they watch. */
export function alerts(ecs: Ecs, edge: Edge, app: App, database: Database | undefined) {
  errorRate(ecs, edge);
  budget(ecs, ecs.platform.budgetUsd, ecs.topicArn);
  return new cloudwatch.Dashboard(
    "dashboard",
    {
      region: ecs.region,
      dashboardName: named(ecs, "dashboard", 200),
      dashboardBody: board(ecs, edge, app, database),
    },
    child(ecs),
  );
}

/** Errors as a percentage of requests: two metrics and an expression. */
function errorRate(ecs: Ecs, edge: Edge): void {
  const dimensions = { LoadBalancer: edge.balancer.arnSuffix };
  const sum = (id: string, metricName: string) => ({
    id,
    metric: { namespace: "AWS/ApplicationELB", metricName, dimensions, period: 60, stat: "Sum" },
  });
  new cloudwatch.MetricAlarm(
    "alarm-errors",
    {
      ...made(ecs, "alarm-errors"),
      name: named(ecs, "errors", 255),
      alarmDescription: `over ${edge.errorRatePercent} % of requests fail`,
      comparisonOperator: "GreaterThanThreshold",
      threshold: edge.errorRatePercent,
      evaluationPeriods: 5,
      treatMissingData: "notBreaching",
      metricQueries: [
        { id: "rate", expression: "100 * FILL(errors, 0) / requests", label: "failed, %", returnData: true },
        sum("errors", "HTTPCode_Target_5XX_Count"),
        sum("requests", "RequestCount"),
      ],
      alarmActions: [ecs.topicArn],
      okActions: [ecs.topicArn],
    },
    child(ecs),
  );
}

function board(ecs: Ecs, edge: Edge, app: App, database: Database | undefined): pulumi.Output<string> {
  const { region } = ecs;
  const graph = (title: string, metrics: readonly (readonly pulumi.Input<string>[])[], stat: string) => ({
    title,
    metrics,
    stat,
  });
  const balancer = ["LoadBalancer", edge.balancer.arnSuffix] as const;
  const graphs = [
    graph("Requests", [["AWS/ApplicationELB", "RequestCount", ...balancer]], "Sum"),
    graph("Response time, p95", [["AWS/ApplicationELB", "TargetResponseTime", ...balancer]], "p95"),
    graph("Errors", [["AWS/ApplicationELB", "HTTPCode_Target_5XX_Count", ...balancer]], "Sum"),
    graph(
      "CPU of the app",
      [["AWS/ECS", "CPUUtilization", "ClusterName", app.cluster.name, "ServiceName", app.service.name]],
      "Average",
    ),
    ...(database
      ? [
          graph(
            "CPU of the database",
            [["AWS/RDS", "CPUUtilization", "DBInstanceIdentifier", database.identifier]],
            "Average",
          ),
          graph(
            "Free storage",
            [["AWS/RDS", "FreeStorageSpace", "DBInstanceIdentifier", database.identifier]],
            "Minimum",
          ),
        ]
      : []),
  ];
  return pulumi.jsonStringify({
    widgets: graphs.map(({ title, metrics, stat }, index) => ({
      type: "metric",
      x: (index % 2) * 12,
      y: Math.floor(index / 2) * 6,
      width: 12,
      height: 6,
      properties: { title, metrics, stat, region, period: 60, view: "timeSeries" },
    })),
  });
}
