import {
  always,
  exposes,
  harmless,
  isUnknown,
  type PropertyRule,
  rule,
  stops,
  whenLess,
  whenOff,
} from "../../rule.ts";
import { weakTls } from "../../tls.ts";
import { watchedLess } from "../../watchedLess.ts";

const certificate = stops.review([
  "certificate-changed",
  "another certificate is shown to clients",
  "make sure that it holds the same names, and that clients trust its authority",
]);

/** Load balancer, CDN and firewall. */
export const serving: readonly PropertyRule[] = [
  rule(/^aws:lb\/listener:/, /^sslPolicy$/, ({ from, to }) => weakTls(from, to)),
  rule(/^aws:lb\/listener:/, /^protocol$/, ({ to }) =>
    to === "HTTPS" || to === "TLS"
      ? undefined
      : exposes.block(["tls-off", "the listener no longer speaks TLS", "keep HTTPS"]),
  ),
  rule(/^aws:lb\/listener:/, /^certificateArn$/, always(certificate)),
  rule(
    /^aws:lb\/listener(Rule)?:/,
    /^(defaultActions|conditions|actions)/,
    always(
      exposes.review([
        "routing-changed",
        "what the load balancer lets through changes",
        "only requests that carry the CDN's secret should reach the app",
      ]),
    ),
  ),
  rule(/^aws:lb\/loadBalancer:/, /^accessLogs/, ({ to }) => (to === true ? undefined : watchedLess)),
  rule(
    /^aws:lb\/loadBalancer:/,
    /^dropInvalidHeaderFields$/,
    whenOff(exposes.review(["headers", "malformed headers reach the app: request smuggling", "keep it on"])),
  ),
  rule(/^aws:lb\/loadBalancer:/, /^(idleTimeout|enableHttp2|loadBalancingAlgorithmType)$/, harmless),
  rule(
    /^aws:lb\/targetGroup:/,
    /^healthCheck/,
    always(
      stops.review([
        "health-check",
        "what counts as healthy changes: too strict, and all tasks are taken out at once",
        "try it on a stack without users first",
      ]),
    ),
  ),
  rule(
    /^aws:lb\/targetGroup:/,
    /^deregistrationDelay$/,
    whenLess(
      stops.review([
        "drain-cut",
        "requests under way have less time to end",
        "keep it above container.drainSeconds",
      ]),
    ),
  ),
  rule(/^aws:cloudfront\/distribution:/, /minimumProtocolVersion$|originSslProtocols/, ({ from, to }) =>
    weakTls(from, to),
  ),
  rule(/^aws:cloudfront\/distribution:/, /originProtocolPolicy$/, ({ to }) =>
    to === "https-only"
      ? undefined
      : exposes.block(["tls-off", "the CDN reaches the app without TLS", "keep https-only"]),
  ),
  rule(/^aws:cloudfront\/distribution:/, /viewerProtocolPolicy$/, ({ to }) =>
    to === "redirect-to-https" || to === "https-only"
      ? undefined
      : exposes.block(["tls-off", "visitors may use the app without TLS", "keep redirect-to-https"]),
  ),
  rule(/^aws:cloudfront\/distribution:/, /^webAclId$/, ({ to }) =>
    isUnknown(to)
      ? exposes.review([
          "firewall-changed",
          "another firewall stands in front of the app",
          "compare their rules",
        ])
      : exposes.block([
          "firewall-off",
          "no firewall stands in front of the app any more",
          "keep the web ACL; put a rule that blocks too much to Count instead",
        ]),
  ),
  rule(/^aws:cloudfront\/distribution:/, /^(priceClass|httpVersion|isIpv6Enabled)$|compress$/, harmless),
  rule(
    /^aws:cloudfront\/distribution:/,
    /^enabled$/,
    whenOff(
      stops.block(["cdn-off", "the distribution is turned off: the app has no public address", "keep it on"]),
    ),
  ),
  rule(/^aws:wafv2\/webAcl:/, /limit$/i, ({ from, to }) =>
    Number(to) <= Number(from)
      ? stops.review([
          "rate-limit",
          "fewer requests are let through from one address: offices and carriers share one",
          "count first, then block",
        ])
      : exposes.review(["rate-limit", "more requests are let through from one address", "watch the load"]),
  ),
  rule(
    /^aws:wafv2\/webAcl:/,
    /./,
    always(
      exposes.review([
        "firewall-changed",
        "what the firewall lets through changes",
        "keep the managed rules blocking",
      ]),
    ),
  ),
];
