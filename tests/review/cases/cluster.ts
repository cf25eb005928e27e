import type { Group } from "../case.ts";

const program = "tests/review/programs/cluster.ts";
const edit = (find: string, put: string) => [{ file: program, find, put }];

/** Kubernetes and EKS. */
export const cluster: Group = {
  base: { program },
  cases: [
    {
      name: "the node group is renamed",
      edits: edit('nodeGroupName: "workers"', 'nodeGroupName: "general"'),
      verdict: "REVIEW",
      findings: [
        {
          rank: "downtime",
          rule: "nodes-replaced",
          resource: "nodes",
          path: "nodeGroupName",
          cause: program,
        },
      ],
    },
    {
      name: "the cluster is renamed",
      edits: edit('name: "pulse-prod"', 'name: "pulse-production"'),
      verdict: "BLOCK",
      findings: [
        { rank: "downtime", rule: "ground-replaced", resource: "cluster", path: "name", cause: program },
      ],
    },
    {
      name: "Kubernetes goes up one version",
      edits: edit('version: "1.33"', 'version: "1.34"'),
      verdict: "REVIEW",
      findings: [
        { rank: "downtime", rule: "cluster-upgrade", resource: "cluster", path: "version", cause: program },
      ],
    },
    {
      name: "Kubernetes skips a version",
      edits: edit('version: "1.33"', 'version: "1.35"'),
      verdict: "BLOCK",
      findings: [{ rank: "downtime", rule: "cluster-upgrade-refused", resource: "cluster" }],
    },
    {
      name: "the Kubernetes API is opened to the world",
      edits: edit('publicAccessCidrs: ["203.0.113.0/24"]', 'publicAccessCidrs: ["0.0.0.0/0"]'),
      verdict: "BLOCK",
      findings: [{ rank: "exposure", rule: "open-to-the-world", resource: "cluster", cause: program }],
    },
    {
      name: "another image in the cluster",
      edits: edit("pulse@sha256:1111", "pulse@sha256:2222"),
      verdict: "SAFE",
      findings: [],
    },
    {
      name: "more pods",
      edits: edit("replicas: 3", "replicas: 5"),
      verdict: "SAFE",
      findings: [],
    },
    {
      name: "fewer pods",
      edits: edit("replicas: 3", "replicas: 1"),
      verdict: "REVIEW",
      findings: [{ rank: "downtime", rule: "fewer-tasks", resource: "app", cause: program }],
    },
    {
      name: "a privileged pod",
      edits: edit("privileged: false", "privileged: true"),
      verdict: "BLOCK",
      findings: [{ rank: "exposure", rule: "container-hardening", resource: "app", cause: program }],
    },
    {
      name: "the network policy is taken away",
      edits: edit(
        '  new kubernetes.networking.v1.NetworkPolicy("deny", {\n    metadata: { ...within, name: "deny" },\n    spec: { podSelector: {}, policyTypes: ["Ingress"] },\n  });\n',
        "",
      ),
      verdict: "REVIEW",
      findings: [{ rank: "exposure", rule: "guard-deleted", resource: "deny", cause: program }],
    },
    {
      name: "the namespace is renamed",
      edits: edit('name: "pulse", labels', 'name: "pulse-app", labels'),
      verdict: "BLOCK",
      findings: [{ rank: "data loss", rule: "store-replaced", resource: "app", cause: program }],
    },
    {
      name: "the claim is shrunk",
      edits: edit('storage: "20Gi"', 'storage: "10Gi"'),
      verdict: "BLOCK",
      findings: [{ rank: "data loss", rule: "store-replaced", resource: "reports" }],
    },
  ],
};
