import type { Capability } from "./words.ts";

/** A capability that a stage has no part for, and why: the file still stands, so that folders compare. */
export interface None {
  readonly capability: Capability;
  readonly because: string;
}

export const none = (capability: Capability, because: string): None => ({ capability, because });
