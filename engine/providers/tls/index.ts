// First of all: @peculiar/x509 refuses to load without it.
import "reflect-metadata";
import { definitionsByToken } from "../generated.ts";
import type { Provider } from "../provider.ts";
import type { Table } from "../table.ts";
import { certRequest } from "./certRequest.ts";
import { locallySignedCert } from "./locallySignedCert.ts";
import { privateKey } from "./privateKey.ts";
import { selfSignedCert } from "./selfSignedCert.ts";
import declared from "./table.json" with { type: "json" };

// Written by generate.ts, which has the type; from JSON every `is` is a plain string.
const table = declared as unknown as Table;

/** Keys and certificates, really made here with Web Crypto. */
export const tls: Provider = {
  name: "tls",
  version: table.version,
  ...definitionsByToken(table, [privateKey, selfSignedCert, certRequest, locallySignedCert]),
};
