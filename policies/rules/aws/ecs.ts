import { looksSecret } from "../../../components/model/secretNames.ts";
import { all, given, is, isNot, oneOf, type Rule, type See } from "../../model.ts";

const service = "aws:ecs/service:Service";
const task = "aws:ecs/taskDefinition:TaskDefinition";

interface Container {
  readonly name?: string;
  readonly image?: string;
  readonly privileged?: boolean;
  readonly readonlyRootFilesystem?: boolean;
  readonly user?: string;
  readonly environment?: readonly { readonly name: string; readonly value?: string }[];
  readonly logConfiguration?: { readonly logDriver?: string };
  readonly linuxParameters?: {
    readonly capabilities?: { readonly add?: readonly string[]; readonly drop?: readonly string[] };
  };
}

/** Each container of a task by a test of its own; the first that fails is named. */
const containers = (wrong: (container: Container) => string | undefined) => (see: See) => {
  const found = see.json("containerDefinitions");
  if (!Array.isArray(found)) return "containerDefinitions is no list";
  for (const container of found as readonly Container[]) {
    const what = wrong(container);
    if (what) return `container ${container.name ?? "without a name"}: ${what}`;
  }
  return undefined;
};

const one = (container: Container) => [
  { containerDefinitions: JSON.stringify([{ name: "app", ...container }]) },
];

/** Controls: AWS Foundational Security Best Practices, ECS (docs.aws.amazon.com/securityhub, 2026). */
export const ecs: readonly Rule[] = [
  {
    id: "ecs-own-network",
    types: [task],
    must: "a task has a network of its own and runs as no host's user",
    why: "in the host's network it reaches what the host reaches",
    mend: 'set networkMode: "awsvpc"',
    severity: "high",
    controls: ["FSBP ECS.1", "Security Hub ECS.17"],
    check: is("networkMode", "awsvpc"),
    good: [{ networkMode: "awsvpc" }],
    bad: [{ networkMode: "host" }, {}],
  },
  {
    id: "ecs-no-public-address",
    types: [service],
    must: "tasks have no public address",
    why: "they could be reached around the load balancer and its firewall",
    mend: "set networkConfiguration.assignPublicIp: false, in private subnets",
    severity: "high",
    controls: ["FSBP ECS.2", "FSBP ECS.16"],
    check: isNot("networkConfiguration.assignPublicIp", true),
    good: [{ networkConfiguration: { assignPublicIp: false } }, {}],
    bad: [{ networkConfiguration: { assignPublicIp: true } }],
  },
  {
    id: "ecs-own-processes",
    types: [task],
    must: "a task does not share the host's processes",
    why: "it could read and signal everything on the host",
    mend: "leave pidMode out, or set it to task",
    severity: "high",
    controls: ["FSBP ECS.3"],
    check: isNot("pidMode", "host"),
    good: [{}, { pidMode: "task" }],
    bad: [{ pidMode: "host" }],
  },
  {
    id: "ecs-not-privileged",
    types: [task],
    must: "no container is privileged",
    why: "it would be root on its host",
    mend: "leave privileged out",
    severity: "critical",
    controls: ["FSBP ECS.4"],
    check: containers(({ privileged }) => (privileged ? "is privileged" : undefined)),
    good: one({}),
    bad: one({ privileged: true }),
  },
  {
    id: "ecs-read-only-root",
    types: [task],
    must: "containers cannot write to their own image",
    why: "what an intruder leaves there would be run",
    mend: "set readonlyRootFilesystem: true, with a volume for /tmp",
    severity: "high",
    controls: ["FSBP ECS.5"],
    check: containers(({ readonlyRootFilesystem }) =>
      readonlyRootFilesystem ? undefined : "its root can be written to",
    ),
    good: one({ readonlyRootFilesystem: true }),
    bad: [...one({}), ...one({ readonlyRootFilesystem: false })],
  },
  {
    id: "ecs-no-secrets-in-environment",
    types: [task],
    must: "secrets come by reference, not as values",
    why: "whoever may read a task definition reads them",
    mend: "move them to secrets, with valueFrom",
    severity: "critical",
    controls: ["FSBP ECS.8"],
    check: containers(({ environment = [] }) => {
      const found = environment.find(({ name, value }) => looksSecret(name) && (value ?? "") !== "");
      return found ? `${found.name} is in the environment` : undefined;
    }),
    good: one({
      environment: [
        { name: "PORT", value: "3000" },
        { name: "TOKENS_PER_MINUTE", value: "3" },
      ],
    }),
    bad: one({ environment: [{ name: "DATABASE_PASSWORD", value: "x" }] }),
  },
  {
    id: "ecs-logs",
    types: [task],
    must: "every container's logs go somewhere",
    why: "why it died is known to nobody",
    mend: "set logConfiguration",
    severity: "high",
    controls: ["FSBP ECS.9"],
    check: containers(({ logConfiguration }) =>
      logConfiguration?.logDriver ? undefined : "has no logConfiguration",
    ),
    good: one({ logConfiguration: { logDriver: "awslogs" } }),
    bad: one({}),
  },
  {
    id: "ecs-image-by-digest",
    types: [task],
    must: "images are named by digest",
    why: "a tag may be another image tomorrow, and the task that is started then is another",
    mend: "name the image as registry/name@sha256:…",
    severity: "medium",
    controls: [],
    check: containers(({ image }) =>
      image?.includes("@sha256:") ? undefined : `image ${image ?? "is not set"}`,
    ),
    good: one({ image: "a@sha256:b" }),
    bad: one({ image: "a:latest" }),
  },
  {
    id: "ecs-capabilities-dropped",
    types: [task],
    must: "containers have none of the kernel's special rights",
    why: "none of them is needed to serve, and each is a way out",
    mend: 'set linuxParameters.capabilities.drop: ["ALL"]',
    severity: "low",
    controls: [],
    check: containers(({ linuxParameters }) => {
      const { add = [], drop = [] } = linuxParameters?.capabilities ?? {};
      return add.length > 0 ? `adds ${add.join(", ")}` : drop.includes("ALL") ? undefined : "drops none";
    }),
    good: one({ linuxParameters: { capabilities: { drop: ["ALL"] } } }),
    bad: [...one({}), ...one({ linuxParameters: { capabilities: { add: ["SYS_PTRACE"], drop: ["ALL"] } } })],
  },
  {
    id: "ecs-latest-platform",
    types: [service],
    must: "Fargate's platform is its latest",
    why: "older ones get no fixes",
    mend: 'set platformVersion: "LATEST", or leave it out',
    severity: "medium",
    controls: ["FSBP ECS.10"],
    check: (see) => {
      const found = see.at("platformVersion");
      return found === undefined || found === "LATEST" ? undefined : `platformVersion is ${found}`;
    },
    good: [{}, { platformVersion: "LATEST" }],
    bad: [{ platformVersion: "1.3.0" }],
  },
  {
    id: "ecs-container-insights",
    types: ["aws:ecs/cluster:Cluster"],
    must: "a cluster's metrics are taken",
    why: "what a task used before it died is seen nowhere else",
    mend: 'set settings: [{ name: "containerInsights", value: "enabled" }]',
    severity: "medium",
    controls: ["FSBP ECS.12"],
    check: (see) => {
      const found = (see.list("settings") as readonly { name?: string; value?: string }[]).find(
        ({ name }) => name === "containerInsights",
      );
      return found?.value === "enabled" || found?.value === "enhanced"
        ? undefined
        : `containerInsights is ${found?.value ?? "not set"}`;
    },
    good: [{ settings: [{ name: "containerInsights", value: "enabled" }] }],
    bad: [{}, { settings: [{ name: "containerInsights", value: "disabled" }] }],
  },
  {
    id: "ecs-circuit-breaker",
    types: [service],
    must: "a rollout that does not get healthy is taken back",
    why: "else ECS starts dying tasks until somebody looks",
    mend: "set deploymentCircuitBreaker: { enable: true, rollback: true }",
    severity: "high",
    controls: [],
    check: all(is("deploymentCircuitBreaker.enable", true), is("deploymentCircuitBreaker.rollback", true)),
    good: [{ deploymentCircuitBreaker: { enable: true, rollback: true } }],
    bad: [{}, { deploymentCircuitBreaker: { enable: true, rollback: false } }],
  },
  {
    id: "ecs-no-gap",
    types: [service],
    must: "a rollout starts new tasks before it stops old ones",
    why: "else requests fail in between",
    mend: "set deploymentMinimumHealthyPercent: 100",
    severity: "medium",
    controls: [],
    check: oneOf("deploymentMinimumHealthyPercent", [100]),
    good: [{ deploymentMinimumHealthyPercent: 100 }],
    bad: [{ deploymentMinimumHealthyPercent: 50 }, { deploymentMinimumHealthyPercent: 0 }],
  },
  {
    id: "ecs-no-shell",
    types: [service],
    must: "nobody opens a shell in a task",
    why: "a shell in production is a way around every review, and reads every secret",
    mend: "leave enableExecuteCommand out",
    severity: "medium",
    controls: [],
    check: isNot("enableExecuteCommand", true),
    good: [{ enableExecuteCommand: false }, {}],
    bad: [{ enableExecuteCommand: true }],
  },
  {
    id: "ecs-task-roles",
    types: [task],
    must: "a task has a role of its own, beside the one that starts it",
    why: "else it has the rights to read every secret that ECS hands it, or none",
    mend: "set taskRoleArn and executionRoleArn",
    severity: "low",
    controls: [],
    check: all(given("taskRoleArn"), given("executionRoleArn")),
    good: [{ taskRoleArn: "a", executionRoleArn: "b" }],
    bad: [{ taskRoleArn: "a" }, {}],
  },
];
