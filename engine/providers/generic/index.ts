import { join } from "node:path";
import { paths } from "../../paths.ts";
import type { Known, Provider, ResourceDefinition } from "../provider.ts";
import { Refusal } from "./guards.ts";
import { Library } from "./sdk/library.ts";
import { findSdk } from "./sdk/package.ts";
import { StandIn } from "./standIn.ts";
import { Store, type Values } from "./store.ts";
import { text } from "./values.ts";
import { vendorOf } from "./vendors/index.ts";

/** After this long without a new type, what was read of the SDK is kept for the next process. */
const idleMilliseconds = 300;

/**
 * The stand-in for any provider whose SDK is installed; undefined when none of that name is.
 * Resources are held in `RUNG_REHEARSAL_DIR`, or under `.rung/` when that is not set.
 */
export function standInFor(name: string): Provider | undefined {
  const sdk = findSdk(name, paths.modules);
  if (!sdk) return undefined;
  const library = new Library(sdk, join(paths.own, "cache", "sdk"));
  const base = process.env.RUNG_REHEARSAL_DIR ?? join(paths.own, "stand-ins");
  const stores = new Map<string, Store>();
  let latest = "rehearsal";
  const storeOf = (urn: string): Store => {
    // urn:pulumi:<stack>::<project>::…; functions come without one and belong to the stack at work.
    const [, stack, project] = /^urn:pulumi:([^:]+)::([^:]+)::/.exec(urn) ?? [];
    if (stack && project) latest = join(project, stack);
    const store = stores.get(latest) ?? new Store(join(base, latest));
    stores.set(latest, store);
    return store;
  };
  const standIn = new StandIn(library, vendorOf(name), storeOf);
  return provider(standIn, sdk.name, sdk.version);
}

function provider(standIn: StandIn, name: string, version: string): Provider {
  const definitions = new Map<string, ResourceDefinition>();
  let saving: NodeJS.Timeout | undefined;
  const keep = () => {
    clearTimeout(saving);
    saving = setTimeout(() => standIn.save(), idleMilliseconds);
    saving.unref();
  };
  process.on("exit", () => standIn.save());
  return {
    name,
    version,
    notice: `stand-in for ${name} ${version}: no account is reached, nothing real is made`,
    types: () => standIn.library.tokens(),
    resource(type) {
      const known = definitions.get(type);
      if (known) return known;
      const schema = standIn.schema(type);
      if (!schema) return undefined;
      keep();
      const made = definition(standIn, type, schema.secrets);
      definitions.set(type, made);
      return made;
    },
    checkConfig: (settings) => standIn.checkConfig(settings),
    configure(settings) {
      standIn.configure(
        Object.fromEntries(
          Object.entries(settings).flatMap(([key, value]) => (text(value) ? [[key, text(value) ?? ""]] : [])),
        ),
      );
    },
    invoke: async (token, args) => {
      try {
        return standIn.invoke(token, args, "");
      } catch (error) {
        if (error instanceof Refusal && error.failures.length > 0) return { failures: error.failures };
        throw error;
      }
    },
    close: () => standIn.save(),
  };
}

function definition(standIn: StandIn, type: string, secrets: readonly string[]): ResourceDefinition {
  const made = (known: Known) => ({ id: known.id, inputs: known.inputs, outputs: known.state });
  return {
    secrets,
    check: (given, before, { urn }) => standIn.check({ urn, type }, before, given),
    diff: (before, now, ignore) => ({
      changes: standIn.diff(type, made(before), now, ignore),
      deleteBeforeReplace: standIn.deletesFirst(type, before.inputs, now),
    }),
    plan: (now, before, asked) => standIn.plan(type, now, before, asked),
    async create(now, { urn }) {
      const { id, outputs } = standIn.create({ urn, type }, now);
      return { id, state: outputs };
    },
    async read(id, before, { urn }) {
      const found = standIn.read({ urn, type }, id, before?.inputs ?? {});
      return found && { id: found.id, inputs: found.inputs, state: found.outputs };
    },
    update: async (before, now, { urn }): Promise<Values> => standIn.update({ urn, type }, before.id, now),
    delete: async (before, { urn }) => standIn.delete({ urn, type }, before.id, before.inputs),
  };
}
