import { statements } from "../../documents.ts";
import { every, given, is, isNot, type Rule, where } from "../../model.ts";

const document = (more: object) => JSON.stringify({ Statement: [{ Effect: "Allow", ...more }] });

/** By which property each type carries the document that says who may do what with it. */
const documents: Readonly<Record<string, string>> = {
  "aws:iam/role:Role": "assumeRolePolicy",
  "aws:kms/key:Key": "policy",
  "aws:s3/bucketPolicy:BucketPolicy": "policy",
  "aws:sns/topicPolicy:TopicPolicy": "policy",
  "aws:sqs/queuePolicy:QueuePolicy": "policy",
};

/** Ways in, and ways around what stands before them. */
export const doors: readonly Rule[] = [
  {
    id: "resource-policy-names-actions",
    types: Object.keys(documents),
    must: "a resource's own policy names what it allows",
    why: "with *, whoever may do one thing may do all",
    mend: "name the actions",
    severity: "high",
    controls: [],
    check: (see, { type }) => {
      const wide = statements(see.json(documents[type] ?? "policy")).some(
        ({ Effect, Action }) => Effect === "Allow" && [Action].flat().includes("*"),
      );
      return wide ? "a statement allows *" : undefined;
    },
    good: [{ assumeRolePolicy: document({ Action: "sts:AssumeRole" }) }],
    bad: [{ assumeRolePolicy: document({ Action: "*" }) }],
  },
  {
    id: "lb-rules-conditioned",
    types: ["aws:lb/listenerRule:ListenerRule"],
    must: "a rule of a load balancer says for which requests it is",
    why: "requests that did not come through the CDN and its firewall would be served",
    mend: "set conditions",
    severity: "high",
    controls: [],
    check: (see, subject) =>
      see.list("conditions").length > 0
        ? undefined
        : (given("conditions")(see, subject) ?? "conditions is empty"),
    good: [{ conditions: [{ httpHeader: {} }] }],
    bad: [{ conditions: [] }, {}],
  },
  {
    id: "lb-closed-to-http",
    types: ["aws:lb/listener:Listener"],
    must: "what answers by itself is HTTPS",
    why: "rules of the listener would serve the app in the clear",
    mend: 'set protocol: "HTTPS", or redirect',
    severity: "high",
    controls: ["FSBP ELB.1", "FSBP ELB.18"],
    check: where((see) => see.at("protocol") === "HTTP", every("defaultActions[].type", ["redirect"])),
    good: [
      { protocol: "HTTPS", defaultActions: [{ type: "fixed-response" }] },
      { protocol: "HTTP", defaultActions: [{ type: "redirect" }] },
    ],
    bad: [{ protocol: "HTTP", defaultActions: [{ type: "fixed-response" }] }],
  },
  {
    id: "ec2-only-cdn-comes-in",
    types: ["aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule"],
    must: "requests come in through the CDN alone",
    why: "its firewall could be walked around",
    mend: "name CloudFront's prefix list, or a group of ours",
    severity: "medium",
    controls: [],
    check: (see, subject) =>
      isNot("cidrIpv4", "0.0.0.0/0")(see, subject) ?? isNot("cidrIpv6", "::/0")(see, subject),
    good: [{ prefixListId: "pl-1" }, { cidrIpv4: "10.0.0.0/16" }],
    bad: [{ cidrIpv4: "0.0.0.0/0" }, { cidrIpv6: "::/0" }],
  },
  {
    id: "scheduler-no-public-address",
    types: ["aws:scheduler/schedule:Schedule"],
    must: "tasks on schedule have no public address",
    why: "they could be reached around the load balancer and its firewall",
    mend: "leave assignPublicIp at false, in private subnets",
    severity: "high",
    controls: ["FSBP ECS.2"],
    check: isNot("target.ecsParameters.networkConfiguration.assignPublicIp", true),
    good: [{ target: { ecsParameters: { networkConfiguration: { assignPublicIp: false } } } }, {}],
    bad: [{ target: { ecsParameters: { networkConfiguration: { assignPublicIp: true } } } }],
  },
  {
    id: "waf-rules-seen",
    types: ["aws:wafv2/webAcl:WebAcl"],
    must: "what each rule of a firewall does is counted, and sampled",
    why: "whether it stops attacks or users is known to nobody",
    mend: "set visibilityConfig.cloudwatchMetricsEnabled and sampledRequestsEnabled, for it and each rule",
    severity: "low",
    controls: [],
    check: (see, subject) => {
      const switches = ["cloudwatchMetricsEnabled", "sampledRequestsEnabled"];
      return switches
        .flatMap((name) => [
          is(`visibilityConfig.${name}`, true)(see, subject),
          see.list(`rules[].visibilityConfig.${name}`).includes(false)
            ? `a rule's ${name} is false`
            : undefined,
        ])
        .find((wrong) => wrong);
    },
    good: [
      {
        visibilityConfig: { cloudwatchMetricsEnabled: true, sampledRequestsEnabled: true },
        rules: [{ visibilityConfig: { cloudwatchMetricsEnabled: true, sampledRequestsEnabled: true } }],
      },
    ],
    bad: [
      { visibilityConfig: { cloudwatchMetricsEnabled: true } },
      {
        visibilityConfig: { cloudwatchMetricsEnabled: true, sampledRequestsEnabled: true },
        rules: [{ visibilityConfig: { sampledRequestsEnabled: false } }],
      },
    ],
  },
  {
    id: "cloudfront-headers-sure",
    types: ["aws:cloudfront/responseHeadersPolicy:ResponseHeadersPolicy"],
    must: "browsers guess no types, and HTTPS holds for names below too",
    why: "what a user uploads could be run as a page",
    mend: "set contentTypeOptions.override and strictTransportSecurity.includeSubdomains to true",
    severity: "medium",
    controls: [],
    check: where(
      (see) => see.has("securityHeadersConfig"),
      (see, subject) =>
        is("securityHeadersConfig.contentTypeOptions.override", true)(see, subject) ??
        is("securityHeadersConfig.strictTransportSecurity.includeSubdomains", true)(see, subject),
    ),
    good: [
      {
        securityHeadersConfig: {
          contentTypeOptions: { override: true },
          strictTransportSecurity: { includeSubdomains: true },
        },
      },
      {},
    ],
    bad: [{ securityHeadersConfig: { strictTransportSecurity: { includeSubdomains: true } } }],
  },
];
