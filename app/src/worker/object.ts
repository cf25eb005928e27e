import type { DurableObjectNamespace, DurableObjectStub } from "@cloudflare/workers-types";

/** The one object of that name, made when it is first asked. */
export const objectNamed = (namespace: DurableObjectNamespace, name: string): DurableObjectStub =>
  namespace.get(namespace.idFromName(name));
