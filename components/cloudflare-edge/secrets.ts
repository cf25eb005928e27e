import * as random from "@pulumi/random";
import { kept } from "../kit/options.ts";
import type { Edge } from "./cloudflare.ts";

/** Made once and kept in the stack's state; the Worker has them as secret bindings, which nobody reads back. */
export function secrets(here: Edge) {
  const password = (name: string, length: number) =>
    new random.RandomPassword(`secret-${name}`, { length, special: false }, kept(here)).result;
  return { auth: password("auth", 64), cron: password("cron", 48) };
}

export type Secrets = ReturnType<typeof secrets>;
