import type { z } from "zod";
import { hasUnknown } from "../../../engine/providers/generic/values.ts";
import type { Call, Provider, ResourceDefinition, Values } from "../../../engine/providers/provider.ts";
import { definitionOf, type Resource } from "./resource.ts";

/** A resource's token, and what a plugin serves for it. */
export interface Defined {
  readonly token: string;
  readonly definition: ResourceDefinition;
}

/** What a vendor's provider is made of. */
export interface VendorProvider<Api extends { close(): void }, Settings> {
  readonly name: string;
  readonly version: string;
  /** The provider's own settings, as the engine gives them: texts. */
  readonly settings: z.ZodType<Settings>;
  /** What this machine says instead of the stack's settings. Read when the engine starts the plugin. */
  environment(): Values;
  /** The client; called once, before it is first needed. */
  open(settings: Settings, signal: AbortSignal): Api;
  /** What must be before something is made; without it nothing. */
  ready?(api: Api, settings: Settings, call: Call): Promise<void>;
  resources(
    define: <Inputs extends object, Outputs extends object>(of: Resource<Api, Inputs, Outputs>) => Defined,
  ): readonly Defined[];
}

/** A provider of resources that talk to one vendor's API. */
export function vendorProvider<Api extends { close(): void }, Settings>(
  of: VendorProvider<Api, Settings>,
): Provider {
  let config: Values = {};
  let api: Api | undefined;

  async function connect(call: Call, making: boolean): Promise<Api> {
    const parsed = of.settings.safeParse(config);
    if (!parsed.success) throw new Error(parsed.error.issues.map(({ message }) => message).join("; "));
    api ??= of.open(parsed.data, call.signal);
    if (making) await of.ready?.(api, parsed.data, call);
    return api;
  }
  const defined = of.resources((one) => ({ token: one.token, definition: definitionOf(one, connect) }));
  const definitions = new Map(defined.map(({ token, definition }) => [token, definition]));

  return {
    name: of.name,
    version: of.version,
    types: () => [...definitions.keys()],
    resource: (type) => definitions.get(type),
    checkConfig(given) {
      const known = Object.fromEntries(Object.entries(given).filter(([, value]) => !hasUnknown(value)));
      const pending = Object.keys(given).filter((key) => !(key in known));
      const result = of.settings.safeParse({ ...known, ...present(of.environment()) });
      return (result.error?.issues ?? [])
        .filter(({ path }) => !pending.includes(String(path[0])))
        .map(({ path, message }) => ({ property: path.join("."), reason: message }));
    },
    configure(given) {
      config = { ...given, ...present(of.environment()) };
    },
    close: () => api?.close(),
  };
}

const present = (values: Values): Values =>
  Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined));
