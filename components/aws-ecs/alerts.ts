import { budget } from "../aws/alerts.ts";
import { dashboard, type Graph, ofBalancer } from "../aws/dashboard.ts";
import type { App } from "./app.ts";
import type { Database } from "./database.ts";
import type { Ecs } from "./ecs.ts";
import type { Edge } from "./edge.ts";

/** One dashboard and the month's budget. Alarms stand with what they watch. */
export function alerts(ecs: Ecs, edge: Edge, app: App, database: Database | undefined) {
  const { region } = ecs;
  budget(ecs, ecs.platform.budgetUsd, ecs.topicArn);
  const ofApp: Graph = {
    title: "CPU of the app",
    metrics: [
      ["AWS/ECS", "CPUUtilization", "ClusterName", app.cluster.name, "ServiceName", app.service.name],
    ],
    stat: "Average",
    region,
  };
  return dashboard(ecs, [...ofBalancer(ecs, edge), ofApp, ...(database ? ofDatabase(region, database) : [])]);
}

function ofDatabase(region: string, { identifier }: Database): Graph[] {
  const on = ["DBInstanceIdentifier", identifier] as const;
  return [
    {
      title: "CPU of the database",
      metrics: [["AWS/RDS", "CPUUtilization", ...on]],
      stat: "Average",
      region,
    },
    { title: "Free storage", metrics: [["AWS/RDS", "FreeStorageSpace", ...on]], stat: "Minimum", region },
  ];
}
