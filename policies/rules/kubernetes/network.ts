import type { Rule } from "../../model.ts";
import { one, pod, workloads } from "./workload.ts";

interface Peer {
  readonly ipBlock?: { readonly cidr?: string; readonly except?: readonly string[] };
}
interface Rules {
  readonly ingress?: readonly { readonly from?: readonly Peer[] }[];
  readonly egress?: readonly { readonly to?: readonly Peer[] }[];
}

const everywhere: ReadonlySet<unknown> = new Set(["0.0.0.0/0", "::/0"]);
const policy = (spec: Rules) => ({ spec });

/** Who speaks with whom inside a cluster, and with whose rights. */
export const clusterNetwork: readonly Rule[] = [
  {
    id: "network-policy-narrow",
    types: ["kubernetes:networking.k8s.io/v1:NetworkPolicy"],
    must: "pods are reached from named places, and reach the internet without the networks inside",
    why: "an intruder would reach the node's credentials and everything beside the app",
    mend: "name the CIDR, or leave the private networks and 169.254.169.254 out with except",
    severity: "high",
    controls: [],
    check: (see) => {
      // the API's own shape
      const { ingress = [], egress = [] } = (see.at("spec") ?? {}) as Rules;
      const open = ingress
        .flatMap(({ from = [] }) => from)
        .some(({ ipBlock }) => everywhere.has(ipBlock?.cidr));
      if (open) return "ingress is from everywhere";
      const out = egress
        .flatMap(({ to = [] }) => to)
        .some(({ ipBlock }) => everywhere.has(ipBlock?.cidr) && (ipBlock?.except ?? []).length === 0);
      return out ? "egress is to everywhere, the networks inside too" : undefined;
    },
    good: [
      policy({ ingress: [{ from: [{ ipBlock: { cidr: "10.0.0.0/16" } }] }] }),
      policy({ egress: [{ to: [{ ipBlock: { cidr: "0.0.0.0/0", except: ["10.0.0.0/8"] } }] }] }),
    ],
    bad: [
      policy({ ingress: [{ from: [{ ipBlock: { cidr: "0.0.0.0/0" } }] }] }),
      policy({ egress: [{ to: [{ ipBlock: { cidr: "0.0.0.0/0" } }] }] }),
    ],
  },
  {
    id: "account-no-token",
    types: ["kubernetes:core/v1:ServiceAccount"],
    must: "an account hands out no token by itself",
    why: "a pod that forgets to say no would have one",
    mend: "set automountServiceAccountToken: false",
    severity: "medium",
    controls: ["CIS Kubernetes 5.1.6"],
    check: (see) =>
      see.at("automountServiceAccountToken") === false
        ? undefined
        : "automountServiceAccountToken is not false",
    good: [{ automountServiceAccountToken: false }],
    bad: [{}, { automountServiceAccountToken: true }],
  },
  {
    id: "pod-no-service-links",
    types: workloads,
    must: "a pod is not told of every service beside it",
    why: "it is a map of the cluster, in the environment of each process",
    mend: "set enableServiceLinks: false",
    severity: "low",
    controls: [],
    check: pod(({ enableServiceLinks }) =>
      enableServiceLinks === false ? undefined : "enableServiceLinks is not false",
    ),
    good: [one({}, { enableServiceLinks: false })],
    bad: [one()],
  },
  {
    id: "namespace-told",
    types: ["kubernetes:core/v1:Namespace"],
    must: "a namespace warns of, and audits, what is not restricted",
    why: "a pod that is refused later says nothing to whoever made it",
    mend: "set pod-security.kubernetes.io/warn and audit to restricted",
    severity: "low",
    controls: ["PSS restricted"],
    check: (see) => {
      const labels = (see.at("metadata.labels") ?? {}) as Readonly<Record<string, unknown>>;
      const weak = ["warn", "audit"].find(
        (mode) => labels[`pod-security.kubernetes.io/${mode}`] !== "restricted",
      );
      return weak && `pod-security.kubernetes.io/${weak} is not restricted`;
    },
    good: [
      {
        metadata: {
          labels: {
            "pod-security.kubernetes.io/warn": "restricted",
            "pod-security.kubernetes.io/audit": "restricted",
          },
        },
      },
    ],
    bad: [{ metadata: {} }],
  },
  {
    id: "eks-network-policies-hold",
    types: ["aws:eks/addon:Addon"],
    must: "the cluster's network keeps to its policies",
    why: "without it they are read, and nothing is refused",
    mend: 'set configurationValues.enableNetworkPolicy: "true" for vpc-cni',
    severity: "high",
    controls: ["CIS EKS 4.3.1"],
    check: (see) => {
      if (see.at("addonName") !== "vpc-cni") return undefined;
      const said = see.json("configurationValues") as { enableNetworkPolicy?: unknown } | undefined;
      return String(said?.enableNetworkPolicy) === "true" ? undefined : "enableNetworkPolicy is not true";
    },
    good: [
      { addonName: "vpc-cni", configurationValues: '{"enableNetworkPolicy":"true"}' },
      { addonName: "coredns" },
    ],
    bad: [{ addonName: "vpc-cni" }, { addonName: "vpc-cni", configurationValues: "{}" }],
  },
];
