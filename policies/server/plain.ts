import type struct from "google-protobuf/google/protobuf/struct_pb.js";
import { secretSignature, specialSignature } from "../../engine/specialSignature.ts";
import type { Props } from "../model.ts";

/** A resource's properties as a rule looks at them: what is secret, in the clear; what is not known, by its mark. */
export const plain = (properties: struct.Struct | undefined): Props =>
  propsOf(properties?.toJavaScript() ?? {});

const propsOf = (given: object): Record<string, unknown> =>
  Object.fromEntries(Object.entries(given).map(([key, part]) => [key, opened(part)]));

function opened(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(opened);
  if (typeof value !== "object" || value === null) return value;
  const isSecret = specialSignature in value && value[specialSignature] === secretSignature;
  return isSecret && "value" in value ? opened(value.value) : propsOf(value);
}
