import type { Rule } from "../../model.ts";

/** Namespaces, rights and services. CIS: the Kubernetes Benchmark, section 5. */
export const cluster: readonly Rule[] = [
  {
    id: "namespace-restricted",
    types: ["kubernetes:core/v1:Namespace"],
    must: "a namespace lets in restricted pods alone",
    why: "the next pod may be anything",
    mend: 'set the label pod-security.kubernetes.io/enforce: "restricted"',
    severity: "high",
    controls: ["PSS restricted", "CIS Kubernetes 5.2.1"],
    check: (see) => {
      const level = (see.at("metadata.labels") as Readonly<Record<string, unknown>> | undefined)?.[
        "pod-security.kubernetes.io/enforce"
      ];
      return level === "restricted"
        ? undefined
        : `pod-security.kubernetes.io/enforce is ${level ?? "not set"}`;
    },
    good: [{ metadata: { labels: { "pod-security.kubernetes.io/enforce": "restricted" } } }],
    bad: [{ metadata: {} }, { metadata: { labels: { "pod-security.kubernetes.io/enforce": "privileged" } } }],
  },
  {
    id: "rbac-no-wildcards",
    types: [
      "kubernetes:rbac.authorization.k8s.io/v1:Role",
      "kubernetes:rbac.authorization.k8s.io/v1:ClusterRole",
    ],
    must: "no role may do everything, nor everything with everything",
    why: "whoever has it owns the cluster",
    mend: "name verbs and resources",
    severity: "high",
    controls: ["CIS Kubernetes 5.1.3"],
    check: (see) => {
      const rules = see.list("rules") as readonly {
        verbs?: readonly string[];
        resources?: readonly string[];
      }[];
      return rules.some(({ verbs = [], resources = [] }) => verbs.includes("*") || resources.includes("*"))
        ? "a rule names *"
        : undefined;
    },
    good: [{ rules: [{ verbs: ["get"], resources: ["pods"] }] }],
    bad: [{ rules: [{ verbs: ["*"], resources: ["pods"] }] }],
  },
  {
    id: "rbac-no-admins",
    types: [
      "kubernetes:rbac.authorization.k8s.io/v1:ClusterRoleBinding",
      "kubernetes:rbac.authorization.k8s.io/v1:RoleBinding",
    ],
    must: "nobody is bound to cluster-admin",
    why: "it may do everything",
    mend: "bind a role that names what is needed",
    severity: "high",
    controls: ["CIS Kubernetes 5.1.1"],
    check: (see) => (see.at("roleRef.name") === "cluster-admin" ? "binds cluster-admin" : undefined),
    good: [{ roleRef: { name: "view" } }],
    bad: [{ roleRef: { name: "cluster-admin" } }],
  },
  {
    id: "service-not-public",
    types: ["kubernetes:core/v1:Service"],
    must: "services are reached through the ingress alone",
    why: "a load balancer or node port of their own stands beside the firewall",
    mend: 'set type: "ClusterIP"',
    severity: "high",
    controls: [],
    check: (see) =>
      ["LoadBalancer", "NodePort"].includes(String(see.at("spec.type")))
        ? `type is ${see.at("spec.type")}`
        : undefined,
    good: [{ spec: {} }, { spec: { type: "ClusterIP" } }],
    bad: [{ spec: { type: "LoadBalancer" } }, { spec: { type: "NodePort" } }],
  },
];
