import { coolifyVersion } from "./coolify/version.ts";
import { d1Version } from "./d1/version.ts";
import { supabaseVersion } from "./supabase/version.ts";

/**
 * Providers of our own, with their versions: no official plugin of theirs exists, so the ones here are the real ones,
 * on every machine.
 */
export const ownProviders: readonly { readonly name: string; readonly version: string }[] = [
  { name: "coolify", version: coolifyVersion },
  { name: "d1", version: d1Version },
  { name: "supabase", version: supabaseVersion },
];
