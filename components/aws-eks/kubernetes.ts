import { createRequire } from "node:module";
import type * as pulumi from "@pulumi/pulumi";
import type { Place, Site } from "./eks.ts";

const load = createRequire(import.meta.url);

// The parts of @pulumi/kubernetes that this stage uses, required as in aws/sdk.ts.
export const apiextensions: typeof import("@pulumi/kubernetes/apiextensions/index.js") = load(
  "@pulumi/kubernetes/apiextensions",
);
export const apps: typeof import("@pulumi/kubernetes/apps/v1/index.js") = load("@pulumi/kubernetes/apps/v1");
export const autoscaling: typeof import("@pulumi/kubernetes/autoscaling/v2/index.js") = load(
  "@pulumi/kubernetes/autoscaling/v2",
);
export const batch: typeof import("@pulumi/kubernetes/batch/v1/index.js") = load(
  "@pulumi/kubernetes/batch/v1",
);
export const core: typeof import("@pulumi/kubernetes/core/v1/index.js") = load("@pulumi/kubernetes/core/v1");
export const helm: typeof import("@pulumi/kubernetes/helm/v3/index.js") = load("@pulumi/kubernetes/helm/v3");
export const networking: typeof import("@pulumi/kubernetes/networking/v1/index.js") = load(
  "@pulumi/kubernetes/networking/v1",
);
export const policy: typeof import("@pulumi/kubernetes/policy/v1/index.js") = load(
  "@pulumi/kubernetes/policy/v1",
);
export const { Provider }: typeof import("@pulumi/kubernetes/provider.js") = load(
  "@pulumi/kubernetes/provider",
);

/** The namespace of the app and its jobs. */
export const appNamespace = "app";

/** What makes a namespace hold the restricted pod security standard: it refuses, warns and writes down. */
export const restrictedLabels: Readonly<Record<string, string>> = Object.fromEntries(
  ["enforce", "audit", "warn"].map((mode) => [`pod-security.kubernetes.io/${mode}`, "restricted"]),
);

/** By which pods of a part are found: `app`, `migrate`, `job`. */
export const labelsOf = ({ context }: Pick<Place, "context">, part: string) => ({
  "app.kubernetes.io/name": context.spec.name,
  "app.kubernetes.io/instance": context.stack,
  "app.kubernetes.io/component": part,
});

/** Name, labels and the stack's tags of an object; the tags as annotations, whose values may be any text. */
export const metadata = (
  place: Pick<Place, "context">,
  name: pulumi.Input<string>,
  part: string,
  more: { readonly namespace?: string; readonly annotations?: Readonly<Record<string, string>> } = {},
) => ({
  name,
  namespace: more.namespace ?? appNamespace,
  labels: { ...labelsOf(place, part), "app.kubernetes.io/managed-by": "rung" },
  annotations: {
    ...Object.fromEntries(
      Object.entries(place.context.tags).map(([tag, value]) => [`rung.tags/${tag}`, value]),
    ),
    ...more.annotations,
  },
});

/** Options of what is made inside a cluster. */
export const inside = ({ stage, cluster }: Site): pulumi.CustomResourceOptions => ({
  parent: stage,
  provider: cluster.provider,
  // Once its nodes can run it; and gone before they are.
  dependsOn: [...cluster.ready],
});
