/** Rules by what they are about, of every vendor: what clauses of different laws ask alike. */

export const encryptedAtRest = [
  "rds-encrypted",
  "elasticache-encrypted",
  "s3-encryption",
  "ec2-volume-encrypted",
  "ec2-encryption-by-default",
  "eks-secrets-encrypted",
  "sns-encrypted",
  "sqs-encrypted",
  "backup-vault-key",
  "s3-replication-encrypted",
  "global-database-kept",
  "replica-encrypted",
] as const;

export const ownKeys = [
  "rds-customer-key",
  "elasticache-customer-key",
  "secrets-customer-key",
  "ecr-customer-key",
  "kms-rotation",
  "kms-not-public",
  "kms-time-to-regret",
  "kms-decrypt-named",
] as const;

export const encryptedInTransit = [
  "rds-tls-forced",
  "rds-proxy-tls",
  "elasticache-tls",
  "s3-tls-only",
  "s3-policy",
  "lb-https-only",
  "lb-tls-policy",
  "cloudfront-https",
  "cloudfront-origin-tls",
  "cloudfront-tls-version",
  "cloudfront-hsts",
  "cloudflare-tls",
  "hcloud-balancer-tls",
  "supabase-tls",
  "upstash-tls",
  "lb-closed-to-http",
] as const;

export const networkShut = [
  "ec2-no-open-ports",
  "ec2-no-open-ports-classic",
  "ec2-no-open-ports-inline",
  "ec2-default-group-empty",
  "ec2-acl-no-admin-ports",
  "ec2-instance-not-public",
  "ec2-template-not-public",
  "rds-not-public",
  "rds-in-a-vpc",
  "elasticache-own-subnets",
  "ecs-no-public-address",
  "eks-private-endpoint",
  "service-not-public",
  "hcloud-no-open-ports",
  "hcloud-firewall-on",
  "coolify-database-private",
  "supabase-network",
  "docker-local-ports",
  "ec2-only-cdn-comes-in",
  "scheduler-no-public-address",
  "network-policy-narrow",
  "worker-own-domain",
] as const;

export const firewallInFront = [
  "cloudfront-firewall",
  "waf-rules",
  "cloudflare-rules-on",
  "vercel-firewall-on",
  "lb-rules-conditioned",
  "waf-rules-seen",
] as const;

export const storesNotPublic = [
  "s3-public-access-block",
  "s3-public-access-shut",
  "s3-no-public-acl",
  "s3-no-acls",
  "s3-policy-not-public",
  "r2-not-public",
  "supabase-bucket-private",
  "ecr-not-public",
  "secrets-not-public",
  "sqs-not-public",
  "sns-not-public",
] as const;

export const leastRights = [
  "iam-no-full-rights",
  "iam-no-whole-services",
  "iam-no-escalation",
  "iam-pass-role-named",
  "iam-no-foreign-everyone",
  "iam-github-by-repository",
  "iam-no-user-policies",
  "ecs-task-roles",
  "eks-access-entries",
  "pod-own-account",
  "pod-no-token",
  "rbac-no-wildcards",
  "rbac-no-admins",
  "resource-policy-names-actions",
  "account-no-token",
] as const;

export const whoIsThere = [
  "elasticache-password",
  "rds-password-by-aws",
  "iam-password-policy",
  "iam-no-access-keys",
  "supabase-sign-up",
  "ecs-no-shell",
  "password-long",
] as const;

export const secretsHidden = [
  "ecs-no-secrets-in-environment",
  "pod-no-secrets-in-environment",
  "worker-no-plain-secrets",
  "vercel-variables-sensitive",
  "secrets-rotate",
] as const;

export const logged = [
  "trail-whole",
  "vpc-flow-logs",
  "vpc-flow-logs-all",
  "rds-logs",
  "ecs-logs",
  "eks-audit-logs",
  "lb-access-logs",
  "worker-logs",
] as const;

export const logsKept = ["logs-kept", "logs-kept-as-asked"] as const;

export const watched = [
  "ecs-container-insights",
  "rds-enhanced-monitoring",
  "waf-metrics",
  "rds-event-categories",
] as const;

export const backedUp = [
  "rds-backups",
  "rds-last-snapshot",
  "elasticache-backups",
  "backup-plan-copies",
  "backup-vault-locked",
  "s3-versioning-on",
  "backup-selection-filled",
  "s3-replication-on",
  "r2-locked",
  "hcloud-backups",
] as const;

export const notDeleted = [
  "stores-protected",
  "rds-deletion-protection",
  "lb-deletion-protection",
  "hcloud-deletion-protection",
  "s3-not-emptied",
  "supabase-bucket-kept",
  "secrets-time-to-regret",
] as const;

export const standsThrough = [
  "rds-multi-az",
  "rds-cluster-multi-az",
  "elasticache-failover",
  "elasticache-multi-az",
  "lb-zones",
  "deployment-spread",
  "autoscaling-room",
] as const;

export const recovers = ["objectives-rto", "objectives-rpo", "objectives-retention"] as const;

export const hardened = [
  "ecs-not-privileged",
  "ecs-read-only-root",
  "ecs-own-network",
  "ecs-own-processes",
  "pod-not-privileged",
  "pod-non-root",
  "pod-no-escalation",
  "pod-capabilities-dropped",
  "namespace-restricted",
  "docker-hardened",
  "docker-socket-shut",
  "ec2-imdsv2",
  "coolify-hardened",
] as const;

export const imagesKnown = [
  "ecr-scan",
  "ecr-immutable",
  "ecs-image-by-digest",
  "pod-image-by-digest",
  "coolify-image-by-digest",
] as const;

export const keptUp = [
  "rds-engine-supported",
  "rds-minor-upgrades",
  "elasticache-minor-upgrades",
  "eks-version-supported",
  "ecs-latest-platform",
] as const;

export const whoseItIs = ["tagged", "labelled"] as const;

export const placesKept = ["residency-kept", "residency-said"] as const;
