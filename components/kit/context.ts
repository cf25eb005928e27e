import type { Declared } from "../model/compliance.ts";
import type { Platform } from "../model/platform.ts";
import type { Spec } from "../model/spec.ts";
import type { Size, StageName } from "../model/words.ts";

/** What every component of a stack is told, besides its own plan. */
export interface StackContext {
  readonly spec: Spec;
  /** The Pulumi stack: `dev`, `prod`, `pr-42`. */
  readonly stack: string;
  readonly stage: StageName;
  readonly size: Size;
  /** Stores of data and what unlocks them are protected and outlive a `down`. */
  readonly protect: boolean;
  /** On the way down: what holds no data lets itself be deleted, protected stack or not. */
  readonly leaving: boolean;
  /** On everything that is made: app, stack, stage, owner, expiry. */
  readonly tags: Readonly<Record<string, string>>;
  /** The app's image by digest, when it was built elsewhere or is being rolled back to. */
  readonly image: string | undefined;
  /** How long a new container or service may take to become healthy, in minutes. */
  readonly healthTimeoutMinutes: number;
  /** Accounts, regions and names of a hosted stage. */
  readonly platform: Platform;
  /** The edge's ports on this machine; `local` alone. */
  readonly ports: { readonly https: number; readonly http: number };
  readonly rateLimitPerMinute: number;
  /** What policies judge the stack by; of a run of the program alone. */
  readonly declared?: Declared;
}

/** The name of a thing of a stack: `pulse-dev-database`. */
export const nameOf = (context: StackContext, part: string): string =>
  `${context.spec.name}-${context.stack}-${part}`;
