import { all, atLeast, given, is, type Rule, where } from "../../model.ts";

/** Logs, trail, scaling, budget, certificates. Controls: AWS FSBP (docs.aws.amazon.com/securityhub, 2026). */
export const account: readonly Rule[] = [
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
