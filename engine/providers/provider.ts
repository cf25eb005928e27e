/** Property values as plain data: secrets unwrapped, what is not known yet as the `unknown` string. */
export type Values = Record<string, unknown>;

/** What is wrong with one input. Names keys, never values. */
export interface Failure {
  /** Its path, e.g. `ports[0].internal`. */
  readonly property: string;
  readonly reason: string;
}

/** One input that differs between what is there and what is wanted. */
export interface Change {
  readonly path: string;
  readonly kind: "add" | "delete" | "update";
  readonly replaces: boolean;
}

export interface Difference {
  readonly changes: readonly Change[];
  /** The old one holds what the new one needs, e.g. its name. */
  readonly deleteBeforeReplace?: boolean;
}

/** What is known of a resource that was made before. */
export interface Known<Inputs = Values, State = Values> {
  readonly id: string;
  readonly inputs: Inputs;
  readonly state: State;
}

/** What comes with every call. */
export interface Call {
  readonly urn: string;
  readonly type: string;
  /** The resource's logical name. */
  readonly name: string;
  /** Aborted when the engine cancels the update. */
  readonly signal: AbortSignal;
  /** From the resource's `customTimeouts`; undefined when none is set. */
  readonly timeoutSeconds: number | undefined;
  /** Masks every secret value of this resource in a text. Errors are masked without it. */
  redact(text: string): string;
  /** Shows one line beside the resource while it is worked on. */
  status(text: string): void;
}

export interface CheckCall extends Call {
  /**
   * A name for a resource that was given none: kept from `before` where that one was made up too, else the logical
   * name and seven hex digits, or what the project's autonaming settings ask for.
   */
  autoname(before: Values | undefined): string;
}

export interface Checked<Inputs = Values> {
  readonly inputs: Inputs;
  readonly failures: readonly Failure[];
}

/**
 * One resource type. All that differs between types is here; the protocol, secrets and previews are in serve.ts.
 * Whatever is thrown ends the operation with its message, secrets masked.
 */
export interface ResourceDefinition<Inputs = Values, State = Values> {
  /** Outputs that are always secret. */
  readonly secrets: readonly string[];
  /** Completes and judges inputs; they may hold unknown values. */
  check(
    given: Values,
    before: Values | undefined,
    call: CheckCall,
  ): Checked<Inputs> | Promise<Checked<Inputs>>;
  /** What an update would change, and whether it takes a replacement. Touches nothing. */
  diff(before: Known<Inputs, State>, now: Inputs, ignore: readonly string[]): Difference;
  /** The state as far as it is known before the resource is made or changed. @param asked the inputs before */
  plan(now: Inputs, before: State | undefined, asked?: Inputs): Values;
  create(now: Inputs, call: Call): Promise<{ id: string; state: State }>;
  /** What is there now; undefined when it is gone. `before` is partly empty when it is imported. */
  read(
    id: string,
    before: { readonly inputs: Inputs; readonly state: State } | undefined,
    call: Call,
  ): Promise<Known<Inputs, State> | undefined>;
  update(before: Known<Inputs, State>, now: Inputs, call: Call): Promise<State>;
  /** Gone already is success. */
  delete(before: Known<Inputs, State>, call: Call): Promise<void>;
}

/** What one plugin process serves. */
export interface Provider {
  /** As in type tokens, e.g. `docker`. */
  readonly name: string;
  /** Of the SDK it stands in for. */
  readonly version: string;
  /** The definition of a type token; undefined when there is no such type. */
  resource(type: string): ResourceDefinition | undefined;
  /** All type tokens, for a near match when one is unknown. */
  types(): readonly string[];
  /** Judges the provider's own settings; without it all are taken. */
  checkConfig?(config: Values): readonly Failure[];
  /** Takes the provider's own settings, before any other call. */
  configure?(config: Values): void | Promise<void>;
  /** Calls a function of the provider; without it every function is refused by name. */
  invoke?(
    token: string,
    args: Values,
    call: Pick<Call, "signal">,
  ): Promise<Values | { failures: readonly Failure[] }>;
  /** Said once in the engine's output before anything else: that this is a stand-in. */
  readonly notice?: string;
  /** Ends what is open, when the process ends. */
  close?(): void | Promise<void>;
}
