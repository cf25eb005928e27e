import type { Call, Known, Provider, Values } from "../../../engine/providers/provider.ts";

/** Calls a provider's resources as the engine calls them. `type` is what follows `<provider>:index:`. */
export function driving(provider: Provider) {
  const definition = (type: string) => {
    const found = provider.resource(`${provider.name}:index:${type}`);
    if (!found) throw new Error(`no ${type}`);
    return found;
  };
  const callOf = (type: string, name = type): Call => ({
    urn: `urn:pulumi:dev::pulse::${provider.name}:index:${type}::${name}`,
    type: `${provider.name}:index:${type}`,
    name,
    signal: new AbortController().signal,
    timeoutSeconds: undefined,
    redact: (text) => text,
    status: () => {},
  });
  const checked = async (type: string, given: Values, name?: string): Promise<Values> => {
    const call = { ...callOf(type, name), autoname: () => "" };
    const { inputs, failures } = await definition(type).check(given, undefined, call);
    if (failures.length > 0) throw new Error(JSON.stringify(failures));
    return inputs;
  };
  return {
    definition,
    callOf,
    checked,
    async create(type: string, given: Values, name?: string): Promise<Known> {
      const inputs = await checked(type, given, name);
      return { ...(await definition(type).create(inputs, callOf(type, name))), inputs };
    },
    async update(type: string, before: Known, given: Values): Promise<Known> {
      const inputs = await checked(type, given);
      const state = await definition(type).update(before, inputs, callOf(type));
      return { id: before.id, inputs, state };
    },
    read: (type: string, { id, inputs, state }: Known) =>
      definition(type).read(id, { inputs, state }, callOf(type)),
    importing: (type: string, id: string) => definition(type).read(id, undefined, callOf(type)),
    async diff(type: string, before: Known, given: Values) {
      return definition(type).diff(before, await checked(type, given), []);
    },
    delete: (type: string, known: Known) => definition(type).delete(known, callOf(type)),
  };
}
