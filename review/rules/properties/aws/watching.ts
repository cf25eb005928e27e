import { always, exposes, harmless, loses, type PropertyRule, rests, rule } from "../../rule.ts";
import { watchedLess } from "../../watchedLess.ts";

/** Alarms, logs, schedules, budgets and the registry. */
export const watching: readonly PropertyRule[] = [
  rule(/^aws:cloudwatch\/metricAlarm:/, /^alarmActions|^actionsEnabled|^okActions/, ({ to }) =>
    to === true || (Array.isArray(to) && to.length > 0) ? undefined : watchedLess,
  ),
  rule(/^aws:cloudwatch\/(metricAlarm|dashboard):/, /./, harmless),
  rule(/^aws:cloudwatch\/eventRule:/, /^(scheduleExpression|state)$/, ({ path, to }) =>
    path === "state" && to !== "ENABLED"
      ? rests.review(["job-off", "the job no longer runs", "say who does its work"])
      : undefined,
  ),
  rule(
    /^aws:scheduler\/schedule:/,
    /^(scheduleExpression|target\.ecsParameters\.taskDefinitionArn|target\.input)/,
    harmless,
  ),
  rule(/^aws:scheduler\/schedule:/, /^state$/, ({ to }) =>
    to === "ENABLED"
      ? undefined
      : rests.review(["job-off", "the job no longer runs", "say who does its work"]),
  ),
  rule(/^aws:cloudwatch\/logGroup:/, /^retentionInDays$/, ({ from, to }) =>
    // 0 keeps for ever
    Number(to) === 0 || (Number(from) > 0 && Number(to) >= Number(from))
      ? undefined
      : loses.review([
          "logs-cut",
          `logs older than ${String(to)} days are deleted`,
          "export them where an audit asks for longer",
        ]),
  ),
  rule(/^aws:ec2\/flowLog:/, /^trafficType$/, ({ to }) => (to === "ALL" ? undefined : watchedLess)),
  rule(/^aws:budgets\//, /./, ({ path, from, to }) =>
    /limitAmount/.test(path) && Number(to) <= Number(from)
      ? undefined
      : rests.review(["budget", "the alarm on costs changes", "say who agreed to it"]),
  ),
  rule(
    /^aws:ecr\/lifecyclePolicy:/,
    /./,
    always(
      loses.review([
        "images-expire",
        "which images are kept changes: a rollback needs the old ones",
        "keep the last ten at least",
      ]),
    ),
  ),
  rule(/^aws:ecr\/repository:/, /^imageTagMutability$/, ({ to }) =>
    to === "IMMUTABLE"
      ? undefined
      : exposes.review([
          "tags-mutable",
          "an image's tag may point elsewhere tomorrow",
          "keep tags immutable",
        ]),
  ),
];
