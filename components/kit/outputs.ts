import type { Output } from "@pulumi/pulumi";
import type { Bindings } from "../model/bindings.ts";
import type { DatabaseAt } from "../model/databaseAt.ts";
import type { Rollout } from "../model/rollout.ts";
import type { Capability } from "../model/words.ts";

/** Where the app's images are pushed, when the stage made that itself. */
export interface RegistryOutputs {
  /** Host and path, e.g. `111122223333.dkr.ecr.eu-central-1.amazonaws.com/pulse-prod-app`. */
  readonly registry: Output<string>;
}

/** What every stage yields, under the same names. */
export interface StageOutputs extends Partial<RegistryOutputs> {
  /** Addresses for people: `app` always; others as the stage has them (`prometheus`, …). */
  readonly urls: Readonly<Record<string, Output<string> | string>>;
  /** What the app is told; secret values are secret outputs. */
  readonly bindings: Bindings<Output<string> | string>;
  /** The app's image that serves now, by digest. */
  readonly image: Output<string>;
  /** What the platform must be running once an update has ended, for whoever asks it. */
  readonly rollout?: Output<Rollout>;
  /** The database, for whoever asks its vendor; left out where the engine made it on this machine. */
  readonly database?: Output<DatabaseAt>;
  /** What was made for each capability, for `rung status` and `rung logs`: resource names in the provider. */
  readonly parts: { readonly [C in Capability]?: readonly (Output<string> | string)[] };
  /** How people log in to what is not the app itself, by name; passwords are secret outputs. */
  readonly logins?: Readonly<Record<string, { readonly user: string; readonly password: Output<string> }>>;
  /** What tools outside the stack must be told, by the names that they know it by: a workflow's secrets, say. */
  readonly secrets?: Readonly<Record<string, Output<string> | string>>;
  /** The certificate to trust, PEM, where the stage signs its own. */
  readonly certificateAuthority?: Output<string>;
}
