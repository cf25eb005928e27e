import {
  always,
  exposes,
  harmless,
  loses,
  type PropertyRule,
  rests,
  rule,
  stops,
  whenLess,
  whenOff,
  whenOn,
} from "../rule.ts";

const workload = /^kubernetes:apps\/v1:(Deployment|StatefulSet|DaemonSet)$/;
const pods =
  /^kubernetes:(apps\/v1:(Deployment|StatefulSet|DaemonSet)|batch\/v1:(Job|CronJob)|core\/v1:Pod)$/;

export const kubernetes: readonly PropertyRule[] = [
  rule(
    pods,
    /(privileged|allowPrivilegeEscalation|hostNetwork|hostPID|hostPath)/,
    whenOn(
      exposes.block([
        "container-hardening",
        "the pod may do on its node what it likes",
        "keep the restricted pod security standard",
      ]),
    ),
  ),
  rule(
    pods,
    /(runAsNonRoot|readOnlyRootFilesystem)$/,
    whenOff(
      exposes.review([
        "container-hardening",
        "the pod may do more on its node than before",
        "keep the restricted pod security standard",
      ]),
    ),
  ),
  rule(
    pods,
    /(capabilities|seccompProfile|runAsUser)/,
    always(
      exposes.review([
        "container-hardening",
        "what the pod may do on its node changes",
        "keep the restricted pod security standard",
      ]),
    ),
  ),
  rule(
    workload,
    /^spec\.replicas$/,
    whenLess(stops.review(["fewer-tasks", "fewer pods serve", "keep enough for a zone to fail"])),
  ),
  rule(workload, /^spec\.strategy/, ({ to }) =>
    to === "RollingUpdate"
      ? undefined
      : stops.review(["restart", "all pods stop before new ones start", "keep RollingUpdate"]),
  ),
  rule(
    workload,
    /resources\.(limits|requests)/,
    whenLess(
      stops.review([
        "less-room",
        "pods have less CPU or memory: under load they are slower, or killed",
        "measure first",
      ]),
    ),
  ),
  rule(
    pods,
    /automountServiceAccountToken$/,
    whenOn(
      exposes.review([
        "container-hardening",
        "what runs in the pod may speak to the cluster's API as its account",
        "give a token only to what needs one",
      ]),
    ),
  ),
  rule(pods, /^spec\.(template|jobTemplate)/, harmless),
  // A migration's job is named by what it runs: another image is another job.
  rule(/^kubernetes:batch\/v1:Job$/, /^(metadata\.name|spec\.ttlSecondsAfterFinished)$/, harmless),
  rule(/^kubernetes:core\/v1:(ConfigMap)$/, /^data/, harmless),
  rule(
    /^kubernetes:core\/v1:Secret$/,
    /^(data|stringData)/,
    always(
      rests.review([
        "secret-changed",
        "the value of a secret changes: what reads it must be started anew",
        "roll the pods in the same update",
      ]),
    ),
  ),
  rule(
    /^kubernetes:autoscaling\/v2:HorizontalPodAutoscaler$/,
    /(min|max)Replicas$/,
    whenLess(
      stops.review([
        "fewer-tasks",
        "the app may grow less, or starts from fewer",
        "compare with the load of the last month",
      ]),
    ),
  ),
  rule(/^kubernetes:autoscaling\//, /./, harmless),
  rule(
    /^kubernetes:policy\/v1:PodDisruptionBudget$/,
    /./,
    always(
      stops.review([
        "disruption-budget",
        "how many pods may go at once changes",
        "keep one less than there are",
      ]),
    ),
  ),
  rule(
    /^kubernetes:networking\.k8s\.io\/v1:NetworkPolicy$/,
    /./,
    always(
      exposes.review([
        "network-policy",
        "which pods reach which changes",
        "deny by default; name who needs it",
      ]),
    ),
  ),
  rule(
    /^kubernetes:rbac/,
    /./,
    always(
      exposes.review([
        "permissions-wider",
        "what an account of the cluster may do changes",
        "name the verbs and the resources that it needs",
      ]),
    ),
  ),
  rule(
    /^kubernetes:core\/v1:PersistentVolumeClaim$/,
    /storage$/,
    whenLess(
      loses.block([
        "storage-shrunk",
        "a claim cannot shrink: the API server refuses it",
        "make a smaller one beside it and move the data",
      ]),
    ),
  ),
  rule(
    /^kubernetes:core\/v1:Namespace$/,
    /pod-security/,
    always(exposes.review(["pod-security", "which pods the namespace takes changes", "keep restricted"])),
  ),
  rule(/^kubernetes:batch\/v1:CronJob$/, /^spec\.(schedule|jobTemplate)/, harmless),
  rule(
    /^kubernetes:batch\/v1:CronJob$/,
    /^spec\.suspend$/,
    whenOn(rests.review(["job-off", "the job no longer runs", "say who does its work"])),
  ),
];
