import { all, given, isNot, type Rule } from "../../model.ts";
import { everyone, nobody, openTo } from "./open.ts";

/** Topics and queues. Controls: AWS FSBP (docs.aws.amazon.com/securityhub, 2026). */
export const topics: readonly Rule[] = [
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
];
