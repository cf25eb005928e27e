import { atLeast, isNot, type Rule } from "../../model.ts";

/** Passwords and certificates that a stack makes for itself. */
export const keys: readonly Rule[] = [
  {
    id: "password-long",
    types: ["random:index/randomPassword:RandomPassword"],
    must: "passwords that nobody types have 24 characters at the least",
    why: "whoever has a copy of the hash can guess shorter ones",
    mend: "set length: 32",
    severity: "high",
    controls: [],
    check: atLeast("length", 24),
    good: [{ length: 32 }],
    bad: [{ length: 8 }, {}],
  },
  {
    id: "leaf-is-no-authority",
    types: ["tls:index/locallySignedCert:LocallySignedCert"],
    must: "a server's certificate cannot sign others",
    why: "whoever takes the server could be every other",
    mend: "leave isCaCertificate out",
    severity: "high",
    controls: [],
    check: isNot("isCaCertificate", true),
    good: [{}, { isCaCertificate: false }],
    bad: [{ isCaCertificate: true }],
  },
];
