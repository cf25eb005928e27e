import { isObject, unknown } from "./generic/values.ts";
import type { CheckCall, Failure, Known, ResourceDefinition, Values } from "./provider.ts";
import { changesBetween, computedOutputs, failuresIn, type Table } from "./table.ts";

/** A resource that is made once from its inputs and lives in the state alone: a password, a key, a certificate. */
export interface Generated<Inputs> {
  readonly token: string;
  /** What the SDK leaves to the provider. */
  readonly defaults: (given: Values) => Values;
  /** What the declarations cannot say, e.g. that a length is at least 1. Unknown values come as undefined. */
  judge?(inputs: Partial<Inputs>): readonly Failure[];
  generate(inputs: Inputs): Promise<{ id: string; outputs: Values }> | { id: string; outputs: Values };
  /** What an id given to `pulumi import` stands for. */
  importing?(id: string): Promise<{ id: string; inputs: Values; outputs: Values }>;
  /** Inputs that only say what to do with what is there. */
  readonly inPlace?: readonly string[];
  /** Outputs that follow from the day, e.g. whether a certificate is due. */
  today?(state: Values): Values;
}

/** The definition of such a resource: any change of what it was made from makes another one. */
export function generated<Inputs extends Values>(table: Table, of: Generated<Inputs>): ResourceDefinition {
  const { token } = of;
  const declared = table.resources[token];
  if (!declared) throw new Error(`${token} is not in the table: run generate.ts`);
  const withDefaults = (given: Values): Values => ({ ...of.defaults(given), ...present(given) });
  // check() has compared every key with the declarations that Inputs repeats.
  const typed = (values: Values): Inputs => values as Inputs;

  return {
    secrets: declared.secrets,

    check(given: Values, _before: Values | undefined, _call: CheckCall) {
      const failures = failuresIn(table, token, given);
      if (failures.length > 0) return { inputs: given, failures };
      const inputs = withDefaults(given);
      const knownOnly = Object.fromEntries(Object.entries(inputs).filter(([, value]) => value !== unknown));
      return { inputs, failures: of.judge?.(typed(knownOnly)) ?? [] };
    },

    diff(before: Known, now: Values, ignore: readonly string[]) {
      const replaces = (key: string) => !of.inPlace?.includes(key);
      const changes = changesBetween(withDefaults(before.inputs), withDefaults(now), replaces, ignore);
      const due = of.today?.(before.state) ?? {};
      for (const [path, value] of Object.entries(due)) {
        if (value === true) changes.push({ path, kind: "update", replaces: true });
      }
      return { changes };
    },

    plan(now, before) {
      if (before) return { ...before, ...now };
      return { ...Object.fromEntries(computedOutputs(table, token).map((key) => [key, unknown])), ...now };
    },

    async create(now) {
      const { id, outputs } = await of.generate(typed(now));
      return { id, state: { ...now, ...outputs, ...of.today?.({ ...now, ...outputs }) } };
    },

    async read(id, before) {
      if (before && Object.keys(before.state).length > 0) {
        return { id, inputs: before.inputs, state: { ...before.state, ...of.today?.(before.state) } };
      }
      if (!of.importing) throw new Error(`${token} cannot be imported`);
      const found = await of.importing(id);
      const inputs = withDefaults(found.inputs);
      return { id: found.id, inputs, state: { ...inputs, ...found.outputs } };
    },

    async update(before, now) {
      return { ...before.state, ...now };
    },

    async delete() {},
  };
}

const present = (values: Values): Values =>
  Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined && value !== null));

/** A provider's `resource` and `types` over such definitions. */
export function definitionsByToken(table: Table, all: readonly Generated<never>[]) {
  const made = new Map<string, ResourceDefinition>();
  return {
    types: () => all.map(({ token }) => token),
    resource(token: string): ResourceDefinition | undefined {
      const found = all.find((one) => one.token === token);
      if (!found) return undefined;
      const definition = made.get(token) ?? generated(table, found);
      made.set(token, definition);
      return definition;
    },
  };
}

export const isText = (value: unknown): value is string => typeof value === "string";
export const asValues = (value: unknown): Values => (isObject(value) ? value : {});
