import { randomBytes } from "node:crypto";
import type { Generated } from "../generated.ts";
import type { Failure, Values } from "../provider.ts";

interface BytesInputs extends Values {
  readonly length: number;
}

const outputsOf = (bytes: Buffer): Values => ({
  base64: bytes.toString("base64"),
  hex: bytes.toString("hex"),
});

const atLeastOne = (property: string, value: number | undefined): Failure[] =>
  value === undefined || (Number.isInteger(value) && value > 0)
    ? []
    : [{ property, reason: `"${property}" must be a whole number of at least 1` }];

export const randomBytesResource: Generated<BytesInputs> = {
  token: "random:index/randomBytes:RandomBytes",
  defaults: () => ({}),
  judge: ({ length }) => atLeastOne("length", length),
  generate: ({ length }) => ({ id: "none", outputs: outputsOf(randomBytes(length)) }),
  async importing(id) {
    const bytes = Buffer.from(id, "base64");
    return { id: "none", inputs: { length: bytes.length }, outputs: outputsOf(bytes) };
  },
};

interface IdInputs extends Values {
  readonly byteLength: number;
  readonly prefix?: string;
}

function idOutputs(bytes: Buffer, prefix = ""): Values {
  const hex = bytes.toString("hex");
  return {
    hex: prefix + hex,
    b64Url: prefix + bytes.toString("base64url"),
    b64Std: prefix + bytes.toString("base64"),
    dec: prefix + BigInt(`0x${hex}`).toString(),
  };
}

export const randomId: Generated<IdInputs> = {
  token: "random:index/randomId:RandomId",
  defaults: () => ({}),
  judge: ({ byteLength }) => atLeastOne("byteLength", byteLength),
  generate({ byteLength, prefix }) {
    const bytes = randomBytes(byteLength);
    return { id: bytes.toString("base64url"), outputs: idOutputs(bytes, prefix) };
  },
  /** `[prefix,]base64url` */
  async importing(given) {
    const comma = given.lastIndexOf(",");
    const prefix = comma < 0 ? undefined : given.slice(0, comma);
    const id = given.slice(comma + 1);
    const bytes = Buffer.from(id, "base64url");
    if (bytes.length === 0) throw new Error("an import of RandomId takes `[prefix,]base64url`");
    return { id, inputs: { byteLength: bytes.length, prefix }, outputs: idOutputs(bytes, prefix) };
  },
};
