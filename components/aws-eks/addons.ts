import * as pulumi from "@pulumi/pulumi";
import { child, made } from "../aws/here.ts";
import { cloudwatch, eks } from "../aws/sdk.ts";
import type { Bare } from "./cluster.ts";
import type { Place } from "./eks.ts";
import { core, helm, restrictedLabels } from "./kubernetes.ts";
import { podIdentity, podRole } from "./podRole.ts";
import { readable } from "./secrets.ts";

/** Where charts come from, and which: both by their own projects. */
const charts = {
  secrets: { repo: "https://charts.external-secrets.io", chart: "external-secrets", version: "2.0.0" },
  targets: {
    repo: "https://aws.github.io/eks-charts",
    chart: "aws-load-balancer-controller",
    version: "1.13.4",
  },
} as const;

/** The namespace of External Secrets, and the account by which it reads. */
export const secretsReader = { namespace: "external-secrets", serviceAccount: "external-secrets" } as const;

/** An add-on in the version that EKS holds for the cluster's own; kept until the cluster's changes. */
function addon(
  place: Place,
  { name: clusterName }: Bare,
  addonName: string,
  dependsOn: readonly pulumi.Resource[],
  more: Partial<ConstructorParameters<typeof eks.Addon>[1]> = {},
) {
  const name = `${place.prefix}${addonName}`;
  return new eks.Addon(
    name,
    {
      ...made(place, name),
      clusterName,
      addonName,
      resolveConflictsOnCreate: "OVERWRITE",
      resolveConflictsOnUpdate: "OVERWRITE",
      ...more,
    },
    { ...child(place), dependsOn: [...dependsOn] },
  );
}

/** What a managed node needs to get ready; in auto mode it is part of the node. */
export function networkAddons(place: Place, cluster: Bare): pulumi.Resource[] {
  const cni = podRole(place, "cni", { managed: "arn:aws:iam::aws:policy/AmazonEKS_CNI_Policy" });
  const identity = addon(place, cluster, "eks-pod-identity-agent", []);
  return [
    identity,
    addon(place, cluster, "kube-proxy", []),
    addon(place, cluster, "vpc-cni", [identity, cni.granted], {
      configurationValues: JSON.stringify({ enableNetworkPolicy: "true" }),
      podIdentityAssociations: [{ serviceAccount: "aws-node", roleArn: cni.arn }],
    }),
  ];
}

/**
 * What runs on the nodes for all: names, measures for autoscaling, Container Insights, secrets from outside, and who
 * tells the load balancer where the app's pods are.
 * @returns all that the app's own pods must wait for
 */
export function addons(place: Place, cluster: Bare, nodes: readonly pulumi.Resource[]): pulumi.Resource[] {
  const managed = place.plan.app.detail.nodes.mode === "managed";
  const insights = podRole(place, "insights", {
    managed: "arn:aws:iam::aws:policy/CloudWatchAgentServerPolicy",
  });
  const base = [...nodes, ...(managed ? [addon(place, cluster, "coredns", nodes)] : [])];
  return [
    ...base,
    addon(place, cluster, "metrics-server", base),
    addon(
      place,
      cluster,
      "amazon-cloudwatch-observability",
      [...base, insights.granted, ...logs(place, cluster)],
      {
        podIdentityAssociations: [{ serviceAccount: "cloudwatch-agent", roleArn: insights.arn }],
      },
    ),
    externalSecrets(place, cluster, base),
    targetRegistrar(place, cluster, base),
  ];
}

const insightsOf = (cluster: pulumi.Input<string>, part: string): pulumi.Output<string> =>
  pulumi.interpolate`/aws/containerinsights/${cluster}/${part}`;

/** The group that holds what the pods of a cluster say. */
export const podLogs = (cluster: pulumi.Input<string>): pulumi.Output<string> =>
  insightsOf(cluster, "application");

/** Container Insights' log groups: made before, they have an end. */
const logs = (place: Place, { name }: Bare): pulumi.Resource[] =>
  ["application", "dataplane", "host", "performance"].map(
    (part) =>
      new cloudwatch.LogGroup(
        `${place.prefix}insights-${part}`,
        {
          ...made(place, `${place.prefix}insights-${part}`),
          name: insightsOf(name, part),
          retentionInDays: place.plan.alerts.detail.logDays,
        },
        child(place),
      ),
  );

/** Brings secrets from Secrets Manager into the cluster. */
function externalSecrets(place: Place, cluster: Bare, after: readonly pulumi.Resource[]) {
  const { namespace, serviceAccount } = secretsReader;
  const options = { parent: place.stage, provider: cluster.provider, dependsOn: [...after] };
  // Before its pods: a role is given to a pod when it starts.
  const identity = podIdentity(place, "secrets", cluster.name, secretsReader, readable(place));
  const home = new core.Namespace(
    `${place.prefix}external-secrets`,
    { metadata: { name: namespace, labels: restrictedLabels } },
    options,
  );
  return release(
    place,
    "external-secrets",
    namespace,
    charts.secrets,
    { ...options, dependsOn: [home, identity] },
    {
      installCRDs: true,
      replicaCount: 2,
      serviceAccount: { create: true, name: serviceAccount },
      podDisruptionBudget: { enabled: true, minAvailable: 1 },
    },
  );
}

/**
 * AWS's load balancer controller, for one task: to keep the target group at the addresses of the app's pods. It makes no
 * load balancer, and so may not.
 */
function targetRegistrar(place: Place, cluster: Bare, after: readonly pulumi.Resource[]) {
  const account = { namespace: "kube-system", serviceAccount: "aws-load-balancer-controller" };
  const identity = podIdentity(place, "targets", cluster.name, account, [
    {
      Effect: "Allow",
      Action: [
        "ec2:DescribeAvailabilityZones",
        "ec2:DescribeInstances",
        "ec2:DescribeNetworkInterfaces",
        "ec2:DescribeSecurityGroups",
        "ec2:DescribeSubnets",
        "ec2:DescribeVpcs",
        "elasticloadbalancing:DescribeTargetGroups",
        "elasticloadbalancing:DescribeTargetGroupAttributes",
        "elasticloadbalancing:DescribeTargetHealth",
      ],
      Resource: "*",
    },
    {
      Effect: "Allow",
      Action: ["elasticloadbalancing:RegisterTargets", "elasticloadbalancing:DeregisterTargets"],
      Resource: pulumi.interpolate`arn:aws:elasticloadbalancing:${place.region}:${place.account}:targetgroup/*`,
      Condition: {
        StringEquals: {
          "aws:ResourceTag/app": place.context.spec.name,
          "aws:ResourceTag/stack": place.context.stack,
        },
      },
    },
  ]);
  const options = { parent: place.stage, provider: cluster.provider, dependsOn: [...after, identity] };
  return release(place, "targets", account.namespace, charts.targets, options, {
    clusterName: cluster.name,
    region: place.region,
    vpcId: place.network.vpc.id,
    replicaCount: 2,
    serviceAccount: { create: true, name: account.serviceAccount },
    createIngressClassResource: false,
    enableServiceMutatorWebhook: false,
    enableShield: false,
    enableWaf: false,
    enableWafv2: false,
    podDisruptionBudget: { maxUnavailable: 1 },
  });
}

const release = (
  place: Place,
  part: string,
  namespace: string,
  { repo, chart, version }: (typeof charts)[keyof typeof charts],
  options: pulumi.CustomResourceOptions,
  values: Readonly<Record<string, unknown>>,
) =>
  new helm.Release(
    `${place.prefix}${part}`,
    // One that did not get ready is taken back, and `up` fails.
    { name: part, namespace, chart, version, repositoryOpts: { repo }, atomic: true, timeout: 600, values },
    options,
  );
