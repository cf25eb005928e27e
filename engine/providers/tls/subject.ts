import type { JsonGeneralName, JsonName } from "@peculiar/x509";
import { isUnknown } from "../generic/values.ts";
import type { Failure } from "../provider.ts";

/** As in the SDK's `inputs.SelfSignedCertSubject` and `CertRequestSubject`. */
export interface Subject {
  readonly commonName?: string;
  readonly country?: string;
  readonly emailAddress?: string;
  readonly locality?: string;
  readonly organization?: string;
  readonly organizationalUnit?: string;
  readonly postalCode?: string;
  readonly province?: string;
  readonly serialNumber?: string;
  readonly streetAddresses?: readonly string[];
}

/** X.520's names of attributes, as short as x509 knows them; the rest by number. In the order of a written name. */
const attributes: readonly (readonly [keyof Subject, string])[] = [
  ["country", "C"],
  ["organization", "O"],
  ["organizationalUnit", "OU"],
  ["locality", "L"],
  ["province", "ST"],
  ["streetAddresses", "2.5.4.9"],
  ["postalCode", "2.5.4.17"],
  ["commonName", "CN"],
  ["serialNumber", "2.5.4.5"],
  ["emailAddress", "1.2.840.113549.1.9.1"],
];

/** A distinguished name: one part for each attribute that is given. */
export function nameOf(subject: Subject = {}): JsonName {
  return attributes.flatMap(([key, type]) => {
    const value = subject[key];
    if (value === undefined || value.length === 0) return [];
    return [{ [type]: typeof value === "string" ? [value] : [...value] }];
  });
}

export interface AlternativeNames {
  readonly dnsNames?: readonly string[];
  readonly ipAddresses?: readonly string[];
  readonly uris?: readonly string[];
}

export const alternativeNames = ({
  dnsNames = [],
  ipAddresses = [],
  uris = [],
}: AlternativeNames): JsonGeneralName[] => [
  ...dnsNames.map((value) => ({ type: "dns" as const, value })),
  ...ipAddresses.map((value) => ({ type: "ip" as const, value })),
  ...uris.map((value) => ({ type: "url" as const, value })),
];

/** What a preview does not know yet is judged once it is known. */
export function judgeNames(
  { ipAddresses = [], uris = [] }: AlternativeNames,
  isIp: (text: string) => number,
): Failure[] {
  return [
    ...ipAddresses.flatMap((value, index) =>
      isUnknown(value) || isIp(value)
        ? []
        : [{ property: `ipAddresses[${index}]`, reason: `"${value}" is not an IP address` }],
    ),
    ...uris.flatMap((value, index) =>
      isUnknown(value) || URL.canParse(value)
        ? []
        : [{ property: `uris[${index}]`, reason: `"${value}" is not a URI` }],
    ),
  ];
}
