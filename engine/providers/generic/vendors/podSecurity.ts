import type { Values } from "../store.ts";
import { isObject } from "../values.ts";

/** Volumes of the restricted standard. */
const volumes = new Set([
  "configMap",
  "csi",
  "downwardAPI",
  "emptyDir",
  "ephemeral",
  "persistentVolumeClaim",
  "projected",
  "secret",
]);

const object = (value: unknown): Values => (isObject(value) ? value : {});
const list = (value: unknown): Values[] => (Array.isArray(value) ? value.filter(isObject) : []);

/** The pod that a workload makes, if it makes any. */
export function podOf(type: string, inputs: Values): Values | undefined {
  const spec = object(inputs.spec);
  if (/:(Deployment|StatefulSet|DaemonSet|ReplicaSet|Job)$/.test(type)) return object(spec.template);
  if (/:CronJob$/.test(type)) return object(object(object(spec.jobTemplate).spec).template);
  return /:v1:Pod$/.test(type) ? inputs : undefined;
}

/**
 * What a namespace that enforces the restricted standard would refuse of a pod. The API itself takes the workload and
 * refuses its pods later; here it is said at once.
 * Source: kubernetes.io/docs/concepts/security/pod-security-standards, "Restricted" (2026-11).
 */
export function beyondRestricted(pod: Values): string[] {
  const spec = object(pod.spec);
  const whole = object(spec.securityContext);
  const wrong: string[] = [];
  for (const shared of ["hostNetwork", "hostPID", "hostIPC"])
    if (spec[shared] === true) wrong.push(`${shared} is on`);
  for (const volume of list(spec.volumes))
    for (const kind of Object.keys(volume))
      if (kind !== "name" && !volumes.has(kind)) wrong.push(`a volume is a ${kind}`);
  const containers = ["containers", "initContainers", "ephemeralContainers"].flatMap((key) =>
    list(spec[key]),
  );
  for (const container of containers) {
    const own = object(container.securityContext);
    const at = `container "${String(container.name)}"`;
    const profile = object(own.seccompProfile ?? whole.seccompProfile).type;
    const capabilities = object(own.capabilities);
    if (own.privileged === true) wrong.push(`${at} is privileged`);
    if (own.allowPrivilegeEscalation !== false) wrong.push(`${at} may gain privileges`);
    if ((own.runAsNonRoot ?? whole.runAsNonRoot) !== true) wrong.push(`${at} may run as root`);
    if ((own.runAsUser ?? whole.runAsUser) === 0) wrong.push(`${at} runs as root`);
    if (!(Array.isArray(capabilities.drop) && capabilities.drop.includes("ALL")))
      wrong.push(`${at} keeps capabilities`);
    if (Array.isArray(capabilities.add) && capabilities.add.some((name) => name !== "NET_BIND_SERVICE"))
      wrong.push(`${at} adds capabilities`);
    if (profile !== "RuntimeDefault" && profile !== "Localhost") wrong.push(`${at} has no seccomp profile`);
    for (const port of list(container.ports))
      if (typeof port.hostPort === "number" && port.hostPort !== 0)
        wrong.push(`${at} takes a port of the host`);
  }
  return wrong;
}
