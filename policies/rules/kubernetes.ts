import type { Check, Rule, See } from "../model.ts";

interface Container {
  readonly name?: string;
  readonly image?: string;
  readonly securityContext?: SecurityContext;
  readonly resources?: {
    readonly requests?: Readonly<Record<string, unknown>>;
    readonly limits?: Readonly<Record<string, unknown>>;
  };
  readonly livenessProbe?: unknown;
  readonly readinessProbe?: unknown;
  readonly env?: readonly { readonly name?: string; readonly value?: string }[];
  readonly ports?: readonly { readonly hostPort?: number }[];
}

interface SecurityContext {
  readonly privileged?: boolean;
  readonly allowPrivilegeEscalation?: boolean;
  readonly runAsNonRoot?: boolean;
  readonly runAsUser?: number;
  readonly readOnlyRootFilesystem?: boolean;
  readonly capabilities?: { readonly add?: readonly string[]; readonly drop?: readonly string[] };
  readonly seccompProfile?: { readonly type?: string };
  readonly procMount?: string;
  readonly seLinuxOptions?: { readonly user?: string; readonly role?: string };
  readonly sysctls?: readonly { readonly name: string }[];
}

interface Pod {
  readonly containers?: readonly Container[];
  readonly initContainers?: readonly Container[];
  readonly securityContext?: SecurityContext;
  readonly hostNetwork?: boolean;
  readonly hostPID?: boolean;
  readonly hostIPC?: boolean;
  readonly automountServiceAccountToken?: boolean;
  readonly serviceAccountName?: string;
  readonly volumes?: readonly Readonly<Record<string, unknown>>[];
  readonly topologySpreadConstraints?: readonly unknown[];
}

const deployment = "kubernetes:apps/v1:Deployment";
const workloads = [
  deployment,
  "kubernetes:apps/v1:StatefulSet",
  "kubernetes:apps/v1:DaemonSet",
  "kubernetes:batch/v1:Job",
  "kubernetes:batch/v1:CronJob",
  "kubernetes:core/v1:Pod",
];

/** The pod that a workload makes. */
function podOf(see: See): Pod | undefined {
  for (const path of ["spec.jobTemplate.spec.template.spec", "spec.template.spec"]) {
    const found = see.at(path);
    if (found) return found as Pod;
  }
  return see.at("spec") as Pod | undefined;
}

const pod =
  (wrong: (pod: Pod) => string | undefined): Check =>
  (see) => {
    const found = podOf(see);
    return found ? wrong(found) : "has no pod";
  };

const container = (wrong: (container: Container, pod: Pod) => string | undefined, alsoInit = true): Check =>
  pod((found) => {
    for (const one of [...(found.containers ?? []), ...(alsoInit ? (found.initContainers ?? []) : [])]) {
      const what = wrong(one, found);
      if (what) return `container ${one.name ?? "without a name"}: ${what}`;
    }
    return undefined;
  });

const deploys = (spec: Pod) => ({ spec: { template: { spec } } });
const one = (more: Container = {}, of: Pod = {}) =>
  deploys({ containers: [{ name: "app", ...more }], ...of });
const isLasting = (see: See) => !String(see.at("kind") ?? "").includes("Job") && !see.has("spec.jobTemplate");
const secretName = /(^|_)(PASSWORD|PASSWD|SECRET|TOKEN|API_?KEY|PRIVATE_?KEY|ACCESS_?KEY|CREDENTIALS?)(_|$)/i;

/** Volumes that the restricted standard lets in (kubernetes.io, Pod Security Standards v1.34, 2026). */
const volumeKinds = new Set([
  "configMap",
  "csi",
  "downwardAPI",
  "emptyDir",
  "ephemeral",
  "persistentVolumeClaim",
  "projected",
  "secret",
  "name",
]);
/** Sysctls that are safe to set (the same). */
const sysctls =
  /^(kernel\.shm_rmid_forced|net\.ipv4\.(ip_local_port_range|ip_unprivileged_port_start|tcp_syncookies|ping_group_range|ip_local_reserved_ports|tcp_(keepalive_time|fin_timeout|keepalive_intvl|keepalive_probes)))$/;

const pss = (
  id: string,
  must: string,
  why: string,
  mend: string,
  check: Check,
  good: Rule["good"],
  bad: Rule["bad"],
): Rule => ({
  id: `pod-${id}`,
  types: workloads,
  must,
  why,
  mend,
  severity: "high",
  controls: ["PSS restricted"],
  check,
  good,
  bad,
});

/** The restricted Pod Security Standard, control by control, and CIS Kubernetes section 5. */
export const kubernetes: readonly Rule[] = [
  pss(
    "own-namespaces",
    "a pod does not share its host's network, processes or memory",
    "it could read and signal everything on the host",
    "leave hostNetwork, hostPID and hostIPC out",
    pod(({ hostNetwork, hostPID, hostIPC }) =>
      hostNetwork
        ? "hostNetwork is true"
        : hostPID
          ? "hostPID is true"
          : hostIPC
            ? "hostIPC is true"
            : undefined,
    ),
    [one()],
    [one({}, { hostNetwork: true }), one({}, { hostPID: true }), one({}, { hostIPC: true })],
  ),
  pss(
    "not-privileged",
    "no container is privileged",
    "it would be root on its host",
    "leave privileged out",
    container(({ securityContext }) => (securityContext?.privileged ? "is privileged" : undefined)),
    [one()],
    [one({ securityContext: { privileged: true } })],
  ),
  pss(
    "capabilities-dropped",
    "containers have none of the kernel's special rights but to bind low ports",
    "each is a way out",
    'set capabilities.drop: ["ALL"]',
    container(({ securityContext }) => {
      const { add = [], drop = [] } = securityContext?.capabilities ?? {};
      const more = add.find((name) => name !== "NET_BIND_SERVICE");
      return more ? `adds ${more}` : drop.includes("ALL") ? undefined : "drops no capabilities";
    }),
    [one({ securityContext: { capabilities: { drop: ["ALL"] } } })],
    [one(), one({ securityContext: { capabilities: { drop: ["ALL"], add: ["SYS_ADMIN"] } } })],
  ),
  pss(
    "no-host-paths",
    "a pod mounts nothing of its host's",
    "what it writes there, the host runs",
    "use emptyDir, or a claim",
    pod(({ volumes = [] }) => {
      const kind = volumes.flatMap((volume) => Object.keys(volume)).find((name) => !volumeKinds.has(name));
      return kind ? `mounts a ${kind}` : undefined;
    }),
    [one({}, { volumes: [{ name: "tmp", emptyDir: {} }] })],
    [one({}, { volumes: [{ name: "x", hostPath: { path: "/" } }] })],
  ),
  pss(
    "no-host-ports",
    "containers take no port of the host's",
    "they could be reached around the load balancer",
    "leave hostPort out",
    container(({ ports = [] }) => (ports.some(({ hostPort }) => hostPort) ? "takes a hostPort" : undefined)),
    [one({ ports: [{}] })],
    [one({ ports: [{ hostPort: 80 }] })],
  ),
  pss(
    "proc-masked",
    "the kernel's files stay masked",
    "they tell of the host, and some can be written to",
    "leave procMount out",
    container(({ securityContext }) =>
      securityContext?.procMount && securityContext.procMount !== "Default"
        ? `procMount is ${securityContext.procMount}`
        : undefined,
    ),
    [one()],
    [one({ securityContext: { procMount: "Unmasked" } })],
  ),
  pss(
    "safe-sysctls",
    "only safe kernel settings are changed",
    "others are the whole host's",
    "leave the sysctl out",
    pod(({ securityContext }) => {
      const wrong = securityContext?.sysctls?.find(({ name }) => !sysctls.test(name));
      return wrong ? `sets ${wrong.name}` : undefined;
    }),
    [one({}, { securityContext: { sysctls: [{ name: "net.ipv4.tcp_syncookies" }] } })],
    [one({}, { securityContext: { sysctls: [{ name: "kernel.msgmax" }] } })],
  ),
  pss(
    "no-escalation",
    "processes cannot get more rights than they began with",
    "a program that runs as its owner is a way to root",
    "set allowPrivilegeEscalation: false",
    container(({ securityContext }) =>
      securityContext?.allowPrivilegeEscalation === false
        ? undefined
        : "allowPrivilegeEscalation is not false",
    ),
    [one({ securityContext: { allowPrivilegeEscalation: false } })],
    [one(), one({ securityContext: { allowPrivilegeEscalation: true } })],
  ),
  pss(
    "non-root",
    "containers do not run as root",
    "what gets out of the container is root outside",
    "set runAsNonRoot: true, for the pod or each container",
    container(({ securityContext }, { securityContext: whole }) => {
      if ((securityContext?.runAsUser ?? whole?.runAsUser) === 0) return "runs as user 0";
      return (securityContext?.runAsNonRoot ?? whole?.runAsNonRoot) === true
        ? undefined
        : "runAsNonRoot is not true";
    }),
    [one({ securityContext: { runAsNonRoot: true } }), one({}, { securityContext: { runAsNonRoot: true } })],
    [one(), one({ securityContext: { runAsNonRoot: true, runAsUser: 0 } })],
  ),
  pss(
    "seccomp",
    "containers may call what the runtime's own profile lets them",
    "most holes in the kernel are reached by calls that no app needs",
    'set seccompProfile.type: "RuntimeDefault"',
    container(({ securityContext }, { securityContext: whole }) => {
      const type = (securityContext?.seccompProfile ?? whole?.seccompProfile)?.type;
      return type === "RuntimeDefault" || type === "Localhost"
        ? undefined
        : `seccompProfile is ${type ?? "not set"}`;
    }),
    [one({}, { securityContext: { seccompProfile: { type: "RuntimeDefault" } } })],
    [one(), one({ securityContext: { seccompProfile: { type: "Unconfined" } } })],
  ),
  pss(
    "selinux-plain",
    "containers choose neither user nor role of SELinux",
    "they would be let through where others are not",
    "leave seLinuxOptions.user and role out",
    container(({ securityContext }) =>
      securityContext?.seLinuxOptions?.user || securityContext?.seLinuxOptions?.role
        ? "sets SELinux's user or role"
        : undefined,
    ),
    [one()],
    [one({ securityContext: { seLinuxOptions: { user: "system_u" } } })],
  ),
  {
    id: "pod-read-only-root",
    types: workloads,
    must: "containers cannot write to their own image",
    why: "what an intruder leaves there would be run",
    mend: "set readOnlyRootFilesystem: true, with an emptyDir for /tmp",
    severity: "medium",
    controls: ["CIS Kubernetes 5.2"],
    check: container(({ securityContext }) =>
      securityContext?.readOnlyRootFilesystem ? undefined : "its root can be written to",
    ),
    good: [one({ securityContext: { readOnlyRootFilesystem: true } })],
    bad: [one()],
  },
  {
    id: "pod-image-by-digest",
    types: workloads,
    must: "images are named by digest",
    why: "a tag may be another image on the node that pulls it tomorrow",
    mend: "name the image as registry/name@sha256:…",
    severity: "medium",
    controls: [],
    check: container(({ image }) =>
      image?.includes("@sha256:") ? undefined : `image ${image ?? "is not set"}`,
    ),
    good: [one({ image: "a@sha256:b" })],
    bad: [one({ image: "a:latest" }), one()],
  },
  {
    id: "pod-limits",
    types: workloads,
    must: "containers say what they need, and how much memory they may take",
    why: "one that grows takes the node's others with it",
    mend: "set resources.requests.cpu, requests.memory and limits.memory",
    severity: "medium",
    controls: [],
    check: container(({ resources }) =>
      resources?.requests?.cpu && resources.requests.memory && resources.limits?.memory
        ? undefined
        : "says neither need nor limit",
    ),
    good: [one({ resources: { requests: { cpu: "1", memory: "1Gi" }, limits: { memory: "1Gi" } } })],
    bad: [one(), one({ resources: { requests: { cpu: "1" } } })],
  },
  {
    id: "pod-probes",
    types: [deployment],
    must: "containers that serve are asked whether they live and are ready",
    why: "requests would go to one that cannot answer",
    mend: "set readinessProbe and livenessProbe",
    severity: "medium",
    controls: [],
    check: container(
      ({ readinessProbe, livenessProbe }) => (readinessProbe && livenessProbe ? undefined : "is not asked"),
      false,
    ),
    good: [one({ readinessProbe: {}, livenessProbe: {} })],
    bad: [one({ readinessProbe: {} }), one()],
  },
  {
    id: "pod-no-secrets-in-environment",
    types: workloads,
    must: "secrets come by reference, not as values",
    why: "whoever may read a deployment reads them",
    mend: "use valueFrom.secretKeyRef",
    severity: "critical",
    controls: ["CIS Kubernetes 5.4.1"],
    check: container(({ env = [] }) => {
      const found = env.find(({ name = "", value }) => secretName.test(name) && value);
      return found ? `${found.name} is in the environment` : undefined;
    }),
    good: [one({ env: [{ name: "PORT", value: "1" }, { name: "AUTH_SECRET" }] })],
    bad: [one({ env: [{ name: "AUTH_SECRET", value: "x" }] })],
  },
  {
    id: "pod-own-account",
    types: workloads,
    must: "a pod has an account of its own",
    why: "the default one's rights are whatever anybody once gave it",
    mend: "set serviceAccountName",
    severity: "medium",
    controls: ["CIS Kubernetes 5.1.5"],
    check: pod(({ serviceAccountName }) =>
      serviceAccountName && serviceAccountName !== "default" ? undefined : "uses the default account",
    ),
    good: [one({}, { serviceAccountName: "app" })],
    bad: [one(), one({}, { serviceAccountName: "default" })],
  },
  {
    id: "pod-no-token",
    types: workloads,
    must: "a pod that does not speak to the cluster has no token for it",
    why: "an intruder in the app would speak to it",
    mend: "set automountServiceAccountToken: false",
    severity: "medium",
    controls: ["CIS Kubernetes 5.1.6"],
    check: pod(({ automountServiceAccountToken }) =>
      automountServiceAccountToken === false ? undefined : "has a token of the cluster",
    ),
    good: [one({}, { automountServiceAccountToken: false })],
    bad: [one()],
  },
  {
    id: "deployment-spread",
    types: [deployment],
    must: "replicas are two at the least, spread over zones",
    why: "a node or zone that fails takes them all",
    mend: "set replicas (or an autoscaler) and topologySpreadConstraints",
    severity: "medium",
    controls: [],
    check: (see, subject) => {
      if (!isLasting(see)) return undefined;
      const replicas = see.at("spec.replicas");
      if (replicas !== undefined && Number(replicas) < 2) return `replicas is ${replicas}`;
      return pod(({ topologySpreadConstraints = [] }) =>
        topologySpreadConstraints.length > 0 ? undefined : "has no topologySpreadConstraints",
      )(see, subject);
    },
    good: [one({}, { topologySpreadConstraints: [{}] })],
    bad: [one(), { spec: { replicas: 1, template: { spec: { topologySpreadConstraints: [{}] } } } }],
  },
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
