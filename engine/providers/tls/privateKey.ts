import { createHash, generateKeyPairSync, type KeyObject } from "node:crypto";
import type { Generated } from "../generated.ts";
import type { Values } from "../provider.ts";
import { fingerprints, opensshPrivate, opensshPublic } from "./openssh.ts";

const algorithms = ["RSA", "ECDSA", "ED25519"] as const;
/** The SDK's names of curves, and OpenSSL's. */
const curves = { P224: "secp224r1", P256: "prime256v1", P384: "secp384r1", P521: "secp521r1" } as const;

interface KeyInputs extends Values {
  readonly algorithm: (typeof algorithms)[number];
  readonly ecdsaCurve: keyof typeof curves;
  readonly rsaBits: number;
}

export const privateKey: Generated<KeyInputs> = {
  token: "tls:index/privateKey:PrivateKey",
  defaults: () => ({ ecdsaCurve: "P224", rsaBits: 2048 }),

  judge({ algorithm, ecdsaCurve, rsaBits }) {
    const failures = [];
    if (algorithm !== undefined && !algorithms.includes(algorithm)) {
      failures.push({ property: "algorithm", reason: `"algorithm" must be one of ${algorithms.join(", ")}` });
    }
    if (ecdsaCurve !== undefined && !(ecdsaCurve in curves)) {
      failures.push({
        property: "ecdsaCurve",
        reason: `"ecdsaCurve" must be one of ${Object.keys(curves).join(", ")}`,
      });
    }
    if (rsaBits !== undefined && (!Number.isInteger(rsaBits) || rsaBits < 1024)) {
      failures.push({ property: "rsaBits", reason: '"rsaBits" must be a whole number of at least 1024' });
    }
    return failures;
  },

  generate(inputs) {
    const { privateKey: key, publicKey } = pair(inputs);
    const publicKeyPem = publicKey.export({ type: "spki", format: "pem" }).toString();
    const ssh = opensshPublic(publicKey);
    return {
      id: createHash("sha1").update(publicKeyPem).digest("hex"),
      outputs: {
        privateKeyPem: traditionalPem(key, inputs.algorithm),
        privateKeyPemPkcs8: key.export({ type: "pkcs8", format: "pem" }).toString(),
        privateKeyOpenssh: ssh ? opensshPrivate(key, ssh) : "",
        publicKeyPem,
        publicKeyOpenssh: ssh ? `${ssh.type} ${ssh.blob.toString("base64")}\n` : "",
        ...fingerprints(ssh?.blob),
      },
    };
  },
};

function pair({ algorithm, ecdsaCurve, rsaBits }: KeyInputs): {
  privateKey: KeyObject;
  publicKey: KeyObject;
} {
  switch (algorithm) {
    case "RSA":
      return generateKeyPairSync("rsa", { modulusLength: rsaBits });
    case "ECDSA":
      return generateKeyPairSync("ec", { namedCurve: curves[ecdsaCurve] });
    case "ED25519":
      return generateKeyPairSync("ed25519");
  }
}

/** PKCS#1 for RSA and SEC 1 for ECDSA, as the official provider writes them; Ed25519 has PKCS#8 alone. */
function traditionalPem(key: KeyObject, algorithm: KeyInputs["algorithm"]): string {
  const type = ({ RSA: "pkcs1", ECDSA: "sec1", ED25519: "pkcs8" } as const)[algorithm];
  return key.export({ type, format: "pem" }).toString();
}
