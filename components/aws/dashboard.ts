import * as pulumi from "@pulumi/pulumi";
import type { Balancer } from "./balancer.ts";
import { type Aws, child, named } from "./here.ts";
import { cloudwatch } from "./sdk.ts";

/** A graph of metrics, each as CloudWatch writes them: namespace, metric, then names and values of dimensions. */
export interface Graph {
  readonly title: string;
  readonly metrics: readonly (readonly pulumi.Input<string>[])[];
  readonly stat: "Average" | "Sum" | "Maximum" | "Minimum" | "p95";
  readonly region: string;
}

/** One dashboard of graphs, two in a row. */
export const dashboard = (aws: Aws, graphs: readonly Graph[]) =>
  new cloudwatch.Dashboard(
    "dashboard",
    {
      region: aws.region,
      dashboardName: named(aws, "dashboard", 200),
      dashboardBody: pulumi.jsonStringify({
        widgets: graphs.map((graph, index) => ({
          type: "metric",
          x: (index % 2) * 12,
          y: Math.floor(index / 2) * 6,
          width: 12,
          height: 6,
          properties: { ...graph, period: 60, view: "timeSeries" },
        })),
      }),
    },
    child(aws),
  );

/** What a load balancer tells of the app. @param where after each title, e.g. ` in eu-west-1` */
export function ofBalancer({ region }: Aws, { balancer }: Balancer, where = ""): Graph[] {
  const on = ["LoadBalancer", balancer.arnSuffix] as const;
  const graph = (title: string, metric: string, stat: Graph["stat"]): Graph => ({
    title: `${title}${where}`,
    metrics: [["AWS/ApplicationELB", metric, ...on]],
    stat,
    region,
  });
  return [
    graph("Requests", "RequestCount", "Sum"),
    graph("Response time, p95", "TargetResponseTime", "p95"),
    graph("Errors", "HTTPCode_Target_5XX_Count", "Sum"),
  ];
}
