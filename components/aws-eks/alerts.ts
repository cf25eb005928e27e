import { alarm, budget } from "../aws/alerts.ts";
import { dashboard, type Graph, ofBalancer } from "../aws/dashboard.ts";
import type { Database } from "./database.ts";
import type { Place, Site } from "./eks.ts";
import { appNamespace } from "./kubernetes.ts";
import type { Served } from "./rollout.ts";

/** One dashboard of all regions, the month's budget, and what Container Insights sees. Other alarms stand with what they watch. */
export function alerts(eks: Place, served: readonly Served[], database: Database | undefined): void {
  budget(eks, eks.platform.budgetUsd, eks.topicArn);
  for (const { site } of served) watch(site);
  dashboard(
    eks,
    served.flatMap(({ site, gate }) => [
      ...ofBalancer(site, gate, `, ${site.region}`),
      ofPods(site),
      ...ofDatabase(site, database),
    ]),
  );
}

const insights = "ContainerInsights";

function watch(site: Site): void {
  const on = (name: string, about: string, metric: string, more: { namespaced?: boolean }, limit: object) =>
    alarm(site, `${site.prefix}${name}`, site.topicArn, {
      about: `${about}, ${site.region}`,
      namespace: insights,
      metric,
      dimensions: {
        ClusterName: site.cluster.name,
        ...(more.namespaced ? { Namespace: appNamespace, Service: "app" } : {}),
      },
      ...limit,
    });
  on("nodes-failed", "a node of the cluster does not work", "cluster_failed_node_count", {}, { above: 0 });
  on(
    "pods-few",
    "fewer replicas of the app run than the size's least",
    "service_number_of_running_pods",
    { namespaced: true },
    { below: site.plan.app.detail.minReplicas, periods: 10, silenceIsBad: true },
  );
}

const ofPods = ({ region, cluster }: Site): Graph => ({
  title: `CPU of the app, ${region}`,
  metrics: [
    [insights, "pod_cpu_utilization_over_pod_limit", "ClusterName", cluster.name, "Namespace", appNamespace],
    [insights, "pod_cpu_utilization", "ClusterName", cluster.name, "Namespace", appNamespace],
  ],
  stat: "Average",
  region,
});

function ofDatabase({ region }: Site, database: Database | undefined): Graph[] {
  const cluster = database?.clusters.get(region);
  if (!cluster) return [];
  const graph = (title: string, metric: string, stat: Graph["stat"]): Graph => ({
    title: `${title}, ${region}`,
    metrics: [["AWS/RDS", metric, "DBClusterIdentifier", cluster.identifier]],
    stat,
    region,
  });
  return [
    graph("CPU of the database", "CPUUtilization", "Average"),
    graph("Lag of the database, ms", "AuroraGlobalDBReplicationLag", "Maximum"),
  ];
}
