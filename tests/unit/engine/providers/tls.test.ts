import { execFileSync } from "node:child_process";
import { createPrivateKey, createPublicKey, X509Certificate } from "node:crypto";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { unknown } from "../../../../engine/providers/generic/values.ts";
import type { Values } from "../../../../engine/providers/provider.ts";
import { tls } from "../../../../engine/providers/tls/index.ts";
import { call, checkCall, definition } from "./calls.ts";

/** OpenSSL and OpenSSH are the judges. */
let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "rung-tls-"));
});
afterAll(() => rmSync(folder, { recursive: true }));

const file = (name: string, content: unknown): string => {
  const path = join(folder, name);
  writeFileSync(path, String(content), { mode: 0o600 });
  return path;
};
const openssl = (...args: string[]): string =>
  execFileSync("openssl", args, { encoding: "utf8", stdio: "pipe" });

const of = (type: string) =>
  definition(tls, `tls:index/${type.charAt(0).toLowerCase()}${type.slice(1)}:${type}`);
async function make(type: string, given: Values): Promise<Values> {
  const resource = of(type);
  const { inputs, failures } = await resource.check(given, undefined, checkCall());
  expect(failures).toEqual([]);
  return (await resource.create(inputs, call())).state;
}

const kinds = [
  { algorithm: "RSA", rsaBits: 2048, pem: "RSA PRIVATE KEY" },
  { algorithm: "ECDSA", ecdsaCurve: "P256", pem: "EC PRIVATE KEY" },
  { algorithm: "ECDSA", ecdsaCurve: "P384", pem: "EC PRIVATE KEY" },
  { algorithm: "ECDSA", ecdsaCurve: "P521", pem: "EC PRIVATE KEY" },
  { algorithm: "ED25519", pem: "PRIVATE KEY" },
];

test.each(kinds)("a private key: $algorithm $ecdsaCurve, in each of its forms", async ({ pem, ...given }) => {
  const key = await make("PrivateKey", given);
  expect(key.privateKeyPem).toMatch(new RegExp(`^-----BEGIN ${pem}-----`));
  const spki = (text: unknown) =>
    createPublicKey(createPrivateKey(String(text))).export({ type: "spki", format: "pem" });
  expect(spki(key.privateKeyPem)).toBe(key.publicKeyPem);
  expect(spki(key.privateKeyPemPkcs8)).toBe(key.publicKeyPem);
  openssl("pkey", "-in", file("key.pem", key.privateKeyPem), "-check", "-noout");

  const ssh = file("key.ssh", key.privateKeyOpenssh);
  const derived = execFileSync("ssh-keygen", ["-y", "-f", ssh], { encoding: "utf8" });
  expect(derived.trim().split(" ").slice(0, 2)).toEqual(String(key.publicKeyOpenssh).trim().split(" "));
  const shown = (hash: string) =>
    execFileSync("ssh-keygen", ["-l", "-E", hash, "-f", ssh], { encoding: "utf8" });
  expect(shown("sha256")).toContain(String(key.publicKeyFingerprintSha256));
  expect(shown("md5")).toContain(String(key.publicKeyFingerprintMd5));
});

test.each(kinds)(
  "a CA, a request and a certificate that OpenSSL verifies: $algorithm $ecdsaCurve",
  async (kind) => {
    const { pem: _, ...given } = kind;
    const caKey = await make("PrivateKey", given);
    const ca = await make("SelfSignedCert", {
      privateKeyPem: caKey.privateKeyPem,
      isCaCertificate: true,
      setSubjectKeyId: true,
      validityPeriodHours: 48,
      allowedUses: ["cert_signing", "crl_signing", "digital_signature"],
      subject: {
        commonName: "pulse dev local CA",
        organization: "Rung",
        streetAddresses: ["1 Way"],
        country: "DE",
      },
    });
    const key = await make("PrivateKey", { algorithm: "ECDSA", ecdsaCurve: "P256" });
    const request = await make("CertRequest", {
      privateKeyPem: key.privateKeyPem,
      dnsNames: ["database", "localhost"],
      ipAddresses: ["127.0.0.1", "::1"],
      uris: ["spiffe://pulse/database"],
      subject: { commonName: "database" },
    });
    openssl("req", "-in", file("request.pem", request.certRequestPem), "-verify", "-noout");
    const leaf = await make("LocallySignedCert", {
      certRequestPem: request.certRequestPem,
      caPrivateKeyPem: caKey.privateKeyPem,
      caCertPem: ca.certPem,
      validityPeriodHours: 24,
      earlyRenewalHours: 2,
      allowedUses: ["digital_signature", "key_encipherment", "server_auth"],
    });
    const [caFile, leafFile] = [file("ca.pem", ca.certPem), file("leaf.pem", leaf.certPem)];
    expect(openssl("verify", "-x509_strict", "-CAfile", caFile, "-purpose", "sslserver", leafFile)).toContain(
      ": OK",
    );
    expect(openssl("verify", "-CAfile", caFile, "-verify_hostname", "localhost", leafFile)).toContain(": OK");
    expect(() => openssl("verify", "-CAfile", caFile, "-verify_hostname", "elsewhere", leafFile)).toThrow(
      /mismatch/,
    );
    const certificate = new X509Certificate(String(leaf.certPem));
    expect(certificate.checkPrivateKey(createPrivateKey(String(key.privateKeyPem)))).toBe(true);
    expect(certificate.subjectAltName).toBe(
      "DNS:database, DNS:localhost, IP Address:127.0.0.1, IP Address:0:0:0:0:0:0:0:1, URI:spiffe://pulse/database",
    );
    expect(leaf).toMatchObject({ readyForRenewal: false, caKeyAlgorithm: given.algorithm });
    const hours =
      (Date.parse(String(leaf.validityEndTime)) - Date.parse(String(leaf.validityStartTime))) / 3_600_000;
    expect(hours).toBe(24);
  },
);

test("a certificate that is due is replaced; its renewal time changes in place", async () => {
  const { privateKeyPem } = await make("PrivateKey", { algorithm: "ED25519" });
  const given = { privateKeyPem, validityPeriodHours: 10, allowedUses: ["server_auth"], dnsNames: ["a"] };
  const cert = of("SelfSignedCert");
  const differ = async (state: Values, now: Values) => {
    const { inputs } = await cert.check(given, undefined, checkCall());
    return cert.diff({ id: "1", inputs, state }, (await cert.check(now, inputs, checkCall())).inputs, [])
      .changes;
  };
  const state = await make("SelfSignedCert", given);
  expect(await differ(state, given)).toEqual([]);
  expect(await differ(state, { ...given, earlyRenewalHours: 1 })).toEqual([
    { path: "earlyRenewalHours", kind: "update", replaces: false },
  ]);
  expect(await differ(state, { ...given, dnsNames: ["b"] })).toEqual([
    { path: "dnsNames", kind: "update", replaces: true },
  ]);
  const due = { ...state, earlyRenewalHours: 11 };
  expect(await differ(due, given)).toEqual([{ path: "readyForRenewal", kind: "update", replaces: true }]);
  expect((await cert.read("1", { inputs: given, state: due }, call()))?.state.readyForRenewal).toBe(true);
});

test("what cannot be is refused, and a key is never in the words of an error", async () => {
  const failures = async (type: string, given: Values) =>
    (await of(type).check(given, undefined, checkCall())).failures.map(({ reason }) => reason).join("\n");
  expect(await failures("PrivateKey", { algorithm: "DSA" })).toMatch(/RSA, ECDSA, ED25519/);
  const cert = {
    validityPeriodHours: 1,
    allowedUses: ["server_aut"],
    ipAddresses: ["1.2.3"],
    privateKeyPem: "x",
  };
  expect(await failures("SelfSignedCert", cert)).toMatch(/did you mean "server_auth"/);
  expect(await failures("SelfSignedCert", cert)).toMatch(/"1.2.3" is not an IP address/);
  await expect(make("CertRequest", { privateKeyPem: "top-secret" })).rejects.toThrow(
    /^"privateKeyPem" is not a PEM/,
  );
  await expect(make("CertRequest", { privateKeyPem: "top-secret" })).rejects.not.toThrow(/top-secret/);
  const [one, other] = await Promise.all([1, 2].map(() => make("PrivateKey", { algorithm: "ED25519" })));
  const request = await make("CertRequest", { privateKeyPem: one?.privateKeyPem });
  const ca = await make("SelfSignedCert", {
    privateKeyPem: one?.privateKeyPem,
    isCaCertificate: true,
    validityPeriodHours: 1,
    allowedUses: ["cert_signing"],
  });
  const mixed = {
    certRequestPem: request.certRequestPem,
    caCertPem: ca.certPem,
    caPrivateKeyPem: other?.privateKeyPem,
    validityPeriodHours: 1,
    allowedUses: [],
  };
  await expect(make("LocallySignedCert", mixed)).rejects.toThrow(
    '"caPrivateKeyPem" is not the key of "caCertPem"',
  );
});

test("a name that a preview does not know yet is no failure; one that is wrong is", async () => {
  const judge = async (ipAddresses: string[]) =>
    (await of("CertRequest").check({ privateKeyPem: "later", ipAddresses }, undefined, checkCall())).failures;
  expect(await judge([unknown])).toEqual([]);
  expect(await judge(["nowhere"])).toEqual([
    { property: "ipAddresses[0]", reason: '"nowhere" is not an IP address' },
  ]);
});
