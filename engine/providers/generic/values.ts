import { specialSignature } from "../../specialSignature.ts";
import type { Values } from "./store.ts";

/** What the engine sends for a value that is not known before it is made. */
export const unknown = "04da6b54-80e4-46f7-96ec-b56ff0331ba9";

export const isUnknown = (value: unknown): boolean => value === unknown;

/** Whether anything inside is not known yet. */
export function hasUnknown(value: unknown): boolean {
  if (typeof value === "string") return value.includes(unknown);
  return typeof value === "object" && value !== null && Object.values(value).some(hasUnknown);
}

export const isObject = (value: unknown): value is Values =>
  typeof value === "object" && value !== null && !Array.isArray(value);

/** Pulumi's assets and archives travel as marked objects. */
const assetKinds = ["c44067f5952c0a294b673a41bacd8c17", "0def7320c3a5731c473e5ecbe6d01bc7"];
export const isAsset = (value: unknown): boolean =>
  isObject(value) && assetKinds.includes(String(value[specialSignature]));

/** Absent, or given as nothing: the same to a vendor. */
export const isNothing = (value: unknown): boolean => value === undefined || value === null;

export const text = (value: unknown): string | undefined =>
  typeof value === "string" && !isUnknown(value) ? value : undefined;

/** The same value, whatever the order of keys; empty lists and maps are as good as absent ones. */
export function same(a: unknown, b: unknown): boolean {
  if (a === b || (isEmpty(a) && isEmpty(b))) return true;
  if (Array.isArray(a) && Array.isArray(b)) {
    return a.length === b.length && a.every((part, index) => same(part, b[index]));
  }
  if (!isObject(a) || !isObject(b)) return false;
  return [...new Set([...Object.keys(a), ...Object.keys(b)])].every((key) => same(a[key], b[key]));
}

const isEmpty = (value: unknown): boolean =>
  isNothing(value) ||
  (Array.isArray(value) && value.length === 0) ||
  (isObject(value) && Object.keys(value).length === 0);
