import { is, type Rule } from "../../model.ts";

/** The firewall in front of the app. Controls: AWS FSBP (docs.aws.amazon.com/securityhub, 2026). */
export const waf: readonly Rule[] = [
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
];
