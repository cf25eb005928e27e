import type { Pod } from "../../../../components/model/podSecurity.ts";
import type { Values } from "../store.ts";
import { isObject } from "../values.ts";

const object = (value: unknown): Values => (isObject(value) ? value : {});

/** The pod that a workload makes, if it makes any: its template. */
export function podOf(type: string, inputs: Values): Values | undefined {
  const spec = object(inputs.spec);
  if (/:(Deployment|StatefulSet|DaemonSet|ReplicaSet|Job)$/.test(type)) return object(spec.template);
  if (/:CronJob$/.test(type)) return object(object(object(spec.jobTemplate).spec).template);
  return /:v1:Pod$/.test(type) ? inputs : undefined;
}

/** What a template says of its pods; the types of it were checked before. */
export const specOf = (template: Values): Pod => object(template.spec) as Pod;
