import {
  always,
  exposes,
  harmless,
  isUnknown,
  type PropertyRule,
  rests,
  rule,
  stops,
  whenLess,
  whenOff,
  whenOn,
} from "../../rule.ts";
import { watchedLess } from "../../watchedLess.ts";

/** ECS, autoscaling and EKS. */
export const containers: readonly PropertyRule[] = [
  // ECS
  rule(/^aws:ecs\/service:/, /^taskDefinition$/, harmless),
  rule(
    /^aws:ecs\/service:/,
    /^(deploymentMinimumHealthyPercent|desiredCount)$/,
    whenLess(
      stops.review([
        "fewer-tasks",
        "fewer tasks serve, or stay while others are brought out",
        "keep enough for a zone to fail",
      ]),
    ),
  ),
  rule(
    /^aws:ecs\/service:/,
    /^deploymentCircuitBreaker/,
    whenOff(
      stops.review([
        "rollback-off",
        "a bad image is no longer rolled back by itself",
        "keep the circuit breaker on",
      ]),
    ),
  ),
  rule(
    /^aws:ecs\/service:/,
    /assignPublicIp$/,
    whenOn(
      exposes.review(["public-address", "tasks get public addresses", "keep them behind the load balancer"]),
    ),
  ),
  rule(
    /^aws:ecs\/service:/,
    /^enableExecuteCommand$/,
    whenOn(
      exposes.review([
        "exec-on",
        "a shell can be opened in running tasks",
        "turn it on for an incident, and off after",
      ]),
    ),
  ),
  rule(
    /^aws:ecs\/service:/,
    /^(healthCheckGracePeriodSeconds|propagateTags|deploymentMaximumPercent|waitForSteadyState)$/,
    harmless,
  ),
  rule(
    /^aws:ecs\/taskDefinition:/,
    /(readonlyRootFilesystem|privileged|user|capabilities)/,
    ({ path, to }) =>
      (/readonlyRootFilesystem$/.test(path) && to === true) || (/privileged$/.test(path) && to !== true)
        ? undefined
        : exposes.review([
            "container-hardening",
            "the container may do more on its host than before",
            "keep it non-root, its root read-only and all capabilities dropped",
          ]),
  ),
  rule(
    /^aws:ecs\/taskDefinition:/,
    /^(cpu|memory)$/,
    whenLess(
      stops.review([
        "less-room",
        "tasks have less CPU or memory: under load they are slower, or killed",
        "measure first",
      ]),
    ),
  ),
  rule(
    /^aws:ecs\/taskDefinition:/,
    /^containerDefinitions.*(image|environment|dockerLabels|secrets|portMappings|healthCheck|stopTimeout|command|logConfiguration)/,
    harmless,
  ),
  rule(/^aws:ecs\/taskDefinition:/, /^containerDefinitions$/, ({ to }) =>
    isUnknown(to)
      ? undefined
      : rests.review(["containers", "what runs in a task changes", "read the difference"]),
  ),
  rule(
    /^aws:appautoscaling\/target:/,
    /^(min|max)Capacity$/,
    whenLess(
      stops.review([
        "fewer-tasks",
        "the app may grow less, or starts from fewer",
        "compare with the load of the last month",
      ]),
    ),
  ),
  rule(/^aws:appautoscaling\/policy:/, /./, harmless),

  // EKS
  rule(/^aws:eks\/cluster:/, /^version$/, ({ from, to }) => {
    const minor = (value: unknown) => Number(String(value).split(".")[1]);
    const step = minor(to) - minor(from);
    if (step === 1)
      return stops.review([
        "cluster-upgrade",
        `Kubernetes ${String(from)} → ${String(to)}: there is no way back, and nodes and add-ons must follow`,
        "look for removed APIs first; upgrade a stack without users before",
      ]);
    return stops.block([
      "cluster-upgrade-refused",
      step < 1
        ? "EKS never goes back to an older version"
        : `EKS goes up one minor version at a time, not ${String(from)} → ${String(to)}`,
      "one version, then the next",
    ]);
  }),
  rule(/^aws:eks\/cluster:/, /^enabledClusterLogTypes/, ({ from, to }) =>
    Array.isArray(from) && Array.isArray(to) && to.length > from.length ? undefined : watchedLess,
  ),
  rule(
    /^aws:eks\/nodeGroup:/,
    /scalingConfig\.(min|max|desired)Size$/,
    whenLess(
      stops.review(["fewer-nodes", "fewer nodes: pods may not find room", "compare with what they ask for"]),
    ),
  ),
  rule(
    /^aws:eks\/nodeGroup:/,
    /^(version|releaseVersion|launchTemplate)/,
    always(
      stops.review([
        "nodes-replaced",
        "the nodes are replaced one after another: every pod is moved",
        "disruption budgets must allow it",
      ]),
    ),
  ),
];
