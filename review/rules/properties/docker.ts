import { exposes, harmless, type PropertyRule, rule, whenOff } from "../rule.ts";

/** Docker, and what only the state knows: passwords and certificates. */
export const docker: readonly PropertyRule[] = [
  rule(/^random:|^tls:/, /./, harmless),
  rule(/^docker:index\/container:/, /^ports/, harmless),
  rule(
    /^docker:index\/container:/,
    /^(privileged|user|readOnly|capabilities|securityOpts)/,
    ({ path, to }) =>
      (path === "readOnly" && to === true) || (path === "privileged" && to !== true)
        ? undefined
        : exposes.review([
            "container-hardening",
            "the container may do more on its host than before",
            "keep it non-root, its root read-only and all capabilities dropped",
          ]),
  ),
  rule(/^docker:index\/container:/, /./, harmless),
  rule(/^docker:index\/(remoteImage|image):/, /./, harmless),
  rule(
    /^docker:index\/network:/,
    /^internal$/,
    whenOff(
      exposes.review(["network-open", "what is in the network may reach the world", "keep it internal"]),
    ),
  ),
];
