import { isEveryone, statements } from "../../documents.ts";
import { all, atLeast, given, is, isNot, oneOf, type Rule, some, where } from "../../model.ts";

const openTo = (property: string, what: string) => (see: { json(path: string): unknown }) => {
  const open = statements(see.json(property)).find(
    (one) => one.Effect === "Allow" && isEveryone(one) && !one.Condition,
  );
  return open ? `everyone may ${what}` : undefined;
};
const everyone = JSON.stringify({ Statement: [{ Effect: "Allow", Principal: "*", Action: "*" }] });
const nobody = JSON.stringify({
  Statement: [{ Effect: "Allow", Principal: { Service: "cloudwatch.amazonaws.com" }, Action: "*" }],
});

/** Where a backup is copied to. */
interface Copy {
  readonly lifecycle?: { readonly deleteAfter?: number };
}

/** Registry, firewall, logs, queues, backups, budgets. Controls: AWS FSBP (docs.aws.amazon.com/securityhub, 2026). */
export const rest: readonly Rule[] = [
  {
    id: "ecr-scan",
    types: ["aws:ecr/repository:Repository"],
    must: "images are scanned when they are pushed",
    why: "a hole that everybody knows goes into production unseen",
    mend: "set imageScanningConfiguration.scanOnPush: true",
    severity: "high",
    controls: ["FSBP ECR.1"],
    check: is("imageScanningConfiguration.scanOnPush", true),
    good: [{ imageScanningConfiguration: { scanOnPush: true } }],
    bad: [{}, { imageScanningConfiguration: { scanOnPush: false } }],
  },
  {
    id: "ecr-immutable",
    types: ["aws:ecr/repository:Repository"],
    must: "a tag never changes what it names",
    why: "what was tested is not what runs",
    mend: 'set imageTagMutability: "IMMUTABLE"',
    severity: "medium",
    controls: ["FSBP ECR.2"],
    check: oneOf("imageTagMutability", ["IMMUTABLE", "IMMUTABLE_WITH_EXCLUSION"]),
    good: [{ imageTagMutability: "IMMUTABLE" }],
    bad: [{}, { imageTagMutability: "MUTABLE" }],
  },
  {
    id: "ecr-customer-key",
    types: ["aws:ecr/repository:Repository"],
    must: "images are encrypted with a key of the account's own",
    why: "AWS's default key can be neither revoked nor watched",
    mend: 'set encryptionConfigurations: [{ encryptionType: "KMS", kmsKey }]',
    severity: "low",
    controls: ["Security Hub ECR.5"],
    check: all(some("encryptionConfigurations[].encryptionType", "KMS"), (see) =>
      see.list("encryptionConfigurations[].kmsKey").length > 0 ? undefined : "kmsKey is not set",
    ),
    good: [{ encryptionConfigurations: [{ encryptionType: "KMS", kmsKey: "arn" }] }],
    bad: [
      {},
      { encryptionConfigurations: [{ encryptionType: "AES256" }] },
      { encryptionConfigurations: [{ encryptionType: "KMS" }] },
    ],
  },
  {
    id: "ecr-not-public",
    types: ["aws:ecr/repositoryPolicy:RepositoryPolicy"],
    must: "images are not everyone's",
    why: "they hold the app's code",
    mend: "name the principals",
    severity: "high",
    controls: [],
    check: openTo("policy", "pull the images"),
    good: [{ policy: nobody }],
    bad: [{ policy: everyone }],
  },
  {
    id: "waf-rules",
    types: ["aws:wafv2/webAcl:WebAcl"],
    must: "a firewall has rules, a rate among them",
    why: "without rules it lets everything through, without a rate one address can take the app down",
    mend: "add AWS's managed rules and a rateBasedStatement",
    severity: "high",
    controls: ["FSBP WAF.10"],
    check: (see) => {
      const rules = see.list("rules") as readonly {
        statement?: Readonly<Record<string, unknown>>;
        overrideAction?: Readonly<Record<string, unknown>>;
      }[];
      if (rules.length === 0) return "it has no rules";
      if (!rules.some(({ statement }) => statement?.rateBasedStatement)) return "it has no rate";
      const counting = rules.find(
        ({ statement, overrideAction }) => statement?.managedRuleGroupStatement && overrideAction?.count,
      );
      return counting ? "a managed group only counts" : undefined;
    },
    good: [
      {
        rules: [
          { statement: { rateBasedStatement: {} } },
          { statement: { managedRuleGroupStatement: {} }, overrideAction: { none: {} } },
        ],
      },
    ],
    bad: [
      {},
      { rules: [{ statement: { managedRuleGroupStatement: {} } }] },
      {
        rules: [
          { statement: { rateBasedStatement: {} } },
          { statement: { managedRuleGroupStatement: {} }, overrideAction: { count: {} } },
        ],
      },
    ],
  },
  {
    id: "waf-metrics",
    types: ["aws:wafv2/webAcl:WebAcl", "aws:wafv2/ruleGroup:RuleGroup"],
    must: "a firewall's work is counted",
    why: "an attack is seen by nobody",
    mend: "set visibilityConfig.cloudwatchMetricsEnabled: true",
    severity: "medium",
    controls: ["FSBP WAF.12"],
    check: is("visibilityConfig.cloudwatchMetricsEnabled", true),
    good: [{ visibilityConfig: { cloudwatchMetricsEnabled: true } }],
    bad: [{ visibilityConfig: { cloudwatchMetricsEnabled: false } }, {}],
  },
  {
    id: "waf-logs-hide",
    types: ["aws:wafv2/webAclLoggingConfiguration:WebAclLoggingConfiguration"],
    must: "a firewall's log holds no cookies and no tokens",
    why: "whoever reads the log is logged in as everybody",
    mend: "name authorization and cookie among redactedFields",
    severity: "medium",
    controls: ["Security Hub WAF.11"],
    check: (see) => {
      const hidden = see.list("redactedFields[].singleHeader.name").map(String);
      const shown = ["authorization", "cookie"].find((name) => !hidden.includes(name));
      return shown ? `redactedFields does not name ${shown}` : undefined;
    },
    good: [
      { redactedFields: [{ singleHeader: { name: "authorization" } }, { singleHeader: { name: "cookie" } }] },
    ],
    bad: [{}, { redactedFields: [{ singleHeader: { name: "cookie" } }] }],
  },
  {
    id: "logs-kept",
    types: ["aws:cloudwatch/logGroup:LogGroup"],
    must: "logs are kept for a time that somebody chose",
    why: "for ever costs more each month, and a week is too short to look back",
    mend: "set retentionInDays: 30 or more",
    severity: "low",
    controls: ["Security Hub CloudWatch.16"],
    check: atLeast("retentionInDays", 14),
    good: [{ retentionInDays: 30 }],
    bad: [{}, { retentionInDays: 1 }, { retentionInDays: 0 }],
  },
  {
    id: "trail-whole",
    types: ["aws:cloudtrail/trail:Trail"],
    must: "a trail is of all regions, checked, encrypted and read",
    why: "what was done where nobody looks, or was taken out again, is not there",
    mend: "set isMultiRegionTrail, enableLogFileValidation, kmsKeyId and cloudWatchLogsGroupArn",
    severity: "high",
    controls: [
      "FSBP CloudTrail.1",
      "FSBP CloudTrail.2",
      "FSBP CloudTrail.4",
      "FSBP CloudTrail.5",
      "CIS AWS 3.1",
      "CIS AWS 3.2",
      "CIS AWS 3.5",
    ],
    check: all(
      is("isMultiRegionTrail", true),
      is("enableLogFileValidation", true),
      given("kmsKeyId"),
      given("cloudWatchLogsGroupArn"),
    ),
    good: [
      { isMultiRegionTrail: true, enableLogFileValidation: true, kmsKeyId: "a", cloudWatchLogsGroupArn: "b" },
    ],
    bad: [
      {},
      {
        isMultiRegionTrail: true,
        enableLogFileValidation: false,
        kmsKeyId: "a",
        cloudWatchLogsGroupArn: "b",
      },
    ],
  },
  {
    id: "sns-encrypted",
    types: ["aws:sns/topic:Topic"],
    must: "a topic is encrypted with a key that its tellers may use",
    why: "alarms tell of names, and with AWS's own key CloudWatch's never arrive",
    mend: "set kmsMasterKeyId to a customer key",
    severity: "medium",
    controls: ["Security Hub SNS.1"],
    check: all(given("kmsMasterKeyId"), isNot("kmsMasterKeyId", "alias/aws/sns")),
    good: [{ kmsMasterKeyId: "arn" }],
    bad: [{}, { kmsMasterKeyId: "alias/aws/sns" }],
  },
  {
    id: "sns-not-public",
    types: ["aws:sns/topicPolicy:TopicPolicy"],
    must: "not everyone may tell or hear a topic",
    why: "anybody could raise alarms, or hear them",
    mend: "name the principals",
    severity: "high",
    controls: ["FSBP SNS.4"],
    check: openTo("policy", "use the topic"),
    good: [{ policy: nobody }],
    bad: [{ policy: everyone }],
  },
  {
    id: "sqs-encrypted",
    types: ["aws:sqs/queue:Queue"],
    must: "queues are encrypted",
    why: "what waits in them is data",
    mend: "set sqsManagedSseEnabled: true, or kmsMasterKeyId",
    severity: "medium",
    controls: ["FSBP SQS.1"],
    check: (see) =>
      see.at("sqsManagedSseEnabled") === true || see.has("kmsMasterKeyId")
        ? undefined
        : "neither sqsManagedSseEnabled nor kmsMasterKeyId is set",
    good: [{ sqsManagedSseEnabled: true }, { kmsMasterKeyId: "a" }],
    bad: [{}, { sqsManagedSseEnabled: false }],
  },
  {
    id: "sqs-not-public",
    types: ["aws:sqs/queuePolicy:QueuePolicy"],
    must: "not everyone may read or fill a queue",
    why: "anybody could start jobs, or take them away",
    mend: "name the principals",
    severity: "critical",
    controls: ["FSBP SQS.3"],
    check: openTo("policy", "use the queue"),
    good: [{ policy: nobody }],
    bad: [{ policy: everyone }],
  },
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
  {
    id: "autoscaling-room",
    types: ["aws:appautoscaling/target:Target"],
    must: "what scales stands on two at the least, and has room to grow",
    why: "one that dies takes the app along",
    mend: "set minCapacity: 2 or more, and maxCapacity above it",
    severity: "medium",
    controls: ["FSBP AutoScaling.2"],
    check: all(atLeast("minCapacity", 2), (see) =>
      Number(see.at("maxCapacity")) > Number(see.at("minCapacity"))
        ? undefined
        : "maxCapacity is not above minCapacity",
    ),
    good: [{ minCapacity: 2, maxCapacity: 4 }],
    bad: [
      { minCapacity: 1, maxCapacity: 4 },
      { minCapacity: 2, maxCapacity: 2 },
    ],
  },
  {
    id: "budget-warns",
    types: ["aws:budgets/budget:Budget"],
    must: "a budget tells somebody, before it is spent",
    why: "it is found on the bill",
    mend: "add notifications below 100 %",
    severity: "medium",
    controls: [],
    check: (see) => {
      const found = see.list("notifications") as readonly {
        threshold?: number;
        subscriberSnsTopicArns?: unknown;
        subscriberEmailAddresses?: unknown;
      }[];
      return found.some(
        ({ threshold, ...who }) =>
          Number(threshold) <= 100 && (who.subscriberSnsTopicArns || who.subscriberEmailAddresses),
      )
        ? undefined
        : "nobody is told";
    },
    good: [{ notifications: [{ threshold: 80, subscriberSnsTopicArns: ["arn"] }] }],
    bad: [{}, { notifications: [{ threshold: 80 }] }],
  },
  {
    id: "acm-renewed",
    types: ["aws:acm/certificate:Certificate"],
    must: "certificates renew themselves",
    why: "one that is proven by mail or brought by hand expires by surprise",
    mend: 'set validationMethod: "DNS"',
    severity: "medium",
    controls: ["FSBP ACM.1"],
    check: where((see) => !see.has("certificateAuthorityArn"), is("validationMethod", "DNS")),
    good: [{ validationMethod: "DNS" }],
    bad: [{ validationMethod: "EMAIL" }, {}],
  },
];
