import { always, exposes, type PropertyRule, rule, stops } from "../../rule.ts";

/** Network and names. */
export const network: readonly PropertyRule[] = [
  rule(
    /^aws:ec2\/route:/,
    /./,
    always(
      stops.review([
        "route-changed",
        "traffic takes another way: connections through the old one are cut",
        "do it when there is little traffic",
      ]),
    ),
  ),
  rule(
    /^aws:route53\/record:/,
    /./,
    always(
      stops.review([
        "name-changed",
        "a public name points elsewhere; resolvers keep the old answer for its TTL",
        "keep the old target until the TTL has passed",
      ]),
    ),
  ),
  rule(
    /^aws:vpc\/securityGroupEgressRule:/,
    /./,
    always(
      exposes.review([
        "way-out",
        "what may be reached from inside changes",
        "make sure that the app still reaches what it needs, and no more",
      ]),
    ),
  ),
  rule(
    /^aws:rds\/subnetGroup:|^aws:elasticache\/subnetGroup:/,
    /^subnetIds/,
    always(
      stops.review([
        "subnets",
        "the store may stand in other subnets",
        "keep one in every zone that it uses",
      ]),
    ),
  ),
];
