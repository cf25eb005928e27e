/** What becomes of a check of a peer's that our stages do not pass: a rule of ours finds it too, or it stands, and why. */
export type Answer =
  | { readonly rules: readonly string[]; readonly because?: string }
  | { readonly rules?: undefined; readonly because: string };

const stands = (because: string): Answer => ({ because });
const found = (rule: string, because: string): Answer => ({ rules: [rule], because });

/**
 * Checkov 3.3.30's checks that `aws-ecs` large and `aws-eks` medium do not pass, as `node bench/checkov.ts` finds them
 * (2026-11-21): every other that concerns them is passed.
 */
export const checkov: Readonly<Record<string, Answer>> = {
  CKV2_AWS_27: stands("statements over a second are logged; all of them would put people's data into logs"),
  CKV2_AWS_28: stands(
    "the firewall is at CloudFront; the balancer lets in CloudFront alone, by its own list and a secret header",
  ),
  CKV2_AWS_47: stands(
    "the rules on known bad inputs are in the firewall; Checkov does not follow its ARN in a plan",
  ),
  CKV2_AWS_5: stands("the group is on the proxy; Checkov does not know that a proxy has groups"),
  CKV2_AWS_57: found(
    "secrets-rotate",
    "the master's is rotated by RDS; the app's is turned over by rung up, with the app",
  ),
  CKV2_AWS_62: stands("nothing waits for a bucket's events"),
  CKV2_AWS_64: found("kms-not-public", "the default policy is the account's alone, as ours would be"),
  CKV2_AWS_71: stands(
    "names are the stack's own part of the domain; Checkov takes an unknown name for a wildcard",
  ),
  CKV_AWS_115: stands(
    "the function that moves the writer is asked by people and by health, a few times a year",
  ),
  CKV_AWS_116: stands("it is asked for an answer, never by events that could be lost"),
  CKV_AWS_117: stands(
    "it asks AWS's APIs alone: in the VPC it would need a way out when the region is in trouble",
  ),
  CKV_AWS_129: found("rds-logs", "mended"),
  CKV_AWS_144: found(
    "s3-replication-on",
    "data is replicated on aws-eks, and copied by AWS Backup on aws-ecs; logs and pages are made again",
  ),
  CKV_AWS_145: found(
    "s3-encryption-named",
    "AWS's log writers take no customer key; the away page is public",
  ),
  CKV_AWS_157: found("rds-multi-az", "a replica is the second copy; the primary is in two zones"),
  CKV_AWS_158: stands(
    "CloudWatch encrypts every group; a key of one's own adds a way to lose them, and costs by the call",
  ),
  CKV_AWS_18: found(
    "s3-access-logs",
    "reads are not logged: uploads go by presigned addresses that the app hands out",
  ),
  CKV_AWS_21: found("s3-versioning-on", "logs and pages are written once; of data every version is kept"),
  CKV_AWS_226: found("rds-minor-upgrades", "mended"),
  CKV_AWS_23: found("ec2-rule-described", "mended"),
  CKV_AWS_259: found(
    "cloudfront-hsts",
    "preload is a promise for the whole domain, its owner's to make; the app's own header stands",
  ),
  CKV_AWS_272: stands("its code is in this repository and brought by the engine, which knows its hash"),
  CKV_AWS_29: found(
    "elasticache-encrypted",
    "a second region's group takes it from the global one, which has it; AWS refuses to be told twice",
  ),
  CKV_AWS_297: stands("a schedule holds a task's name and its command: nothing secret"),
  CKV_AWS_30: found("elasticache-tls", "as CKV_AWS_29"),
  CKV_AWS_305: stands("/ is the app's own answer: there is no object to name"),
  CKV_AWS_31: found("elasticache-password", "as CKV_AWS_29"),
  CKV_AWS_310: stands("one origin over several zones; when it is away, a page from S3 is served"),
  CKV_AWS_338: found(
    "logs-kept",
    "how long is the spec's to say: retention is a limit on people's data, too",
  ),
  CKV_AWS_355: stands("mended"),
  CKV_AWS_374: stands("who may come in is the app's to decide"),
  CKV_AWS_378: stands(
    "inside the VPC, from the balancer's group alone; the tasks have no certificate that anybody could check",
  ),
  CKV_AWS_39: found(
    "eks-private-endpoint",
    "open to rung:adminCidrs alone, for those who are not in the VPC",
  ),
  CKV_AWS_50: stands("it runs a few times a year, and tells what it did in its log"),
  CKV_AWS_86: found(
    "cloudfront-logs",
    "logs go by CloudWatch's log delivery (v2), which Checkov does not know",
  ),
  CKV_K8S_11: found(
    "pod-limits",
    "memory is limited, a processor's time is not: a limit stalls a pod beside idle cores",
  ),
  CKV_K8S_35: found(
    "pod-no-secrets-in-environment",
    "taken from Secrets by reference: the same names on every stage",
  ),
};
