import {
  type Container,
  ofContainers,
  type Pod,
  type PodCheck,
} from "../../../components/model/podSecurity.ts";
import type { Check, See } from "../../model.ts";

export const deployment = "kubernetes:apps/v1:Deployment";
export const workloads = [
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
    // the API's own shape
    if (found) return found as Pod;
  }
  return see.at("spec") as Pod | undefined;
}

export const pod =
  (wrong: PodCheck): Check =>
  (see) => {
    const found = podOf(see);
    return found ? wrong(found) : "has no pod";
  };

export const container = (wrong: Parameters<typeof ofContainers>[0]): Check => pod(ofContainers(wrong));

/** A workload of one container, for rules' tests. */
export const one = (more: Container = {}, of: Pod = {}) => ({
  spec: { template: { spec: { containers: [{ name: "app", ...more }], ...of } } },
});
