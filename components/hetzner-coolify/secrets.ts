import { createHash } from "node:crypto";
import * as pulumi from "@pulumi/pulumi";
import * as random from "@pulumi/random";
import * as tls from "@pulumi/tls";
import { type Hetzner, kept } from "./coolify.ts";

const year = 365 * 24;

/** Passwords that are made once, the key that Coolify logs in to its servers with, and the token of its API. */
export function secrets(here: Hetzner) {
  const options = kept(here);
  const password = (name: string, length = 40) =>
    new random.RandomPassword(`secret-${name}`, { length, special: false }, options).result;
  const ssh = new tls.PrivateKey("coolify-ssh", { algorithm: "ED25519" }, options);
  const token = password("coolify-token", 48);
  return {
    database: password("database"),
    app: password("database-app"),
    cache: password("cache"),
    auth: password("auth", 64),
    cron: password("cron", 48),
    ssh: { publicKey: ssh.publicKeyOpenssh, privateKey: ssh.privateKeyOpenssh },
    coolify: { token, hash: token.apply((text) => createHash("sha256").update(text).digest("hex")) },
  };
}

export type Secrets = ReturnType<typeof secrets>;

/** A certificate for the API's address, from an authority of the stack's own: the API is known before it is asked. */
export function apiCertificate(here: Hetzner, address: pulumi.Input<string>) {
  const options = kept(here);
  const key = (name: string) =>
    new tls.PrivateKey(name, { algorithm: "ECDSA", ecdsaCurve: "P256" }, options).privateKeyPem;
  const [caKey, ownKey] = [key("ca-key"), key("api-key")];
  const ca = new tls.SelfSignedCert(
    "ca",
    {
      privateKeyPem: caKey,
      isCaCertificate: true,
      subject: { commonName: `${here.context.spec.name} ${here.context.stack}` },
      validityPeriodHours: 10 * year,
      allowedUses: ["cert_signing", "crl_signing"],
    },
    options,
  );
  const request = new tls.CertRequest(
    "api",
    { privateKeyPem: ownKey, ipAddresses: [address], subject: { commonName: "coolify" } },
    options,
  );
  const certificate = new tls.LocallySignedCert(
    "api",
    {
      certRequestPem: request.certRequestPem,
      caPrivateKeyPem: caKey,
      caCertPem: ca.certPem,
      validityPeriodHours: 5 * year,
      allowedUses: ["digital_signature", "server_auth"],
    },
    options,
  );
  return { authority: ca.certPem, certificate: certificate.certPem, key: pulumi.secret(ownKey) };
}
