import type * as pulumi from "@pulumi/pulumi";
import { useOf } from "../aws/bucket.ts";
import type { Edge } from "./edge.ts";
import type { Site } from "./eks.ts";
import {
  appNamespace,
  apps,
  autoscaling,
  inside,
  labelsOf,
  metadata,
  policy as policies,
} from "./kubernetes.ts";
import { podIdentity } from "./podRole.ts";
import { type PodOptions, podOf } from "./pods.ts";
import type { Buckets } from "./storage.ts";

/** What the load balancer takes to notice that a pod is leaving, in seconds. */
const leavingSeconds = 15;

/** The app's own rights in AWS: its buckets, and nothing else. @returns what its pods must wait for */
export function appRights(site: Site, buckets: Buckets): pulumi.Resource[] {
  const all = Object.values(buckets);
  if (all.length === 0) return [];
  const account = { namespace: appNamespace, serviceAccount: "app" };
  return [podIdentity(site, "app", site.cluster.name, account, useOf(all, site.keys.data))];
}

/**
 * The app in one region: a rollout that adds before it takes away and fails when pods do not get ready, spread over
 * zones, scaled by CPU between the size's least and most, never more than one pod at a time taken by maintenance.
 */
export function app(
  site: Site,
  told: Pick<PodOptions, "variables" | "secrets" | "image">,
  gate: Edge,
  after: readonly pulumi.Resource[],
) {
  const { minReplicas, maxReplicas } = site.plan.app.detail;
  const name = `${site.prefix}app`;
  const patience = `${Math.max(10, site.context.healthTimeoutMinutes)}m`;
  const selector = { matchLabels: labelsOf(site, "app") };
  const deployment = new apps.Deployment(
    name,
    {
      metadata: metadata(site, "app", "app"),
      spec: {
        // How many there are is the autoscaler's business.
        selector,
        revisionHistoryLimit: 5,
        minReadySeconds: 5,
        progressDeadlineSeconds: Math.max(10, site.context.healthTimeoutMinutes) * 60,
        strategy: { type: "RollingUpdate", rollingUpdate: { maxSurge: 1, maxUnavailable: 0 } },
        template: podOf(site, { ...told, part: "app", args: ["serve"], ...ofServing(site) }),
      },
    },
    {
      ...inside(site),
      dependsOn: [...site.cluster.ready, gate.binding, ...after],
      customTimeouts: { create: patience, update: patience },
    },
  );
  const options = { ...inside(site), dependsOn: [deployment] };
  new autoscaling.HorizontalPodAutoscaler(
    name,
    {
      metadata: metadata(site, "app", "app"),
      spec: {
        scaleTargetRef: { apiVersion: "apps/v1", kind: "Deployment", name: "app" },
        minReplicas,
        maxReplicas,
        metrics: [
          {
            type: "Resource",
            resource: { name: "cpu", target: { type: "Utilization", averageUtilization: 60 } },
          },
        ],
        behavior: { scaleDown: { stabilizationWindowSeconds: 300 } },
      },
    },
    options,
  );
  new policies.PodDisruptionBudget(
    name,
    {
      metadata: metadata(site, "app", "app"),
      spec: { selector, maxUnavailable: 1, unhealthyPodEvictionPolicy: "AlwaysAllow" },
    },
    options,
  );
  return deployment;
}

/** Ports, probes, zones, and an end that loses no request. */
function ofServing(site: Site): Pick<PodOptions, "restartPolicy" | "graceSeconds" | "container" | "pod"> {
  const { port, health, drainSeconds } = site.context.spec.container;
  const probe = (path: string, periodSeconds: number, failureThreshold: number) => ({
    httpGet: { path, port: "http" },
    periodSeconds,
    failureThreshold,
    timeoutSeconds: 5,
  });
  const spread = (topologyKey: string, whenUnsatisfiable: "DoNotSchedule" | "ScheduleAnyway") => ({
    topologyKey,
    whenUnsatisfiable,
    maxSkew: 1,
    labelSelector: { matchLabels: labelsOf(site, "app") },
    matchLabelKeys: ["pod-template-hash"],
    nodeTaintsPolicy: "Honor",
  });
  return {
    restartPolicy: "Always",
    graceSeconds: leavingSeconds + drainSeconds + 15,
    pod: {
      topologySpreadConstraints: [
        spread("topology.kubernetes.io/zone", "DoNotSchedule"),
        spread("kubernetes.io/hostname", "ScheduleAnyway"),
      ],
    },
    container: {
      ports: [{ name: "http", containerPort: port, protocol: "TCP" }],
      startupProbe: probe(health.live, 2, 60),
      livenessProbe: probe(health.live, 10, 3),
      readinessProbe: probe(health.ready, 5, 2),
      lifecycle: { preStop: { sleep: { seconds: leavingSeconds } } },
    },
  };
}
