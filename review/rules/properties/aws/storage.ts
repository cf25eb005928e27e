import { always, exposes, loses, type PropertyRule, rests, rule, whenLess, whenOff } from "../../rule.ts";

const bucket = /^aws:s3\/bucket/;

/** S3, keys and secrets, and AWS Backup. */
export const storage: readonly PropertyRule[] = [
  // S3
  rule(
    /^aws:s3\/bucketPublicAccessBlock:/,
    /./,
    whenOff(
      exposes.block([
        "public-bucket",
        "the bucket may be made public",
        "keep all four blocks on; give out objects through the CDN or signed addresses",
      ]),
    ),
  ),
  rule(/^aws:s3\/bucketVersioning:/, /status$/, ({ to }) =>
    to === "Enabled"
      ? undefined
      : loses.review([
          "versioning-off",
          "earlier versions are no longer kept: what is overwritten or deleted is gone",
          "keep versions where a mistake must be undone",
        ]),
  ),
  rule(/^aws:s3\/bucketLifecycle/, /./, ({ path, from, to }) =>
    /days|expiration/i.test(path) && !(Number(to) >= Number(from))
      ? loses.review([
          "objects-expire",
          to === undefined && from !== undefined
            ? "a lifecycle rule goes"
            : "objects, or old versions of them, are deleted sooner than before",
          "make sure that nobody needs them for longer",
        ])
      : to === undefined || /status/.test(path)
        ? rests.review(["lifecycle", "a lifecycle rule of the bucket changes", "read what it deletes"])
        : undefined,
  ),
  rule(
    /^aws:s3\/bucketServerSideEncryption/,
    /./,
    always(
      exposes.review([
        "encryption-changed",
        "new objects are encrypted otherwise than before",
        "keep the customer key; old objects keep theirs",
      ]),
    ),
  ),
  rule(
    bucket,
    /^(rule|objectOwnership|acl|website|cors)/,
    always(
      exposes.review([
        "bucket-access",
        "who owns objects, or may read them, changes",
        "keep BucketOwnerEnforced",
      ]),
    ),
  ),

  // KMS, Secrets Manager, backups
  rule(
    /^aws:kms\/key:/,
    /^enableKeyRotation$/,
    whenOff(exposes.review(["rotation-off", "the key is no longer rotated every year", "keep rotation on"])),
  ),
  rule(
    /^aws:(kms\/key|secretsmanager\/secret):/,
    /^(deletionWindowInDays|recoveryWindowInDays)$/,
    whenLess(
      loses.review(["window-cut", "a deletion by mistake can be undone for less time", "keep 30 days"]),
    ),
  ),
  rule(
    /^aws:secretsmanager\/secretVersion:/,
    /^secretString$/,
    always(
      rests.review([
        "secret-changed",
        "the value of the secret changes: what reads it must be started anew",
        "make sure that both values are valid while tasks roll over",
      ]),
    ),
  ),
  rule(
    /^aws:backup\/vaultLockConfiguration:/,
    /^(minRetentionDays|maxRetentionDays)$/,
    whenLess(
      loses.review(["backup-weakened", "the lock of the vault guards backups for less time", "keep it"]),
    ),
  ),
  rule(/^aws:backup\/(plan|selection):/, /^(rules|resources)/, ({ path, from, to }, step) => {
    if (/deleteAfter$/.test(path))
      return Number(to) >= Number(from)
        ? undefined
        : loses.review([
            "backup-weakened",
            `backups are kept ${String(to)} days instead of ${String(from)}`,
            "keep as many days as the spec's promise and the law ask for",
          ]);
    const named = (value: unknown) => (Array.isArray(value) ? value.length : 0);
    if (path === "resources" && named(step.after.resources) >= named(step.before.resources)) {
      return loses.review([
        "backup-changed",
        "what is backed up changes",
        "make sure that every store is still in the selection",
      ]);
    }
    return loses.review([
      "backup-weakened",
      "less is backed up, or otherwise",
      "keep every store in the plan",
    ]);
  }),
];
