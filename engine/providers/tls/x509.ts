import { webcrypto } from "node:crypto";

type X509 = typeof import("@peculiar/x509");

let loading: Promise<X509> | undefined;

/** The library for certificates. Loaded when the first one is made: it takes longer than all the rest. */
export function loadX509(): Promise<X509> {
  loading ??= (async () => {
    await import("reflect-metadata");
    const x509 = await import("@peculiar/x509");
    // Both describe the same Web Crypto; Node's types and x509's, which are the DOM's, differ in name alone.
    x509.cryptoProvider.set(webcrypto as unknown as Crypto);
    return x509;
  })();
  return loading;
}
