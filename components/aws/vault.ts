import type * as pulumi from "@pulumi/pulumi";
import { type Aws, child, inRegion, kept, made, named, trust } from "./here.ts";
import { backup, iam, kms } from "./sdk.ts";

export interface VaultOptions {
  /** ARNs of what is backed up; of buckets, only versioned ones can be. */
  readonly resources: readonly pulumi.Input<string>[];
  readonly keyArn: pulumi.Input<string>;
  /** Where the copy is kept: another region of the same jurisdiction. */
  readonly copyRegion: string;
  readonly retentionDays: number;
  readonly topicArn: pulumi.Input<string>;
}

/**
 * A vault that nobody can empty before its time, a daily plan, and a copy in another region. The lock is in governance
 * mode: an administrator can still lift it, which compliance mode would forbid for good.
 * @param prefix before each logical name, where a stack has vaults in several regions
 */
export function vault(aws: Aws, options: VaultOptions, prefix = "") {
  const own = locked(aws, `${prefix}vault`, options.keyArn, options.retentionDays);
  const far = inRegion(aws, options.copyRegion);
  const farKey = new kms.Key(
    `${prefix}key-vault-copy`,
    {
      ...made(far, `${prefix}key-vault-copy`),
      description: named(aws, `${prefix}vault-copy`, 200),
      enableKeyRotation: true,
      deletionWindowInDays: 30,
    },
    kept(aws),
  );
  const copy = locked(far, `${prefix}vault-copy`, farKey.arn, options.retentionDays);
  const lifecycle = { deleteAfter: options.retentionDays };
  const plan = new backup.Plan(
    `${prefix}backup`,
    {
      ...made(aws, `${prefix}backup`),
      name: named(aws, "daily", 50),
      rules: [
        {
          ruleName: "daily",
          targetVaultName: own.name,
          schedule: "cron(0 3 * * ? *)",
          startWindow: 60,
          completionWindow: 480,
          lifecycle,
          copyActions: [{ destinationVaultArn: copy.arn, lifecycle }],
        },
      ],
    },
    child(aws),
  );
  const role = new iam.Role(
    `${prefix}backup`,
    { tags: made(aws, `${prefix}backup`).tags, assumeRolePolicy: trust("backup.amazonaws.com") },
    child(aws),
  );
  const rights = Object.entries({
    make: "arn:aws:iam::aws:policy/service-role/AWSBackupServiceRolePolicyForBackup",
    restore: "arn:aws:iam::aws:policy/service-role/AWSBackupServiceRolePolicyForRestores",
    // Buckets have policies of their own.
    "make-s3": "arn:aws:iam::aws:policy/AWSBackupServiceRolePolicyForS3Backup",
    "restore-s3": "arn:aws:iam::aws:policy/AWSBackupServiceRolePolicyForS3Restore",
  }).map(
    ([name, policyArn]) =>
      new iam.RolePolicyAttachment(`${prefix}backup-${name}`, { role: role.name, policyArn }, child(aws)),
  );
  new backup.Selection(
    `${prefix}backup`,
    {
      region: aws.region,
      planId: plan.id,
      name: named(aws, "stores", 50),
      iamRoleArn: role.arn,
      resources: [...options.resources],
    },
    { ...child(aws), dependsOn: rights },
  );
  new backup.VaultNotifications(
    `${prefix}backup`,
    {
      region: aws.region,
      backupVaultName: own.name,
      snsTopicArn: options.topicArn,
      backupVaultEvents: ["BACKUP_JOB_FAILED", "COPY_JOB_FAILED", "RESTORE_JOB_COMPLETED"],
    },
    child(aws),
  );
  return own;
}

function locked(aws: Aws, part: string, keyArn: pulumi.Input<string>, retentionDays: number) {
  const it = new backup.Vault(
    part,
    { ...made(aws, part), name: named(aws, part, 50), kmsKeyArn: keyArn, forceDestroy: !aws.context.protect },
    kept(aws),
  );
  new backup.VaultLockConfiguration(
    part,
    {
      region: aws.region,
      backupVaultName: it.name,
      minRetentionDays: Math.min(7, retentionDays),
      maxRetentionDays: Math.max(365, retentionDays),
    },
    child(aws),
  );
  return it;
}
