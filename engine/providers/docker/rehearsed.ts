import { createHash } from "node:crypto";
import { unknown } from "../generic/values.ts";
import type { Provider, ResourceDefinition, Values } from "../provider.ts";
import { docker } from "./index.ts";

/**
 * Docker in a rehearsal: inputs are checked and compared as ever, and nothing is asked of any daemon. What a daemon
 * would make up is made up here, the same for the same inputs.
 */
export const rehearsedDocker: Provider = {
  ...docker,
  notice: `stand-in for docker ${docker.version}: no daemon is reached, nothing real is made`,
  resource(type) {
    const real = docker.resource(type);
    return real && rehearsed(type, real);
  },
};

function rehearsed(type: string, real: ResourceDefinition): ResourceDefinition {
  const stateOf = (now: Values, name: string, before?: Values): Values => {
    const digest = createHash("sha256")
      .update(JSON.stringify([type, name, now]))
      .digest("hex");
    const made = (key: string): unknown =>
      key === "imageId" ? `sha256:${digest}` : key === "name" ? name : `${key}-${digest.slice(0, 12)}`;
    return Object.fromEntries(
      Object.entries(real.plan(now, before)).map(([key, value]) => [
        key,
        value === unknown ? (before?.[key] ?? made(key)) : value,
      ]),
    );
  };
  return {
    ...real,
    async create(now, { urn, name }) {
      const id = createHash("sha256").update(urn).update(JSON.stringify(now)).digest("hex");
      return { id, state: stateOf(now, name) };
    },
    read: async (id, before) => before && { id, ...before },
    update: async (before, now, { name }) => stateOf(now, name, before.state),
    delete: async () => {},
  };
}
