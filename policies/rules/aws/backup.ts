import { atLeast, type Rule } from "../../model.ts";

/** Where a backup is copied to. */
interface Copy {
  readonly lifecycle?: { readonly deleteAfter?: number };
}

/** AWS Backup. Controls: AWS FSBP (docs.aws.amazon.com/securityhub, 2026). */
export const backup: readonly Rule[] = [
  {
    id: "backup-vault-key",
    types: ["aws:backup/vault:Vault"],
    must: "a vault has a key of the account's own, and is not emptied with its stack",
    why: "the backups are the last that is left when all else was deleted",
    mend: "set kmsKeyArn; leave forceDestroy out where a stack is protected",
    severity: "high",
    controls: ["FSBP Backup.1"],
    check: (see, { protect }) =>
      !see.has("kmsKeyArn")
        ? "kmsKeyArn is not set"
        : protect && see.at("forceDestroy") === true
          ? "forceDestroy is true"
          : undefined,
    good: [{ kmsKeyArn: "arn" }],
    bad: [{}],
  },
  {
    id: "backup-plan-copies",
    types: ["aws:backup/plan:Plan"],
    must: "backups are copied to another vault, and kept for a week at the least",
    why: "what lies beside the original burns with it",
    mend: "set rules[].copyActions, and lifecycle.deleteAfter: 7 or more",
    severity: "high",
    controls: [],
    check: (see) => {
      if (see.list("rules[].copyActions").length === 0) return "rules have no copyActions";
      const days = [
        ...see.list("rules[].lifecycle.deleteAfter"),
        ...see.list("rules[].copyActions").flatMap((copy) => (copy as Copy).lifecycle?.deleteAfter ?? []),
      ];
      const short = days.find((one) => Number(one) < 7);
      return short === undefined ? undefined : `deleteAfter is ${short}`;
    },
    good: [{ rules: [{ copyActions: [{}], lifecycle: { deleteAfter: 7 } }] }],
    bad: [
      { rules: [{ lifecycle: { deleteAfter: 7 } }] },
      { rules: [{ copyActions: [{}], lifecycle: { deleteAfter: 1 } }] },
    ],
  },
  {
    id: "backup-vault-locked",
    types: ["aws:backup/vaultLockConfiguration:VaultLockConfiguration"],
    must: "a locked vault keeps what is in it for a week at the least",
    why: "whoever has the account could empty it",
    mend: "set minRetentionDays: 7 or more",
    severity: "medium",
    controls: [],
    check: atLeast("minRetentionDays", 7),
    good: [{ minRetentionDays: 7 }],
    bad: [{}, { minRetentionDays: 1 }],
  },
];
