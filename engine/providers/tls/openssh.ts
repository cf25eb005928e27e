import { createHash, type KeyObject, randomBytes } from "node:crypto";

/** A public key in SSH's own form (RFC 4253, RFC 5656, RFC 8709). */
export interface SshPublicKey {
  readonly type: string;
  readonly blob: Buffer;
}

const curves: Readonly<Record<string, string>> = {
  "P-256": "nistp256",
  "P-384": "nistp384",
  "P-521": "nistp521",
};

/** Undefined for a curve that SSH has not, P-224. */
export function opensshPublic(key: KeyObject): SshPublicKey | undefined {
  const jwk = key.export({ format: "jwk" });
  switch (jwk.kty) {
    case "RSA":
      return of("ssh-rsa", [number(jwk.e), number(jwk.n)]);
    case "OKP":
      return of("ssh-ed25519", [string(decode(jwk.x))]);
    case "EC": {
      const curve = curves[jwk.crv ?? ""];
      if (!curve) return undefined;
      return of(`ecdsa-sha2-${curve}`, [string(curve), string(point(jwk.x, jwk.y))]);
    }
    default:
      return undefined;
  }
}

const of = (type: string, parts: readonly Buffer[]): SshPublicKey => ({
  type,
  blob: Buffer.concat([string(type), ...parts]),
});

/** The private key as `ssh-keygen` writes it: openssh-key-v1, without a passphrase (OpenSSH's PROTOCOL.key). */
export function opensshPrivate(key: KeyObject, { type, blob }: SshPublicKey): string {
  const jwk = key.export({ format: "jwk" });
  const check = randomBytes(4);
  const secret = {
    RSA: () => [jwk.n, jwk.e, jwk.d, jwk.qi, jwk.p, jwk.q].map(number),
    OKP: () => [string(decode(jwk.x)), string(Buffer.concat([decode(jwk.d), decode(jwk.x)]))],
    EC: () => [string(curves[jwk.crv ?? ""] ?? ""), string(point(jwk.x, jwk.y)), number(jwk.d)],
  }[jwk.kty as "RSA" | "OKP" | "EC"](); // opensshPublic() gave a blob for these alone
  const plain = Buffer.concat([check, check, string(type), ...secret, string("")]);
  const padding = Buffer.from(Array.from({ length: (8 - (plain.length % 8)) % 8 }, (_, index) => index + 1));
  const whole = Buffer.concat([
    Buffer.from("openssh-key-v1\0"),
    string("none"),
    string("none"),
    string(""),
    Buffer.from([0, 0, 0, 1]),
    string(blob),
    string(Buffer.concat([plain, padding])),
  ]);
  const lines = whole.toString("base64").match(/.{1,70}/g) ?? [];
  return `-----BEGIN OPENSSH PRIVATE KEY-----\n${lines.join("\n")}\n-----END OPENSSH PRIVATE KEY-----\n`;
}

/** As `ssh-keygen -l` shows them; empty where SSH has no such key. */
export function fingerprints(blob: Buffer | undefined) {
  if (!blob) return { publicKeyFingerprintMd5: "", publicKeyFingerprintSha256: "" };
  const md5 = createHash("md5").update(blob).digest("hex").match(/../g) ?? [];
  const sha256 = createHash("sha256").update(blob).digest("base64").replace(/=+$/, "");
  return { publicKeyFingerprintMd5: md5.join(":"), publicKeyFingerprintSha256: `SHA256:${sha256}` };
}

const decode = (text: string | undefined): Buffer => Buffer.from(text ?? "", "base64url");

const point = (x: string | undefined, y: string | undefined): Buffer =>
  Buffer.concat([Buffer.from([4]), decode(x), decode(y)]);

function string(value: string | Buffer): Buffer {
  const bytes = Buffer.from(value);
  const length = Buffer.alloc(4);
  length.writeUInt32BE(bytes.length);
  return Buffer.concat([length, bytes]);
}

/** A whole number above zero: a leading zero keeps its sign. */
function number(text: string | undefined): Buffer {
  const bytes = decode(text);
  const significant = bytes.subarray(bytes.findIndex((byte) => byte !== 0));
  return string((significant[0] ?? 0) & 0x80 ? Buffer.concat([Buffer.from([0]), significant]) : significant);
}
