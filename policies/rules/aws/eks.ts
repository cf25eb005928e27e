import { all, atLeast, given, is, lasting, type Rule, some } from "../../model.ts";

const cluster = "aws:eks/cluster:Cluster";

/** EKS's oldest version under standard support (docs: EKS Kubernetes versions, 2026-11; raised as they end). */
const oldest = 32;

/** Controls: AWS Foundational Security Best Practices, EKS (docs.aws.amazon.com/securityhub, 2026). */
export const eks: readonly Rule[] = [
  {
    id: "eks-private-endpoint",
    types: [cluster],
    must: "the cluster's API is not the whole internet's",
    why: "every scanner could try it",
    mend: "set vpcConfig.endpointPublicAccess: false, or publicAccessCidrs",
    severity: "high",
    controls: ["FSBP EKS.1", "CIS EKS 5.4.2"],
    check: (see) => {
      if (see.at("vpcConfig.endpointPublicAccess") === false) return undefined;
      const from = see.list("vpcConfig.publicAccessCidrs");
      return from.length > 0 && !from.includes("0.0.0.0/0") ? undefined : "the endpoint is open to everyone";
    },
    good: [
      { vpcConfig: { endpointPublicAccess: false } },
      { vpcConfig: { publicAccessCidrs: ["203.0.113.0/24"] } },
    ],
    bad: [{ vpcConfig: {} }, { vpcConfig: { endpointPublicAccess: true, publicAccessCidrs: ["0.0.0.0/0"] } }],
  },
  {
    id: "eks-private-access",
    types: [cluster],
    must: "nodes reach the cluster's API inside the network",
    why: "else they go by the internet",
    mend: "set vpcConfig.endpointPrivateAccess: true",
    severity: "medium",
    controls: ["CIS EKS 5.4.1"],
    check: is("vpcConfig.endpointPrivateAccess", true),
    good: [{ vpcConfig: { endpointPrivateAccess: true } }],
    bad: [{ vpcConfig: {} }],
  },
  {
    id: "eks-version-supported",
    types: [cluster],
    must: "Kubernetes is a version under standard support",
    why: "no fixes, and extended support is billed six times as much",
    mend: `set version: "1.${oldest}" or newer`,
    severity: "high",
    controls: ["FSBP EKS.2"],
    check: (see) => {
      const minor = Number(String(see.at("version") ?? "").split(".")[1] ?? 0);
      return minor >= oldest ? undefined : `version is ${see.at("version") ?? "not set"}`;
    },
    good: [{ version: `1.${oldest}` }],
    bad: [{ version: "1.24" }, {}],
  },
  {
    id: "eks-secrets-encrypted",
    types: [cluster],
    must: "the cluster's secrets are encrypted with a key of the account's own",
    why: "they lie readable in its backups",
    mend: 'set encryptionConfig: { provider: { keyArn }, resources: ["secrets"] }',
    severity: "medium",
    controls: ["FSBP EKS.3", "CIS EKS 5.3.1"],
    check: all(given("encryptionConfig.provider.keyArn"), some("encryptionConfig.resources", "secrets")),
    good: [{ encryptionConfig: { provider: { keyArn: "arn" }, resources: ["secrets"] } }],
    bad: [{}, { encryptionConfig: { provider: { keyArn: "arn" }, resources: [] } }],
  },
  {
    id: "eks-audit-logs",
    types: [cluster],
    must: "what was asked of the cluster is logged",
    why: "after an intrusion nobody can say what was done",
    mend: 'set enabledClusterLogTypes: ["api", "audit", "authenticator"]',
    severity: "medium",
    controls: ["FSBP EKS.8", "CIS EKS 2.1.1"],
    check: (see) => {
      const on = see.list("enabledClusterLogTypes");
      const off = ["api", "audit", "authenticator"].find((name) => !on.includes(name));
      return off ? `${off} is not logged` : undefined;
    },
    good: [{ enabledClusterLogTypes: ["api", "audit", "authenticator", "scheduler"] }],
    bad: [{}, { enabledClusterLogTypes: ["api"] }],
  },
  {
    id: "eks-access-entries",
    types: [cluster],
    must: "who may do what in the cluster is said at AWS, not in a map inside",
    why: "one wrong line of the map locks everybody out, and its maker is an administrator for ever",
    mend: 'set accessConfig: { authenticationMode: "API", bootstrapClusterCreatorAdminPermissions: false }',
    severity: "medium",
    controls: [],
    check: is("accessConfig.authenticationMode", "API"),
    good: [{ accessConfig: { authenticationMode: "API" } }],
    bad: [{}, { accessConfig: { authenticationMode: "CONFIG_MAP" } }],
  },
  {
    id: "eks-deletion-protection",
    types: [cluster],
    must: "a cluster refuses to be deleted",
    why: "one wrong command and all that runs in it is gone",
    mend: "set deletionProtection: true",
    severity: "medium",
    controls: [],
    check: lasting(is("deletionProtection", true)),
    good: [{ deletionProtection: true }],
    bad: [{}],
  },
  {
    id: "eks-nodes-room",
    types: ["aws:eks/nodeGroup:NodeGroup"],
    must: "a node group has two nodes at the least",
    why: "a node that fails takes the app along",
    mend: "set scalingConfig.minSize: 2 or more",
    severity: "medium",
    controls: [],
    check: atLeast("scalingConfig.minSize", 2),
    good: [{ scalingConfig: { minSize: 2 } }],
    bad: [{ scalingConfig: { minSize: 1 } }, {}],
  },
];
