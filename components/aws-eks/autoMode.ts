import { child, policy } from "../aws/here.ts";
import { iam } from "../aws/sdk.ts";
import type { Bare, NodeRole } from "./cluster.ts";
import type { Place } from "./eks.ts";
import { apiextensions } from "./kubernetes.ts";

/** What EKS must be allowed so as to run nodes by itself. EKS User Guide, "Auto Mode cluster IAM role" (2026-11). */
export const autoRights = [
  "AmazonEKSComputePolicy",
  "AmazonEKSBlockStoragePolicy",
  "AmazonEKSLoadBalancingPolicy",
  "AmazonEKSNetworkingPolicy",
] as const;

/** The managed policies let EKS set its own tags alone; ours go on what it starts as well. The same page. */
export function mayTagNodes(place: Place, role: NodeRole["role"]) {
  const own = "aws:RequestTag/eks:eks-cluster-name";
  const ofCluster = { [own]: `\${aws:PrincipalTag/eks:eks-cluster-name}` };
  const name = `${place.prefix}cluster-tags`;
  return new iam.RolePolicy(
    name,
    {
      role: role.id,
      policy: JSON.stringify(
        policy([
          {
            Sid: "Compute",
            Effect: "Allow",
            Action: ["ec2:CreateFleet", "ec2:RunInstances", "ec2:CreateLaunchTemplate"],
            Resource: "*",
            Condition: {
              StringEquals: ofCluster,
              StringLike: {
                "aws:RequestTag/eks:kubernetes-node-class-name": "*",
                "aws:RequestTag/eks:kubernetes-node-pool-name": "*",
              },
            },
          },
          {
            Sid: "Storage",
            Effect: "Allow",
            Action: ["ec2:CreateVolume", "ec2:CreateSnapshot"],
            Resource: ["arn:aws:ec2:*:*:volume/*", "arn:aws:ec2:*:*:snapshot/*"],
            Condition: { StringEquals: ofCluster },
          },
        ]),
      ),
    },
    child(place),
  );
}

/**
 * The app's nodes in auto mode: ARM, on demand, of the seventh generation or later, replaced after two weeks; emptied
 * ones go. EKS's own pool carries only what the cluster itself needs.
 */
export function nodePool(place: Place, cluster: Bare, { role, rights }: NodeRole, cores: number) {
  const options = { parent: place.stage, provider: cluster.provider };
  const metadata = { name: "app" };
  const nodeClass = new apiextensions.CustomResource(
    `${place.prefix}node-class`,
    {
      apiVersion: "eks.amazonaws.com/v1",
      kind: "NodeClass",
      metadata,
      spec: {
        role: role.name,
        subnetSelectorTerms: place.network.privateSubnets.map(({ id }) => ({ id })),
        securityGroupSelectorTerms: [{ id: cluster.securityGroupId }],
        // Namespaces say for themselves what may speak; the app's denies by default.
        networkPolicy: "DefaultAllow",
        networkPolicyEventLogs: "Enabled",
        ephemeralStorage: { size: "80Gi", iops: 3000, throughput: 125 },
        tags: { ...place.context.tags },
      },
    },
    { ...options, dependsOn: [...rights] },
  );
  const among = (key: string, ...values: string[]) => ({ key, operator: "In", values });
  return new apiextensions.CustomResource(
    `${place.prefix}node-pool`,
    {
      apiVersion: "karpenter.sh/v1",
      kind: "NodePool",
      metadata,
      spec: {
        template: {
          spec: {
            nodeClassRef: { group: "eks.amazonaws.com", kind: "NodeClass", name: metadata.name },
            requirements: [
              among("kubernetes.io/arch", "arm64"),
              among("karpenter.sh/capacity-type", "on-demand"),
              among("eks.amazonaws.com/instance-category", "c", "m", "r"),
              { key: "eks.amazonaws.com/instance-generation", operator: "Gt", values: ["6"] },
            ],
            expireAfter: "336h",
            terminationGracePeriod: "1h",
          },
        },
        limits: { cpu: String(cores) },
        disruption: {
          consolidationPolicy: "WhenEmptyOrUnderutilized",
          consolidateAfter: "5m",
          budgets: [{ nodes: "10%" }],
        },
      },
    },
    { ...options, dependsOn: [nodeClass] },
  );
}
