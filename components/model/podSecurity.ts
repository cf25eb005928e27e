/**
 * Kubernetes's restricted Pod Security Standard, control by control, on a pod's `spec`.
 * Source: kubernetes.io/docs/concepts/security/pod-security-standards, "Restricted" (2026-11).
 */

export interface SecurityContext {
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

export interface Container {
  readonly name?: string;
  readonly image?: string;
  readonly securityContext?: SecurityContext;
  readonly resources?: {
    readonly requests?: Readonly<Record<string, unknown>>;
    readonly limits?: Readonly<Record<string, unknown>>;
  };
  readonly livenessProbe?: unknown;
  readonly readinessProbe?: unknown;
  readonly env?: readonly { readonly name?: string; readonly value?: unknown }[];
  readonly ports?: readonly { readonly hostPort?: number }[];
}

export interface Pod {
  readonly containers?: readonly Container[];
  readonly initContainers?: readonly Container[];
  readonly ephemeralContainers?: readonly Container[];
  readonly securityContext?: SecurityContext;
  readonly hostNetwork?: boolean;
  readonly hostPID?: boolean;
  readonly hostIPC?: boolean;
  readonly automountServiceAccountToken?: boolean;
  readonly enableServiceLinks?: boolean;
  readonly serviceAccountName?: string;
  readonly volumes?: readonly Readonly<Record<string, unknown>>[];
  readonly topologySpreadConstraints?: readonly unknown[];
}

/** @returns what is wrong with a pod, one clause; undefined where nothing is */
export type PodCheck = (pod: Pod) => string | undefined;

/** The same of each container, those that run first included. */
export const ofContainers =
  (wrong: (container: Container, pod: Pod) => string | undefined): PodCheck =>
  (pod) => {
    const { containers = [], initContainers = [], ephemeralContainers = [] } = pod;
    for (const one of [...containers, ...initContainers, ...ephemeralContainers]) {
      const what = wrong(one, pod);
      if (what) return `container ${one.name ?? "without a name"}: ${what}`;
    }
    return undefined;
  };

const volumeKinds: ReadonlySet<string> = new Set([
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
const safeSysctls =
  /^(kernel\.shm_rmid_forced|net\.ipv4\.(ip_local_port_range|ip_unprivileged_port_start|tcp_syncookies|ping_group_range|ip_local_reserved_ports|tcp_(keepalive_time|fin_timeout|keepalive_intvl|keepalive_probes)))$/;

export const restricted = {
  "own-namespaces": (pod) => {
    const shared = (["hostNetwork", "hostPID", "hostIPC"] as const).find((key) => pod[key]);
    return shared && `${shared} is true`;
  },
  "not-privileged": ofContainers(({ securityContext }) =>
    securityContext?.privileged ? "is privileged" : undefined,
  ),
  "capabilities-dropped": ofContainers(({ securityContext }) => {
    const { add = [], drop = [] } = securityContext?.capabilities ?? {};
    const more = add.find((name) => name !== "NET_BIND_SERVICE");
    return more ? `adds ${more}` : drop.includes("ALL") ? undefined : "drops no capabilities";
  }),
  "no-host-paths": ({ volumes = [] }) => {
    const kind = volumes.flatMap((volume) => Object.keys(volume)).find((name) => !volumeKinds.has(name));
    return kind && `mounts a ${kind}`;
  },
  "no-host-ports": ofContainers(({ ports = [] }) =>
    ports.some(({ hostPort }) => hostPort) ? "takes a hostPort" : undefined,
  ),
  "proc-masked": ofContainers(({ securityContext }) =>
    securityContext?.procMount && securityContext.procMount !== "Default"
      ? `procMount is ${securityContext.procMount}`
      : undefined,
  ),
  "safe-sysctls": ({ securityContext }) => {
    const wrong = securityContext?.sysctls?.find(({ name }) => !safeSysctls.test(name));
    return wrong && `sets ${wrong.name}`;
  },
  "no-escalation": ofContainers(({ securityContext }) =>
    securityContext?.allowPrivilegeEscalation === false ? undefined : "allowPrivilegeEscalation is not false",
  ),
  "non-root": ofContainers(({ securityContext }, { securityContext: whole }) => {
    if ((securityContext?.runAsUser ?? whole?.runAsUser) === 0) return "runs as user 0";
    return (securityContext?.runAsNonRoot ?? whole?.runAsNonRoot) === true
      ? undefined
      : "runAsNonRoot is not true";
  }),
  seccomp: ofContainers(({ securityContext }, { securityContext: whole }) => {
    const type = (securityContext?.seccompProfile ?? whole?.seccompProfile)?.type;
    return type === "RuntimeDefault" || type === "Localhost"
      ? undefined
      : `seccompProfile is ${type ?? "not set"}`;
  }),
  "selinux-plain": ofContainers(({ securityContext }) =>
    securityContext?.seLinuxOptions?.user || securityContext?.seLinuxOptions?.role
      ? "sets SELinux's user or role"
      : undefined,
  ),
} as const satisfies Readonly<Record<string, PodCheck>>;

/** Everything that a namespace which enforces the standard would refuse of a pod. */
export const beyondRestricted = (pod: Pod): string[] =>
  Object.values<PodCheck>(restricted).flatMap((wrong) => wrong(pod) ?? []);
