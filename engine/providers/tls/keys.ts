import { createHash, createPrivateKey, createPublicKey, type KeyObject, webcrypto } from "node:crypto";

/** A private key that can sign, with its public one, and how. */
export interface Signer {
  readonly algorithm: "RSA" | "ECDSA" | "ED25519";
  readonly keys: webcrypto.CryptoKeyPair;
  readonly signing: { readonly name: string; readonly hash?: string; readonly namedCurve?: string };
}

/** The hash that fits a curve's strength. */
const hashes: Readonly<Record<string, string>> = {
  "P-256": "SHA-256",
  "P-384": "SHA-384",
  "P-521": "SHA-512",
};

/**
 * A PEM private key, made ready to sign.
 * @throws Error that names the input, never the key, when it cannot be read or used
 */
export async function signer(pem: string, input: string): Promise<Signer> {
  const key = readKey(pem, input);
  const { algorithm, parameters, signing } = kindOf(key, input);
  const { subtle } = webcrypto;
  const [privateKey, publicKey] = await Promise.all([
    subtle.importKey("pkcs8", key.export({ type: "pkcs8", format: "der" }), parameters, true, ["sign"]),
    subtle.importKey("spki", spki(createPublicKey(key)), parameters, true, ["verify"]),
  ]);
  return { algorithm, keys: { privateKey, publicKey }, signing };
}

function readKey(pem: string, input: string): KeyObject {
  try {
    return createPrivateKey(pem);
  } catch {
    throw new Error(`"${input}" is not a PEM private key that can be read`);
  }
}

function kindOf(key: KeyObject, input: string) {
  switch (key.asymmetricKeyType) {
    case "rsa": {
      const signing = { name: "RSASSA-PKCS1-v1_5", hash: "SHA-256" };
      return { algorithm: "RSA", parameters: signing, signing } as const;
    }
    case "ed25519":
      return { algorithm: "ED25519", parameters: { name: "Ed25519" }, signing: { name: "Ed25519" } } as const;
    case "ec": {
      const namedCurve = key.export({ format: "jwk" }).crv ?? "";
      const hash = hashes[namedCurve];
      if (!hash) throw new Error(`"${input}" is on a curve that cannot sign here; use P256, P384 or P521`);
      const parameters = { name: "ECDSA", namedCurve };
      return { algorithm: "ECDSA", parameters, signing: { ...parameters, hash } } as const;
    }
    default:
      throw new Error(`"${input}" is of a kind that cannot sign: ${key.asymmetricKeyType ?? "unknown"}`);
  }
}

const spki = (key: KeyObject): Buffer => key.export({ type: "spki", format: "der" });

/** The key identifier of RFC 5280, 4.2.1.2 (1): SHA-1 of the public key's bits. */
export async function keyIdentifier(key: webcrypto.CryptoKey): Promise<string> {
  const der = Buffer.from(await webcrypto.subtle.exportKey("spki", key));
  return createHash("sha1").update(bitsOf(der)).digest("hex");
}

/** The bit string of a SubjectPublicKeyInfo: what follows its algorithm, without the count of unused bits. */
function bitsOf(der: Buffer): Buffer {
  const outer = header(der, 0);
  const algorithm = header(der, outer.content);
  const bits = header(der, algorithm.content + algorithm.length);
  return der.subarray(bits.content + 1, bits.content + bits.length);
}

function header(der: Buffer, at: number): { content: number; length: number } {
  const first = der[at + 1] ?? 0;
  if (first < 0x80) return { content: at + 2, length: first };
  const count = first & 0x7f;
  return { content: at + 2 + count, length: der.readUIntBE(at + 2, count) };
}
