import { beyondRestricted } from "../../../../components/model/podSecurity.ts";
import { hex, opaque, uuid } from "../mint.ts";
import type { Values } from "../store.ts";
import { isNothing, isObject, text } from "../values.ts";
import { customSchema, missingKind } from "./customResources.ts";
import { podOf, specOf } from "./pods.ts";
import type { Identity, Vendor } from "./vendor.ts";

/** Kinds that belong to the cluster and not to a namespace. */
const clusterWide =
  /:(Namespace|Node|PersistentVolume|ClusterRole|ClusterRoleBinding|StorageClass|CSIDriver|CSINode|PriorityClass|IngressClass|RuntimeClass|CustomResourceDefinition|APIService|ValidatingWebhookConfiguration|MutatingWebhookConfiguration|ValidatingAdmissionPolicy|ValidatingAdmissionPolicyBinding|FlowSchema|PriorityLevelConfiguration|CertificateSigningRequest|VolumeAttachment|NodeClass|NodePool|ClusterSecretStore|ClusterExternalSecret)$/;
/** Namespaces that every cluster has. */
const builtIn = new Set(["default", "kube-system", "kube-public", "kube-node-lease"]);

const metadataOf = (inputs: Values): Values => (isObject(inputs.metadata) ? inputs.metadata : {});

export const namespaceOf = (type: string, inputs: Values): string | undefined =>
  clusterWide.test(type) ? undefined : (text(metadataOf(inputs).namespace) ?? "default");

/** A chart's release is no object of the API's: its name and namespace are inputs of their own. */
const isRelease = (type: string): boolean => type === "kubernetes:helm.sh/v3:Release";

const selector = ["spec.selector"];
const job = ["spec.completions", "spec.parallelism", "spec.selector", "spec.template"];

export const kubernetes: Vendor = {
  autoname: false,
  /** Names that were made up differ from copy to copy. */
  nameOf: (type, inputs) => {
    const { name, annotations } = metadataOf(inputs);
    const given = !isObject(annotations) || annotations[autonamed] !== "true";
    return given && text(name) ? `${namespaceOf(type, inputs) ?? ""}/${text(name)}` : undefined;
  },
  /** A cluster is known by what one needs to reach it. */
  scope: (config) =>
    opaque(`${config.kubeconfig ?? ""}\n${config.context ?? ""}\n${config.cluster ?? ""}`, 12),
  schema: customSchema,
  id: ({ type, inputs }) => {
    if (isRelease(type)) return `${text(inputs.namespace) ?? "default"}/${text(inputs.name) ?? ""}`;
    const name = text(metadataOf(inputs).name) ?? "";
    const namespace = namespaceOf(type, inputs);
    return namespace === undefined ? name : `${namespace}/${name}`;
  },
  /** Inputs as the provider completes them: a name made of the logical one, the namespace. */
  complete: (type, name, seed, inputs, before) => {
    if (isRelease(type)) return inputs;
    const metadata = metadataOf(inputs);
    const namespace = namespaceOf(type, inputs);
    const named = isNothing(metadata.name) && isNothing(metadata.generateName);
    return {
      ...inputs,
      metadata: {
        ...metadata,
        ...(named ? madeUpName(metadata, `${name}-${opaque(seed, 8)}`, metadataOf(before ?? {})) : {}),
        ...(namespace === undefined ? {} : { namespace }),
      },
    };
  },
  outputs: {},
  output: (identity) =>
    isRelease(identity.type) ? {} : { metadata: metadata(identity), ...status(identity) },
  // Source: github.com/pulumi/pulumi-kubernetes, provider/pkg/provider/diff.go.
  replaces: {
    "*": ["metadata.name", "metadata.namespace"],
    "kubernetes:apps/v1:Deployment": selector,
    "kubernetes:apps/v1:DaemonSet": selector,
    "kubernetes:apps/v1:StatefulSet": [
      ...selector,
      "spec.podManagementPolicy",
      "spec.revisionHistoryLimit",
      "spec.serviceName",
      "spec.volumeClaimTemplates",
    ],
    "kubernetes:batch/v1:Job": job,
    "kubernetes:helm.sh/v3:Release": ["name", "namespace"],
    "kubernetes:core/v1:ConfigMap": ["binaryData", "data"],
    "kubernetes:core/v1:Secret": ["type", "stringData", "data"],
    "kubernetes:core/v1:Service": ["spec.clusterIP"],
    "kubernetes:core/v1:PersistentVolumeClaim": ["spec"],
    "kubernetes:rbac.authorization.k8s.io/v1:RoleBinding": ["roleRef"],
    "kubernetes:rbac.authorization.k8s.io/v1:ClusterRoleBinding": ["roleRef"],
    "kubernetes:storage.k8s.io/v1:StorageClass": ["parameters", "provisioner"],
  },
  rules: {},
  /** An object needs its namespace and its kind; a pod its account, and what its namespace asks of it. */
  precondition: (type, inputs, scope, held) => {
    const namespace = isRelease(type) ? (text(inputs.namespace) ?? "default") : namespaceOf(type, inputs);
    const missing = missingKind(type, scope, held);
    if (missing || namespace === undefined) return missing;
    const of = (kind: string, id: string) =>
      held().find((other) => other.type === kind && other.scope === scope && other.id === id);
    const home = of("kubernetes:core/v1:Namespace", namespace);
    if (!home && !builtIn.has(namespace)) return `namespaces "${namespace}" not found`;
    const pod = podOf(type, inputs);
    if (!pod) return undefined;
    const account = isObject(pod.spec) ? text(pod.spec.serviceAccountName) : undefined;
    if (
      account &&
      account !== "default" &&
      !of("kubernetes:core/v1:ServiceAccount", `${namespace}/${account}`)
    )
      return `serviceaccounts "${account}" not found`;
    const labels = metadataOf(home?.inputs ?? {}).labels;
    const restricted = isObject(labels) && labels["pod-security.kubernetes.io/enforce"] === "restricted";
    // The API itself takes the workload and refuses its pods later; here it is said at once.
    const wrong = restricted ? beyondRestricted(specOf(pod)) : [];
    return wrong.length > 0 ? `violates PodSecurity "restricted": ${wrong.join("; ")}` : undefined;
  },
};

/** The provider's own mark of a name it made up, which is kept while the object lives. */
const autonamed = "pulumi.com/autonamed";

function madeUpName(metadata: Values, made: string, before: Values): Values {
  const annotations = isObject(metadata.annotations) ? metadata.annotations : {};
  const had = isObject(before.annotations) && before.annotations[autonamed] === "true";
  return {
    name: had ? before.name : made,
    annotations: { ...annotations, [autonamed]: "true" },
  };
}

function metadata({ inputs, seed }: Identity): Values {
  return {
    ...metadataOf(inputs),
    uid: uuid(`${seed}:uid`),
    resourceVersion: "1",
    generation: 1,
    creationTimestamp: "2026-01-01T00:00:00Z",
  };
}

function status({ type, inputs, seed }: Identity): Values {
  const kind = type.split(":").at(-1);
  if (kind === "Service" || kind === "Ingress") {
    return { status: { loadBalancer: { ingress: [{ hostname: `${hex(seed, 16)}.elb.standin.invalid` }] } } };
  }
  if (kind === "Deployment") {
    const spec = isObject(inputs.spec) ? inputs.spec : {};
    const replicas = typeof spec.replicas === "number" ? spec.replicas : 1;
    return {
      status: { observedGeneration: 1, replicas, readyReplicas: replicas, availableReplicas: replicas },
    };
  }
  return {};
}
