import { looksSecret } from "../../../components/model/secretNames.ts";
import type { Rule, See } from "../../model.ts";
import { container, deployment, one, pod, workloads } from "./workload.ts";

const isLasting = (see: See) => !String(see.at("kind") ?? "").includes("Job") && !see.has("spec.jobTemplate");

/** What a workload should have beyond the restricted standard. CIS: the Kubernetes Benchmark, section 5. */
export const workloadRules: readonly Rule[] = [
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
    check: pod(({ containers = [] }) => {
      const silent = containers.find(
        ({ readinessProbe, livenessProbe }) => !readinessProbe || !livenessProbe,
      );
      return silent && `container ${silent.name} is not asked`;
    }),
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
      const found = env.find(({ name = "", value }) => looksSecret(name) && value);
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
];
