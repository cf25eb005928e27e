import * as aws from "@pulumi/aws";
import * as kubernetes from "@pulumi/kubernetes";

/** A cluster with what a review must know of it, as small as it goes. */
export default () => {
  const trust = (service: string) =>
    JSON.stringify({
      Version: "2012-10-17",
      Statement: [{ Effect: "Allow", Principal: { Service: service }, Action: "sts:AssumeRole" }],
    });
  const subnetIds = ["subnet-0a1b2c3d4e5f60718", "subnet-1a1b2c3d4e5f60718"];
  const role = new aws.iam.Role("cluster", { assumeRolePolicy: trust("eks.amazonaws.com") });
  const nodeRole = new aws.iam.Role("nodes", { assumeRolePolicy: trust("ec2.amazonaws.com") });
  const cluster = new aws.eks.Cluster("cluster", {
    name: "pulse-prod",
    roleArn: role.arn,
    version: "1.33",
    vpcConfig: { subnetIds, endpointPublicAccess: true, publicAccessCidrs: ["203.0.113.0/24"] },
    enabledClusterLogTypes: ["api", "audit"],
  });
  new aws.eks.NodeGroup("nodes", {
    clusterName: cluster.name,
    nodeGroupName: "workers",
    nodeRoleArn: nodeRole.arn,
    subnetIds,
    instanceTypes: ["m7g.large"],
    scalingConfig: { minSize: 3, maxSize: 9, desiredSize: 3 },
  });
  const namespace = new kubernetes.core.v1.Namespace("app", {
    metadata: { name: "pulse", labels: { "pod-security.kubernetes.io/warn": "restricted" } },
  });
  const within = { namespace: namespace.metadata.name };
  const labels = { app: "pulse" };
  new kubernetes.apps.v1.Deployment("app", {
    metadata: { ...within, name: "app" },
    spec: {
      replicas: 3,
      selector: { matchLabels: labels },
      template: {
        metadata: { labels },
        spec: {
          containers: [
            {
              name: "app",
              image: "ghcr.io/example/pulse@sha256:1111",
              securityContext: {
                runAsNonRoot: true,
                readOnlyRootFilesystem: true,
                privileged: false,
                allowPrivilegeEscalation: false,
                capabilities: { drop: ["ALL"] },
                seccompProfile: { type: "RuntimeDefault" },
              },
              resources: { limits: { memory: "512Mi" } },
            },
          ],
        },
      },
    },
  });
  new kubernetes.policy.v1.PodDisruptionBudget("app", {
    metadata: { ...within, name: "app" },
    spec: { minAvailable: 2, selector: { matchLabels: labels } },
  });
  new kubernetes.networking.v1.NetworkPolicy("deny", {
    metadata: { ...within, name: "deny" },
    spec: { podSelector: {}, policyTypes: ["Ingress"] },
  });
  new kubernetes.core.v1.PersistentVolumeClaim("reports", {
    metadata: { ...within, name: "reports" },
    spec: { accessModes: ["ReadWriteOnce"], resources: { requests: { storage: "20Gi" } } },
  });
};
