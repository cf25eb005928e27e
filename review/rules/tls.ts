import { exposes, rests, type Said } from "./rule.ts";

/** The lowest version that a policy, a setting or a list of protocols lets in; undefined when it is not known. */
export function lowestTls(value: unknown): number | undefined {
  const text = Array.isArray(value) ? value.join(" ") : String(value ?? "");
  // AWS: the first two are from before policies were named for their versions (Elastic Load Balancing docs, 2025-10).
  if (/ELBSecurityPolicy-(2015|2016|FS-2018)|TLSv1(?![._\d])|TLSv1_2016|SSLv3/.test(text)) return 1.0;
  const named =
    /ELBSecurityPolicy-TLS13-1-(\d)/.exec(text) ??
    /ELBSecurityPolicy-TLS-1-(\d)/.exec(text) ??
    /ELBSecurityPolicy-FS-1-(\d)/.exec(text);
  if (named) return 1 + Number(named[1]) / 10;
  const versions = [...text.matchAll(/(?:TLSv|^|\s)1\.(\d)/g)].map(([, minor]) => 1 + Number(minor) / 10);
  return versions.length > 0 ? Math.min(...versions) : undefined;
}

/** TLS below 1.2 is forbidden by RFC 8996 (2021-03). */
export function weakTls(from: unknown, to: unknown): Said | undefined {
  const [before, after] = [lowestTls(from), lowestTls(to)];
  if (after !== undefined && after < 1.2) {
    return exposes.block([
      "tls-weakened",
      `clients may use TLS ${after.toFixed(1)}, which RFC 8996 forbids`,
      "keep TLS 1.2 as the least",
    ]);
  }
  if (before !== undefined && after !== undefined && after >= before) {
    return after > before
      ? rests.review([
          "tls-stricter",
          `clients that know only TLS ${before.toFixed(1)} are refused`,
          "look in the access logs who they are",
        ])
      : undefined;
  }
  return exposes.review([
    "tls-weakened",
    "what TLS demands of clients changes",
    "keep the strictest that the clients bear",
  ]);
}
