import type { AllowedValues } from "../allowed.ts";
import type { Schema } from "../sdk/shape.ts";
import type { Held, Values } from "../store.ts";

/** Who and where a resource is, for all that is made up for it. */
export interface Identity {
  readonly type: string;
  readonly urn: string;
  /** The resource's logical name, the URN's end. */
  readonly name: string;
  /** Follows from the URN; another one while an older copy with the same URN is still held. */
  readonly seed: string;
  /** The region, account or cluster it is made in. */
  readonly scope: string;
  readonly inputs: Values;
  readonly id: string;
}

/** What a function of the vendor's is called with. */
export interface Lookup {
  readonly scope: string;
  readonly args: Values;
  /** Everything held in this rehearsal. */
  held(): Held[];
}

/** Settings of the provider itself, e.g. its region. */
export type Config = Readonly<Record<string, string>>;

/** A rule that a value must meet. Gives what is wrong, or undefined. */
export type Rule = (value: unknown, inputs: Values, held: () => Held[]) => string | undefined;

/** What a stand-in knows of one vendor beyond its SDK's declarations: data, and small functions. */
export interface Vendor {
  /** The schema of a type that the SDK takes without declaring it: a custom resource. */
  schema?(type: string): Schema | undefined;
  /** The one name of a type that the SDK offers under two; the tables below go by it. */
  canonical?(type: string): string;
  /** Where a resource is made. */
  scope(config: Config, inputs: Values): string;
  /** The id the vendor would give. */
  id(identity: Omit<Identity, "id">): string;
  /** A made-up value for a property the vendor computes, or undefined to take the usual one. */
  value?(identity: Identity, property: string): unknown;
  /** Outputs of special types, over the usual ones. */
  readonly outputs?: Readonly<Record<string, (identity: Identity) => Values>>;
  /** Inputs that get a name of their own when none is given; `name` unless said otherwise. */
  readonly autonames?: Readonly<Record<string, string>>;
  /** Whether `name` is made up for all types that may leave it out. */
  readonly autoname: boolean;
  /** What no two can bear at once, where it is no plain input of that name: of two that bear it, the old one goes first. */
  nameOf?(type: string, inputs: Values): string | undefined;
  /** By type, inputs whose change makes the vendor replace the resource; `*` for all types. */
  readonly replaces: Readonly<Record<string, readonly string[]>>;
  /** By type, inputs that documentation calls replacing but that are changed in place. */
  readonly inPlace?: Readonly<Record<string, readonly string[]>>;
  /** By type, the inputs that no two resources of a scope may share. */
  readonly unique?: Readonly<Record<string, readonly string[]>>;
  /** By type, why it may not be deleted as it is. */
  readonly refuses?: Readonly<Record<string, (held: Held) => string | undefined>>;
  /** By type, the types that keep it from being deleted while they name it. */
  readonly heldBy?: Readonly<Record<string, readonly string[]>>;
  /** By type: lists of values that the provider holds inputs against. */
  readonly values?: Readonly<Record<string, AllowedValues>>;
  /** By type, what a delete only lets go of: it stays until the owner that one of its inputs names is deleted. */
  readonly endsWith?: Readonly<Record<string, { readonly owner: string; readonly input: string }>>;
  /** By type and input. */
  readonly rules?: Readonly<Record<string, Readonly<Record<string, Rule>>>>;
  /** Inputs as the provider completes them before anything else sees them. */
  complete?(type: string, name: string, seed: string, inputs: Values, before: Values | undefined): Values;
  /** Outputs over the usual ones, for all types alike. */
  output?(identity: Identity): Values;
  /** What must hold before a resource is made; gives what is wrong. */
  precondition?(type: string, inputs: Values, scope: string, held: () => Held[]): string | undefined;
  /** By token, without the version. */
  readonly functions?: Readonly<Record<string, (lookup: Lookup) => Values>>;
  /** References that are the vendor's own and need not be held. */
  readonly foreign?: RegExp;
  /** Whole values that name a resource of this account and so must be held: ARNs. */
  readonly idPattern?: RegExp;
}
