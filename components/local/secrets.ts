import type * as pulumi from "@pulumi/pulumi";
import * as random from "@pulumi/random";
import * as tls from "@pulumi/tls";
import { kept, type Local } from "./local.ts";

const year = 365 * 24;

/** What is generated once per stack and kept in its state, encrypted. The length of each. */
const generated = {
  "database-owner": 32,
  "database-app": 32,
  "database-monitor": 32,
  cache: 32,
  "storage-root": 40,
  "storage-app": 40,
  "storage-backup": 40,
  "backup-cipher": 48,
  auth: 64,
  cron: 48,
  purge: 32,
  observer: 24,
} as const;
export type SecretName = keyof typeof generated;

/** A certificate of the stack's own CA with its key, PEM. */
export interface Leaf {
  readonly cert: pulumi.Output<string>;
  readonly key: pulumi.Output<string>;
}

export interface Secrets {
  readonly password: Readonly<Record<SecretName, pulumi.Output<string>>>;
  /** The CA's certificate: public, and what clients verify with. */
  readonly ca: pulumi.Output<string>;
  /** A certificate for the service of that name on the private network. */
  leaf(name: string, alsoKnownAs?: { dns?: string[]; ip?: string[] }): Leaf;
}

/**
 * Passwords, and a CA for TLS between all parts and at the edge.
 * Rotating one: `pulumi state unprotect` it and `pulumi up --replace` it; services take it up at their next start.
 */
export function secrets(local: Pick<Local, "context" | "stage">): Secrets {
  const options = kept(local);
  const { name, stack } = { name: local.context.spec.name, stack: local.context.stack };
  const password = Object.fromEntries(
    Object.entries(generated).map(([secret, length]) => [
      secret,
      // Letters and digits: they go into URLs and configuration files as they are.
      new random.RandomPassword(`secret-${secret}`, { length, special: false }, options).result,
    ]),
  ) as Record<SecretName, pulumi.Output<string>>; // every key of `generated`, by construction

  const caKey = privateKey("ca-key", options);
  const ca = new tls.SelfSignedCert(
    "ca",
    {
      privateKeyPem: caKey,
      isCaCertificate: true,
      setSubjectKeyId: true,
      validityPeriodHours: 10 * year,
      allowedUses: ["cert_signing", "crl_signing", "digital_signature"],
      subject: { commonName: `${name} ${stack} local CA`, organization: "Rung" },
    },
    options,
  );

  const leaf: Secrets["leaf"] = (service, { dns = [service], ip = [] } = {}) => {
    const key = privateKey(`${service}-key`, options);
    const request = new tls.CertRequest(
      `${service}-request`,
      { privateKeyPem: key, dnsNames: dns, ipAddresses: ip, subject: { commonName: dns[0] ?? service } },
      options,
    );
    const cert = new tls.LocallySignedCert(
      `${service}-cert`,
      {
        certRequestPem: request.certRequestPem,
        caPrivateKeyPem: caKey,
        caCertPem: ca.certPem,
        validityPeriodHours: 2 * year,
        earlyRenewalHours: 30 * 24,
        allowedUses: ["digital_signature", "key_encipherment", "server_auth"],
      },
      options,
    );
    return { cert: cert.certPem, key };
  };
  return { password, ca: ca.certPem, leaf };
}

function privateKey(name: string, options: pulumi.CustomResourceOptions): pulumi.Output<string> {
  return new tls.PrivateKey(name, { algorithm: "ECDSA", ecdsaCurve: "P256" }, options).privateKeyPem;
}
