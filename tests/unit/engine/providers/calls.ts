import { autoname } from "../../../../engine/providers/autoname.ts";
import type { Call, CheckCall, Provider, ResourceDefinition } from "../../../../engine/providers/provider.ts";

/** What the engine would say with a call. */
export const call = (name = "thing"): Call => ({
  urn: `urn:pulumi:dev::pulse::test::${name}`,
  type: "test",
  name,
  signal: new AbortController().signal,
  timeoutSeconds: undefined,
  redact: (text) => text,
  status: () => {},
});

export const checkCall = (name = "thing", seed = "seed"): CheckCall => ({
  ...call(name),
  autoname: (before) => autoname(name, before, Buffer.from(seed), undefined),
});

export function definition(provider: Provider, type: string): ResourceDefinition {
  const found = provider.resource(type);
  if (!found) throw new Error(`${provider.name} has no ${type}`);
  return found;
}
