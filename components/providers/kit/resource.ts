import type { z } from "zod";
import { hasUnknown, unknown } from "../../../engine/providers/generic/values.ts";
import type { Call, Failure, ResourceDefinition, Values } from "../../../engine/providers/provider.ts";
import { changesBetween } from "../../../engine/providers/table.ts";

/**
 * A resource of a vendor's API, its whole life side by side. `Api` is what it talks through.
 */
export interface Resource<Api, Inputs extends object, Outputs extends object> {
  /** e.g. `coolify:index:Project`. */
  readonly token: string;
  /** What may be asked for; the one definition of type, check and defaults. */
  readonly inputs: z.ZodType<Inputs>;
  /** Outputs that nothing says before it is made. */
  readonly outputs: readonly (keyof Outputs & string)[];
  /** Inputs and outputs that are always secret. */
  readonly secrets: readonly ((keyof Inputs | keyof Outputs) & string)[];
  /** Inputs that cannot be changed on a living one: another takes its place, after it has gone. */
  readonly replacedBy: readonly (keyof Inputs & string)[];
  /** Makes it, or takes up what an earlier try left half-made. */
  create(api: Api, inputs: Inputs, call: Call): Promise<{ id: string; outputs: Outputs }>;
  /** What is there now, as inputs; undefined when it is gone. `before` is undefined on import. */
  read(
    api: Api,
    id: string,
    before: Inputs | undefined,
    call: Call,
  ): Promise<{ inputs: Inputs; outputs: Outputs } | undefined>;
  update(api: Api, id: string, inputs: Inputs, before: Inputs, call: Call): Promise<Outputs>;
  /** Gone already is success. */
  delete(api: Api, id: string, inputs: Inputs, call: Call): Promise<void>;
}

/** What a plugin serves for it. `api` is asked for at each call that needs it: previews may have none. */
export function definitionOf<Api, Inputs extends object, Outputs extends object>(
  resource: Resource<Api, Inputs, Outputs>,
  api: (call: Call, making: boolean) => Promise<Api>,
): ResourceDefinition {
  // check() has parsed every value with the schema that Inputs is the type of.
  const typed = (values: Values): Inputs => values as Inputs;
  const replaced: readonly string[] = resource.replacedBy;
  return {
    secrets: resource.secrets,
    check: (given) => checked(resource.inputs, given),
    diff(before, now, ignore) {
      const changes = changesBetween(before.inputs, now, (key) => replaced.includes(key), ignore);
      return { changes, deleteBeforeReplace: true };
    },
    plan: (now, before) =>
      before ? { ...before, ...now } : { ...mapOf(resource.outputs, () => unknown), ...now },
    async create(now, call) {
      const { id, outputs } = await resource.create(await api(call, true), typed(now), call);
      return { id, state: { ...now, ...outputs } };
    },
    async read(id, before, call) {
      const known = before && Object.keys(before.inputs).length > 0 ? typed(before.inputs) : undefined;
      const found = await resource.read(await api(call, false), id, known, call);
      if (!found) return undefined;
      const inputs = present(found.inputs);
      return { id, inputs, state: { ...inputs, ...found.outputs } };
    },
    async update(before, now, call) {
      const outputs = await resource.update(
        await api(call, false),
        before.id,
        typed(now),
        typed(before.inputs),
        call,
      );
      return { ...now, ...outputs };
    },
    async delete(before, call) {
      await resource.delete(await api(call, false), before.id, typed(before.inputs), call);
    },
  };
}

/** Judges what is known; what is not known yet is let through. */
function checked(schema: z.ZodType, given: Values): { inputs: Values; failures: Failure[] } {
  const open = Object.entries(given).filter(([, value]) => hasUnknown(value));
  const pending = new Set(open.map(([key]) => key));
  const known = Object.fromEntries(
    Object.entries(given).filter(
      ([key, value]) => !pending.has(key) && !key.startsWith("__") && value !== null && value !== undefined,
    ),
  );
  const result = schema.safeParse(known);
  if (result.success)
    return { inputs: { ...(result.data as Values), ...Object.fromEntries(open) }, failures: [] };
  const failures = result.error.issues
    .filter(({ path }) => !pending.has(String(path[0])))
    .flatMap((issue): Failure[] =>
      issue.code === "unrecognized_keys"
        ? issue.keys.map((key) => ({ property: key, reason: `there is no input "${key}"` }))
        : [{ property: issue.path.join("."), reason: issue.message }],
    );
  // What only lacked values that are not known yet is right so far; defaults are filled in once they are.
  return { inputs: given, failures };
}

const mapOf = <T>(keys: readonly string[], value: () => T): Record<string, T> =>
  Object.fromEntries(keys.map((key) => [key, value()]));

const present = (values: object): Values =>
  Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined && value !== null));
