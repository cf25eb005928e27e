import struct from "google-protobuf/google/protobuf/struct_pb.js";
import { secretSignature, specialSignature } from "../specialSignature.ts";
import { isObject } from "./generic/values.ts";
import type { Values } from "./provider.ts";

/** Which parts of some values are secret: the whole, or by key. */
export type SecretParts = true | { readonly [key: string]: SecretParts };

/** Values as they came, plain, and which of them are secret. */
export interface Received {
  readonly values: Values;
  readonly secrets: SecretParts | undefined;
}

/** Unwraps a message's properties. */
export function receive(message: struct.Struct | undefined): Received {
  const { plain, secrets } = unwrap(message?.toJavaScript() ?? {});
  return { values: isObject(plain) ? plain : {}, secrets };
}

function unwrap(value: unknown): { plain: unknown; secrets: SecretParts | undefined } {
  if (Array.isArray(value)) {
    const parts = value.map(unwrap);
    return {
      plain: parts.map((part) => part.plain),
      secrets: marks(parts.map((p, i) => [String(i), p.secrets])),
    };
  }
  if (!isObject(value)) return { plain: value, secrets: undefined };
  if (value[specialSignature] === secretSignature) return { plain: unwrap(value.value).plain, secrets: true };
  const parts = Object.entries(value).map(([key, part]) => [key, unwrap(part)] as const);
  return {
    plain: Object.fromEntries(parts.map(([key, part]) => [key, part.plain])),
    secrets: marks(parts.map(([key, part]) => [key, part.secrets])),
  };
}

function marks(parts: readonly (readonly [string, SecretParts | undefined])[]): SecretParts | undefined {
  const secret = parts.filter((part): part is readonly [string, SecretParts] => part[1] !== undefined);
  return secret.length > 0 ? Object.fromEntries(secret) : undefined;
}

/** Wraps values for a message, the secret parts as secrets; `undefined` is left out. */
export function send(values: Values, secrets?: SecretParts): struct.Struct {
  const wrapped = wrap(values, secrets === true ? undefined : secrets) as Record<
    string,
    struct.JavaScriptValue
  >; // wrap() leaves plain JSON
  return struct.Struct.fromJavaScript(wrapped);
}

function wrap(value: unknown, secrets: SecretParts | undefined): unknown {
  if (value === undefined || value === null) return null;
  if (secrets === true) return { [specialSignature]: secretSignature, value: wrap(value, undefined) };
  if (Array.isArray(value)) return value.map((part, index) => wrap(part, secrets?.[String(index)]));
  if (!isObject(value)) return value;
  return Object.fromEntries(
    Object.entries(value)
      .filter(([, part]) => part !== undefined)
      .map(([key, part]) => [key, wrap(part, secrets?.[key])]),
  );
}

/** Every secret text in some values. */
export function secretTexts(value: unknown, secrets: SecretParts | undefined): string[] {
  if (secrets === undefined) return [];
  if (secrets === true) return allTexts(value);
  if (typeof value !== "object" || value === null) return [];
  return Object.entries(value).flatMap(([key, part]) => secretTexts(part, secrets[key]));
}

function allTexts(value: unknown): string[] {
  if (typeof value === "string") return [value];
  if (typeof value === "object" && value !== null) return Object.values(value).flatMap(allTexts);
  return typeof value === "number" ? [String(value)] : [];
}
