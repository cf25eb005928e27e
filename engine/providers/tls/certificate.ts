import { createHash, randomBytes, type webcrypto } from "node:crypto";
import type * as x509 from "@peculiar/x509";
import type { Failure, Values } from "../provider.ts";
import { keyIdentifier, type Signer } from "./keys.ts";
import { judgeUses, usesOf } from "./uses.ts";
import { loadX509 } from "./x509.ts";

/** What SelfSignedCert and LocallySignedCert share. */
export interface CertificateInputs extends Values {
  readonly allowedUses: readonly string[];
  readonly validityPeriodHours: number;
  readonly earlyRenewalHours: number;
  readonly isCaCertificate: boolean;
  readonly maxPathLength: number;
  readonly setSubjectKeyId: boolean;
}

export const certificateDefaults: Values = {
  earlyRenewalHours: 0,
  isCaCertificate: false,
  maxPathLength: -1,
  setSubjectKeyId: false,
};

/** Changes when a certificate is due, and not the certificate. */
export const inPlaceOfCertificates: readonly string[] = ["earlyRenewalHours"];

export function judgeCertificate(inputs: Partial<CertificateInputs>): Failure[] {
  const failures = judgeUses(inputs.allowedUses);
  for (const key of ["validityPeriodHours", "earlyRenewalHours"] as const) {
    const value = inputs[key];
    if (value === undefined || (Number.isInteger(value) && value >= 0)) continue;
    failures.push({ property: key, reason: `"${key}" must be a whole number, 0 or more` });
  }
  return failures;
}

interface Certified {
  readonly subject: x509.JsonName;
  readonly publicKey: webcrypto.CryptoKey;
  readonly names: x509.JsonGeneralNames;
  readonly issuer: { readonly subject: x509.JsonName; readonly signer: Signer };
  /** The issuer's key identifier, when the certificate is to name it. */
  readonly authorityKeyId: string | undefined;
}

/** Signs a certificate, valid from now. */
export async function certify(
  inputs: CertificateInputs,
  of: Certified,
): Promise<{ id: string; outputs: Values }> {
  // Certificates count in whole seconds.
  const notBefore = new Date(Math.floor(Date.now() / 1000) * 1000);
  const notAfter = new Date(notBefore.getTime() + inputs.validityPeriodHours * 3_600_000);
  const serial = randomBytes(16);
  serial[0] = (serial[0] ?? 0) & 0x7f; // a number above zero
  const { X509CertificateGenerator } = await loadX509();
  const certificate = await X509CertificateGenerator.create({
    serialNumber: serial.toString("hex"),
    subject: of.subject,
    issuer: of.issuer.subject,
    notBefore,
    notAfter,
    signingAlgorithm: of.issuer.signer.signing as EcdsaParams, // one of RSA, ECDSA, Ed25519: x509 takes them all
    publicKey: of.publicKey as CryptoKey,
    signingKey: of.issuer.signer.keys.privateKey as CryptoKey,
    extensions: await extensions(inputs, of),
  });
  const certPem = `${certificate.toString("pem")}\n`;
  return {
    id: BigInt(`0x${serial.toString("hex")}`).toString(),
    outputs: { certPem, validityStartTime: stamp(notBefore), validityEndTime: stamp(notAfter) },
  };
}

async function extensions(inputs: CertificateInputs, { names, publicKey, authorityKeyId }: Certified) {
  const library = await loadX509();
  const { bits, purposes } = usesOf(inputs.allowedUses);
  const pathLength = inputs.isCaCertificate && inputs.maxPathLength >= 0 ? inputs.maxPathLength : undefined;
  const found: x509.Extension[] = [
    new library.BasicConstraintsExtension(inputs.isCaCertificate, pathLength, true),
  ];
  if (bits) found.push(new library.KeyUsagesExtension(bits, true));
  if (purposes.length > 0) found.push(new library.ExtendedKeyUsageExtension(purposes));
  if (names.length > 0) found.push(new library.SubjectAlternativeNameExtension(names));
  // RFC 5280 demands it of a CA.
  if (inputs.setSubjectKeyId || inputs.isCaCertificate) {
    found.push(new library.SubjectKeyIdentifierExtension(await keyIdentifier(publicKey)));
  }
  if (authorityKeyId) found.push(new library.AuthorityKeyIdentifierExtension(authorityKeyId));
  return found;
}

/** Whether a certificate is due, today. */
export function renewal(state: Values): Values {
  const end = Date.parse(String(state.validityEndTime));
  const early = typeof state.earlyRenewalHours === "number" ? state.earlyRenewalHours : 0;
  return { readyForRenewal: Date.now() >= end - early * 3_600_000 };
}

/** `2026-01-31T12:00:00Z` */
const stamp = (date: Date): string => date.toISOString().replace(/\.\d+Z$/, "Z");

export const sha1 = (text: string): string => createHash("sha1").update(text).digest("hex");
