import { all, atLeast, given, is, isNot, lasting, oneOf, type Rule, where } from "../../model.ts";

const balancer = "aws:lb/loadBalancer:LoadBalancer";
const listener = "aws:lb/listener:Listener";
const isApplication = (see: { at(path: string): unknown }) =>
  (see.at("loadBalancerType") ?? "application") === "application";

/** TLS 1.2 or newer with forward secrecy (docs: ELB security policies, 2026). */
const modernPolicies = /^ELBSecurityPolicy-(TLS13-1-[23]|FS-1-2-Res|TLS-1-2)/;

/** Controls: AWS Foundational Security Best Practices, ELB (docs.aws.amazon.com/securityhub, 2026). */
export const lb: readonly Rule[] = [
  {
    id: "lb-https-only",
    types: [listener],
    must: "HTTP is sent on to HTTPS",
    why: "passwords and sessions would cross the internet in the clear",
    mend: "make the HTTP listener's default action a redirect to HTTPS with status HTTP_301",
    severity: "critical",
    controls: ["FSBP ELB.1"],
    check: where(
      (see) => see.at("protocol") === "HTTP",
      (see) =>
        see.list("defaultActions").every((action) => {
          const { type, redirect } = action as { type?: string; redirect?: { protocol?: string } };
          return (type === "redirect" && redirect?.protocol === "HTTPS") || type === "fixed-response";
        })
          ? undefined
          : "the HTTP listener answers itself",
    ),
    good: [
      { protocol: "HTTP", defaultActions: [{ type: "redirect", redirect: { protocol: "HTTPS" } }] },
      { protocol: "HTTPS" },
    ],
    bad: [{ protocol: "HTTP", defaultActions: [{ type: "forward" }] }],
  },
  {
    id: "lb-tls-policy",
    types: [listener],
    must: "TLS is 1.2 or newer, with forward secrecy",
    why: "older ones can be read or bent",
    mend: 'set sslPolicy: "ELBSecurityPolicy-TLS13-1-2-2021-06"',
    severity: "high",
    controls: ["FSBP ELB.8", "FSBP ELB.17"],
    check: where(
      (see) => see.at("protocol") === "HTTPS" || see.at("protocol") === "TLS",
      (see) =>
        modernPolicies.test(String(see.at("sslPolicy") ?? ""))
          ? undefined
          : `sslPolicy is ${see.at("sslPolicy") ?? "not set"}`,
    ),
    good: [{ protocol: "HTTPS", sslPolicy: "ELBSecurityPolicy-TLS13-1-2-2021-06" }, { protocol: "HTTP" }],
    bad: [{ protocol: "HTTPS", sslPolicy: "ELBSecurityPolicy-2016-08" }, { protocol: "HTTPS" }],
  },
  {
    id: "lb-certificate",
    types: [listener],
    must: "an HTTPS listener has a certificate of ACM",
    why: "one that is brought by hand expires by surprise",
    mend: "set certificateArn",
    severity: "medium",
    controls: ["FSBP ELB.2"],
    check: where((see) => see.at("protocol") === "HTTPS", given("certificateArn")),
    good: [{ protocol: "HTTPS", certificateArn: "arn" }],
    bad: [{ protocol: "HTTPS" }],
  },
  {
    id: "lb-drops-invalid-headers",
    types: [balancer],
    must: "headers that are none are dropped",
    why: "servers that read them differently can be made to mix requests up",
    mend: "set dropInvalidHeaderFields: true",
    severity: "medium",
    controls: ["FSBP ELB.4"],
    check: where(isApplication, is("dropInvalidHeaderFields", true)),
    good: [{ dropInvalidHeaderFields: true }, { loadBalancerType: "network" }],
    bad: [{}, { dropInvalidHeaderFields: false }],
  },
  {
    id: "lb-access-logs",
    types: [balancer],
    must: "a load balancer's requests are logged",
    why: "who did what is known to nobody",
    mend: "set accessLogs: { enabled: true, bucket }",
    severity: "medium",
    controls: ["FSBP ELB.5"],
    check: all(is("accessLogs.enabled", true), given("accessLogs.bucket")),
    good: [{ accessLogs: { enabled: true, bucket: "a" } }],
    bad: [{}, { accessLogs: { enabled: false, bucket: "a" } }],
  },
  {
    id: "lb-deletion-protection",
    types: [balancer],
    must: "a load balancer refuses to be deleted",
    why: "its name is in records, and a new one has another",
    mend: "set enableDeletionProtection: true",
    severity: "medium",
    controls: ["FSBP ELB.6"],
    check: lasting(is("enableDeletionProtection", true)),
    good: [{ enableDeletionProtection: true }],
    bad: [{}],
  },
  {
    id: "lb-zones",
    types: [balancer],
    must: "a load balancer stands in several zones",
    why: "a zone that fails takes it along",
    mend: "name subnets of two zones or more",
    severity: "medium",
    controls: ["FSBP ELB.10", "FSBP ELB.13"],
    check: (see) => {
      const count = see.list("subnets").length + see.list("subnetMappings").length;
      return count >= 2 ? undefined : `subnets has ${count}`;
    },
    good: [{ subnets: ["a", "b"] }],
    bad: [{ subnets: ["a"] }, {}],
  },
  {
    id: "lb-desync",
    types: [balancer],
    must: "requests that could be read in two ways are refused",
    why: "servers can be made to mix requests up",
    mend: "leave desyncMitigationMode at defensive, or set strictest",
    severity: "medium",
    controls: ["FSBP ELB.12", "FSBP ELB.14"],
    check: where(
      (see) => isApplication(see) && see.has("desyncMitigationMode"),
      oneOf("desyncMitigationMode", ["defensive", "strictest"]),
    ),
    good: [{}, { desyncMitigationMode: "strictest" }],
    bad: [{ desyncMitigationMode: "monitor" }],
  },
  {
    id: "lb-health-check",
    types: ["aws:lb/targetGroup:TargetGroup"],
    must: "targets are asked whether they are ready",
    why: "requests would go to tasks that cannot answer",
    mend: "set healthCheck.path",
    severity: "medium",
    controls: [],
    check: where(
      (see) => ["HTTP", "HTTPS"].includes(String(see.at("protocol"))),
      all(isNot("healthCheck.enabled", false), given("healthCheck.path")),
    ),
    good: [{ protocol: "HTTP", healthCheck: { path: "/ready" } }, { protocol: "TCP" }],
    bad: [{ protocol: "HTTP" }, { protocol: "HTTP", healthCheck: { path: "/", enabled: false } }],
  },
  {
    id: "lb-target-drain",
    types: ["aws:lb/targetGroup:TargetGroup"],
    must: "a target that is taken away may finish its requests",
    why: "they would fail",
    mend: "set deregistrationDelay: 5 or more",
    severity: "low",
    controls: [],
    check: where((see) => see.has("deregistrationDelay"), atLeast("deregistrationDelay", 1)),
    good: [{}, { deregistrationDelay: 30 }],
    bad: [{ deregistrationDelay: 0 }],
  },
  {
    id: "lb-classic-none",
    types: ["aws:elb/loadBalancer:LoadBalancer"],
    must: "no load balancer is of the classic kind",
    why: "it knows neither TLS 1.3 nor a firewall",
    mend: "use aws.lb.LoadBalancer",
    severity: "medium",
    controls: ["FSBP ELB.3", "FSBP ELB.7", "FSBP ELB.9"],
    check: () => "is a classic load balancer",
    good: [],
    bad: [{}],
  },
];
