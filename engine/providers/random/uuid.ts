import { randomBytes, randomUUID } from "node:crypto";
import type { Generated } from "../generated.ts";
import type { Values } from "../provider.ts";

const form = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i;

const uuids = (type: string, make: () => string): Generated<Values> => ({
  token: `random:index/${type.charAt(0).toLowerCase()}${type.slice(1)}:${type}`,
  defaults: () => ({}),
  generate() {
    const result = make();
    return { id: result, outputs: { result } };
  },
  async importing(result) {
    if (!form.test(result)) throw new Error(`an import of ${type} takes a UUID`);
    return { id: result, inputs: {}, outputs: { result } };
  },
});

/** RFC 9562: 48 bits of milliseconds, then random bits. */
function uuid7(): string {
  const bytes = randomBytes(16);
  bytes.writeUIntBE(Date.now(), 0, 6);
  bytes[6] = 0x70 | ((bytes[6] ?? 0) & 0x0f);
  bytes[8] = 0x80 | ((bytes[8] ?? 0) & 0x3f);
  return bytes.toString("hex").replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, "$1-$2-$3-$4-$5");
}

export const randomUuids = [
  uuids("RandomUuid", randomUUID),
  uuids("RandomUuid4", randomUUID),
  uuids("RandomUuid7", uuid7),
];
