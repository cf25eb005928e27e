import type { Schema } from "../sdk/shape.ts";
import type { Held } from "../store.ts";
import { text } from "../values.ts";

/** Groups that are Kubernetes' own, or the SDK's. */
const own = /(?:^|\.)k8s\.io$|^helm\.sh$/;

/** `external-secrets.io` of `kubernetes:external-secrets.io/v1:SecretStore`; undefined for what the SDK declares. */
export function customGroup(type: string): string | undefined {
  const group = type.split(":")[1]?.split("/")[0] ?? "";
  return group.includes(".") && !own.test(group) ? group : undefined;
}

/** A custom resource as the SDK takes it: any fields beside kind and metadata. */
export function customSchema(token: string): Schema | undefined {
  if (!customGroup(token)) return undefined;
  const any = { shape: { is: "any" as const }, required: false };
  const properties = {
    apiVersion: { shape: { is: "string" as const }, required: true },
    kind: { shape: { is: "string" as const }, required: true },
    metadata: { shape: { is: "object" as const, ref: "input:meta.v1.ObjectMeta" }, required: false },
    spec: any,
    data: any,
  };
  return { token, inputs: properties, outputs: properties, secrets: [], constants: {} };
}

/** The charts that bring a group's kinds, by the projects' own installation guides. */
const broughtBy: Readonly<Record<string, string>> = {
  "elbv2.k8s.aws": "aws-load-balancer-controller",
  "external-secrets.io": "external-secrets",
};

/** What the API answers where nobody has brought the kind; a group that is not above counts as the cluster's own. */
export function missingKind(type: string, scope: string, held: () => Held[]): string | undefined {
  const group = customGroup(type);
  const chart = group && broughtBy[group];
  if (!chart) return undefined;
  const there = held().some(
    (other) =>
      other.type === "kubernetes:helm.sh/v3:Release" &&
      other.scope === scope &&
      text(other.inputs.chart) === chart,
  );
  return there ? undefined : `no matches for kind "${type.split(":").at(-1)}" in group "${group}"`;
}
