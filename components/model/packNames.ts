/** Laws and standards that a stack may be held to: `compliance` in the spec, `rung:compliance` in its settings. */
export const packNames = [
  "hipaa",
  "pci-dss",
  "soc2",
  "gdpr",
  "ferpa-coppa",
  "automotive",
  "logistics",
  "insurance",
  "legal",
] as const;
export type PackName = (typeof packNames)[number];
