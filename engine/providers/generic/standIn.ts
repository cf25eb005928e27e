import { nearMatch } from "../../../components/model/diagnostics.ts";
import { checkAllowed } from "./allowed.ts";
import { checkInputs, type Failure } from "./check.ts";
import { type Change, changesBetween } from "./compare.ts";
import { demandDeletable, demandFreeName, demandReferences, partsOf, Refusal } from "./guards.ts";
import { mintedIn, opaque } from "./mint.ts";
import { isMadeUp, madeUp, nameKey, withName } from "./naming.ts";
import { outputsOf, previewOf } from "./plausible.ts";
import type { Library } from "./sdk/library.ts";
import type { Schema } from "./sdk/shape.ts";
import type { Held, Store, Values } from "./store.ts";
import { hasUnknown, isAsset, isNothing, isObject, isUnknown, text } from "./values.ts";
import type { Config, Identity, Vendor } from "./vendors/vendor.ts";

export interface Resource {
  readonly urn: string;
  readonly type: string;
}

export interface Made {
  readonly id: string;
  readonly outputs: Values;
}

/**
 * A provider without its vendor: as strict as the SDK's declarations and what is known of the vendor
 * allow, with made-up outputs, and a store that a later run finds again.
 */
export class StandIn {
  readonly library: Library;
  readonly #vendor: Vendor;
  readonly #storeOf: (urn: string) => Store;
  #config: Config = {};

  /** @param storeOf where the resources of the stack in this URN are held */
  constructor(library: Library, vendor: Vendor, storeOf: (urn: string) => Store) {
    this.library = library;
    this.#vendor = vendor;
    this.#storeOf = storeOf;
  }

  configure(config: Config): void {
    this.#config = config;
  }

  /** Settings of the provider that it does not know, by name. */
  checkConfig(settings: Values): Failure[] {
    const known = Object.keys(this.library.settings());
    if (known.length === 0) return [];
    return Object.keys(settings)
      .filter((name) => !known.includes(name) && name !== "version" && !name.startsWith("__"))
      .map((name) => ({
        property: name,
        reason: `the provider has no setting "${name}"${didYouMean(name, known)}`,
      }));
  }

  /** The inputs completed with what the provider would fill in, and all that is wrong with them. */
  check(
    { urn, type }: Resource,
    before: Values | undefined,
    given: Values,
  ): { inputs: Values; failures: Failure[] } {
    const schema = this.#schema(type);
    const name = logicalName(urn);
    const completed = this.#vendor.complete?.(type, name, this.#freeSeed(urn, type), given, before) ?? given;
    const inputs = withName(
      this.#vendor,
      this.#canonical(type),
      schema,
      completed,
      before,
      logicalName(urn),
      this.#freeSeed(urn, type),
    );
    const failures = checkInputs(this.library, schema, inputs);
    failures.push(...checkAllowed(this.#vendor.values?.[this.#canonical(type)] ?? {}, inputs));
    const held = () => this.#storeOf(urn).all();
    for (const [property, rule] of Object.entries(this.#vendor.rules?.[this.#canonical(type)] ?? {})) {
      const value = inputs[property];
      if (isNothing(value) || hasUnknown(value)) continue;
      const reason = rule(value, inputs, held);
      if (reason) failures.push({ property, reason: `"${property}": ${reason}` });
    }
    return { inputs, failures };
  }

  diff(type: string, before: Made & { inputs: Values }, now: Values, ignore: readonly string[]): Change[] {
    return changesBetween(
      this.library,
      this.#schema(type),
      this.#vendor,
      this.#canonical(type),
      before,
      now,
      ignore,
    );
  }

  /** Whether the old one must go first, because the name that both would bear is taken. */
  deletesFirst(type: string, before: Values, now: Values): boolean {
    const own = this.#vendor.nameOf?.(type, now);
    if (own !== undefined) return own === this.#vendor.nameOf?.(type, before);
    const key = nameKey(this.#vendor, this.#canonical(type), this.#schema(type)) ?? "name";
    const fixed = text(now[key]);
    return fixed !== undefined && fixed === before[key] && !isMadeUp(now, key);
  }

  /**
   * The outputs as far as they are known before it is made or changed.
   * @param asked what was asked for the last time: all else in `before` the vendor added
   */
  plan(type: string, inputs: Values, before: Values | undefined, asked: Values = {}): Values {
    const schema = this.#schema(type);
    if (!before) return plain(previewOf(this.library, schema, inputs));
    const kept = Object.entries(before).filter(
      ([name]) => name in inputs || !schema.inputs[name] || schema.outputs[name]?.required === true,
    );
    const outputs: Values = { ...Object.fromEntries(kept), ...withAdded(inputs, before, asked) };
    return plain("tagsAll" in outputs ? { ...outputs, tagsAll: inputs.tags ?? {} } : outputs);
  }

  /** @throws Refusal when a name is taken or a reference names nothing */
  create(resource: Resource, inputs: Values): Made {
    const { urn, type } = resource;
    const schema = this.#schema(type);
    const store = this.#storeOf(urn);
    const draft = this.#draft(resource, inputs, this.#freeSeed(urn, type));
    demandReferences(this.#vendor, store, type, inputs, draft.scope);
    const id = this.#vendor.id(draft);
    if (store.get(type, draft.scope, id)) throw new Refusal(`${type} "${id}" already exists`);
    demandFreeName(this.#vendor, store, type, inputs, draft.scope);
    return this.#hold(store, schema, { ...draft, id }, urn, inputs);
  }

  /** @throws Refusal when it is gone, or a reference names nothing */
  update(resource: Resource, id: string, inputs: Values): Values {
    const { urn, type } = resource;
    const schema = this.#schema(type);
    const store = this.#storeOf(urn);
    const scope = this.#vendor.scope(this.#config, inputs);
    const held = this.#held(store, type, scope, id);
    if (!held) throw new Refusal(`${type} "${id}" was not found`);
    demandReferences(this.#vendor, store, type, inputs, scope);
    const draft = this.#draft(resource, inputs, held.seed ?? urn);
    return this.#hold(store, schema, { ...draft, id, scope: held.scope }, urn, inputs).outputs;
  }

  /** What is held, or undefined when it is gone. `inputs` are empty for an import. */
  read({ urn, type }: Resource, id: string, inputs: Values): (Made & { inputs: Values }) | undefined {
    const schema = this.#schema(type);
    const store = this.#storeOf(urn);
    const held = this.#held(store, type, this.#vendor.scope(this.#config, inputs), id);
    if (!held) return undefined;
    return { id: held.id, inputs: this.#inputsOf(schema, held, inputs), outputs: held.outputs };
  }

  /** @throws Refusal when the vendor would not: protected, or something still needs it */
  delete({ urn, type }: Resource, id: string, inputs: Values): void {
    const store = this.#storeOf(urn);
    const held = this.#held(store, type, this.#vendor.scope(this.#config, inputs), id);
    if (!held) return;
    if (this.#vendor.endsWith?.[this.#canonical(type)]) {
      store.put({ ...held, released: true });
      return;
    }
    demandDeletable(this.#vendor, store, held);
    for (const part of partsOf(this.#vendor, store, held)) store.remove(part);
    store.remove(held);
  }

  /** @throws Refusal when there is no such function, or its arguments are wrong */
  invoke(token: string, args: Values, urn: string): Values {
    const schema = this.library.schema(token);
    if (!schema)
      throw new Refusal(`${this.library.sdk.name} ${this.library.sdk.version} has no function "${token}"`);
    const failures = checkInputs(this.library, schema, args);
    if (failures.length > 0) throw new Refusal(failures.map(({ reason }) => reason).join("; "), failures);
    const store = this.#storeOf(urn);
    const scope = this.#vendor.scope(this.#config, args);
    const made = this.#vendor.functions?.[token]?.({ scope, args, held: () => store.all() });
    const found = made ?? this.#lookUp(store, token, args);
    const seed = `${token}:${JSON.stringify(args)}:${scope}`;
    const identity = {
      type: token,
      urn: token,
      name: token.split(":").at(-1) ?? "",
      seed,
      scope,
      inputs: args,
      id: text(found?.id) ?? opaque(seed, 17),
    };
    return {
      ...plain(outputsOf(this.library, schema, { ...this.#vendor, outputs: {} }, identity)),
      ...found,
    };
  }

  save(): void {
    this.library.save();
  }

  /** The schema of a resource, or undefined when neither the SDK nor the vendor has such a type. */
  schema(type: string): Schema | undefined {
    return this.#vendor.schema?.(type) ?? this.library.schema(type);
  }

  #schema(type: string): Schema {
    const schema = this.schema(type);
    if (schema) return schema;
    const { name, version } = this.library.sdk;
    throw new Refusal(
      `${name} ${version} has no resource type "${type}"${didYouMean(type, this.library.tokens())}`,
    );
  }

  #canonical(type: string): string {
    return this.#vendor.canonical?.(type) ?? type;
  }

  #held(store: Store, type: string, scope: string, id: string): Held | undefined {
    return store.get(type, scope, id) ?? store.find(type, id);
  }

  #draft({ urn, type }: Resource, inputs: Values, seed: string): Omit<Identity, "id"> {
    return {
      urn,
      type,
      name: logicalName(urn),
      seed,
      scope: this.#vendor.scope(this.#config, inputs),
      inputs,
    };
  }

  /** The URN, or the URN and a count while an older copy of the same is held. */
  #freeSeed(urn: string, type: string): string {
    const taken = new Set(
      this.#storeOf(urn)
        .ofUrn(urn)
        .filter((held) => held.type === type)
        .map((held) => held.seed),
    );
    for (let copy = 0; ; copy++) {
      const seed = copy === 0 ? urn : `${urn}#${copy}`;
      if (!taken.has(seed)) return seed;
    }
  }

  #hold(store: Store, schema: Schema, identity: Identity, urn: string, inputs: Values): Made {
    const { type, id, scope, seed } = identity;
    const outputs = { ...this.#outputs(schema, identity), ...this.#vendor.output?.(identity) };
    const given = mintedIn(inputs);
    const minted = [...mintedIn([id, outputs])].filter((identifier) => !given.has(identifier));
    store.put({ type, id, urn, seed, scope, inputs, outputs, minted });
    return { id, outputs };
  }

  #outputs(schema: Schema, identity: Identity): Values {
    const canonical = { ...identity, type: this.#canonical(identity.type) };
    return plain(outputsOf(this.library, schema, this.#vendor, canonical));
  }

  /**
   * The inputs as what is held shows them: what was asked for, where the vendor still has it so, and
   * what the vendor has now where somebody changed it. An import takes every input that is held.
   */
  #inputsOf(schema: Schema, held: Held, asked: Values): Values {
    const imported = Object.keys(asked).length === 0;
    const names = imported ? Object.keys(schema.inputs) : Object.keys(asked);
    return Object.fromEntries(
      names
        .filter(
          (name) =>
            !isNothing(
              name.startsWith("__") ? asked[name] : imported ? held.inputs[name] : now(held, name, asked),
            ),
        )
        .map((name) => [
          name,
          name.startsWith("__") ? asked[name] : imported ? held.inputs[name] : now(held, name, asked),
        ]),
    );
  }

  /** `getX` answers with the X that is held and fits what was asked. */
  #lookUp(store: Store, token: string, args: Values): Values | undefined {
    const [pkg, module = "", symbol = ""] = token.split(":");
    const kind = symbol.replace(/^get/, "");
    const type = `${pkg}:${module.split("/")[0]}/${kind.charAt(0).toLowerCase()}${kind.slice(1)}:${kind}`;
    const wanted = Object.entries(args).filter(([, value]) => typeof value === "string" && !isUnknown(value));
    const found = store
      .all()
      .find(
        (held) =>
          held.type === type &&
          wanted.every(
            ([name, value]) => held.outputs[name] === value || (name === "id" && held.id === value),
          ),
      );
    return found && wanted.length > 0 ? { ...found.outputs, id: found.id } : undefined;
  }
}

/** Inputs, with what the vendor added inside of them: a cluster's network holds the group that EKS made. */
function withAdded(inputs: Values, before: Values, asked: Values): Values {
  return Object.fromEntries(
    Object.entries(inputs).map(([name, value]) => {
      const [made, told] = [before[name], asked[name]];
      if (!isObject(value) || !isObject(made) || !isObject(told) || isAsset(value)) return [name, value];
      const added = Object.entries(made).filter(([key]) => !(key in told) && !(key in value));
      return [name, { ...Object.fromEntries(added), ...withAdded(value, made, told) }];
    }),
  );
}

/** What the vendor has for an input: as asked, unless its output says otherwise. */
function now(held: Held, name: string, asked: Values): unknown {
  return name in held.inputs ? held.inputs[name] : (held.outputs[name] ?? asked[name]);
}

const logicalName = (urn: string): string => urn.split("::").at(-1) ?? urn;

/** Without the marks that are ours and with nothing undefined. */
function plain(values: Values): Values {
  return Object.fromEntries(
    Object.entries(values).filter(([name, value]) => name !== madeUp && value !== undefined),
  );
}

function didYouMean(word: string, words: readonly string[]): string {
  const meant = nearMatch(word, words);
  return meant ? `; did you mean "${meant}"?` : "";
}
