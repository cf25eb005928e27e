import { nearMatch } from "../../../components/model/diagnostics.ts";
import type { Failure } from "../provider.ts";

/** `allowedUses` that are bits of the key usage extension (RFC 5280, 4.2.1.3). */
const keyUses: Readonly<Record<string, number>> = {
  digital_signature: 1 << 0,
  content_commitment: 1 << 1,
  key_encipherment: 1 << 2,
  data_encipherment: 1 << 3,
  key_agreement: 1 << 4,
  cert_signing: 1 << 5,
  crl_signing: 1 << 6,
  encipher_only: 1 << 7,
  decipher_only: 1 << 8,
};

/** Those that are purposes of the extended one. */
const purposes: Readonly<Record<string, string>> = {
  any_extended: "2.5.29.37.0",
  server_auth: "1.3.6.1.5.5.7.3.1",
  client_auth: "1.3.6.1.5.5.7.3.2",
  code_signing: "1.3.6.1.5.5.7.3.3",
  email_protection: "1.3.6.1.5.5.7.3.4",
  ipsec_end_system: "1.3.6.1.5.5.7.3.5",
  ipsec_tunnel: "1.3.6.1.5.5.7.3.6",
  ipsec_user: "1.3.6.1.5.5.7.3.7",
  timestamping: "1.3.6.1.5.5.7.3.8",
  ocsp_signing: "1.3.6.1.5.5.7.3.9",
  microsoft_server_gated_crypto: "1.3.6.1.4.1.311.10.3.3",
  netscape_server_gated_crypto: "2.16.840.1.113730.4.1",
  microsoft_commercial_code_signing: "1.3.6.1.4.1.311.2.1.22",
  microsoft_kernel_code_signing: "1.3.6.1.4.1.311.61.1.1",
};

/** `allowedUses` as the two extensions hold them. */
export function usesOf(allowed: readonly string[]): { bits: number; purposes: string[] } {
  return {
    bits: allowed.reduce((bits, use) => bits | (keyUses[use] ?? 0), 0),
    purposes: allowed.flatMap((use) => purposes[use] ?? []),
  };
}

export function judgeUses(allowed: readonly unknown[] = []): Failure[] {
  const known = [...Object.keys(keyUses), ...Object.keys(purposes)];
  return allowed.flatMap((use, index) => {
    if (typeof use !== "string" || known.includes(use)) return [];
    const meant = nearMatch(use, known);
    const hint = meant ? `did you mean "${meant}"?` : `there are: ${known.join(", ")}`;
    return [{ property: `allowedUses[${index}]`, reason: `there is no use "${use}"; ${hint}` }];
  });
}
