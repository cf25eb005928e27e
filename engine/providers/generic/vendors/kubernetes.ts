import { hex, opaque, uuid } from "../mint.ts";
import type { Values } from "../store.ts";
import { isNothing, isObject, text } from "../values.ts";
import type { Identity, Vendor } from "./vendor.ts";

/** Kinds that belong to the cluster and not to a namespace. */
const clusterWide =
  /:(Namespace|Node|PersistentVolume|ClusterRole|ClusterRoleBinding|StorageClass|CSIDriver|CSINode|PriorityClass|IngressClass|RuntimeClass|CustomResourceDefinition|APIService|ValidatingWebhookConfiguration|MutatingWebhookConfiguration|ValidatingAdmissionPolicy|ValidatingAdmissionPolicyBinding|FlowSchema|PriorityLevelConfiguration|CertificateSigningRequest|VolumeAttachment)$/;
/** Namespaces that every cluster has. */
const builtIn = new Set(["default", "kube-system", "kube-public", "kube-node-lease"]);

const metadataOf = (inputs: Values): Values => (isObject(inputs.metadata) ? inputs.metadata : {});

export const namespaceOf = (type: string, inputs: Values): string | undefined =>
  clusterWide.test(type) ? undefined : (text(metadataOf(inputs).namespace) ?? "default");

const selector = ["spec.selector"];
const job = ["spec.completions", "spec.parallelism", "spec.selector", "spec.template"];

export const kubernetes: Vendor = {
  autoname: false,
  /** A cluster is known by what one needs to reach it. */
  scope: (config) =>
    opaque(`${config.kubeconfig ?? ""}\n${config.context ?? ""}\n${config.cluster ?? ""}`, 12),
  id: ({ type, inputs }) => {
    const name = text(metadataOf(inputs).name) ?? "";
    const namespace = namespaceOf(type, inputs);
    return namespace === undefined ? name : `${namespace}/${name}`;
  },
  /** Inputs as the provider completes them: a name made of the logical one, the namespace. */
  complete: (type, name, seed, inputs, before) => {
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
  output: (identity) => ({ metadata: metadata(identity), ...status(identity) }),
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
    "kubernetes:core/v1:ConfigMap": ["binaryData", "data"],
    "kubernetes:core/v1:Secret": ["type", "stringData", "data"],
    "kubernetes:core/v1:Service": ["spec.clusterIP"],
    "kubernetes:core/v1:PersistentVolumeClaim": ["spec"],
    "kubernetes:rbac.authorization.k8s.io/v1:RoleBinding": ["roleRef"],
    "kubernetes:rbac.authorization.k8s.io/v1:ClusterRoleBinding": ["roleRef"],
    "kubernetes:storage.k8s.io/v1:StorageClass": ["parameters", "provisioner"],
  },
  rules: {},
  /** An object needs its namespace. */
  precondition: (type, inputs, scope, held) => {
    const namespace = namespaceOf(type, inputs);
    if (namespace === undefined || builtIn.has(namespace)) return undefined;
    const there = held().some(
      (other) =>
        other.type === "kubernetes:core/v1:Namespace" && other.scope === scope && other.id === namespace,
    );
    return there ? undefined : `namespaces "${namespace}" not found`;
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
