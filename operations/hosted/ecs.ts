import type { Deployment, ECSClient, Service, Task } from "@aws-sdk/client-ecs";
import { failure } from "../../components/model/diagnostics.ts";
import { until } from "../../components/providers/kit/wait.ts";
import type { FailedRollout, Part } from "../stage.ts";
import { awsClient, cannotAsk } from "./aws.ts";
import { cloudwatch, lastLines } from "./cloudwatch.ts";
import type { Asked, At, Platform } from "./platform.ts";

type Ecs = At<"ecs">;

/**
 * ECS, by its API. A circuit breaker that rolls back leaves the service steady on the task definition before, which
 * the engine takes for success: what counts is which task definition the primary deployment has.
 */
export const ecs: Platform<"ecs"> = {
  async failed(rollout, asked) {
    const client = await clientOf(rollout, asked);
    try {
      const seen = await until(async () => judge(await serviceOf(client, rollout), rollout), {
        what: `ECS to bring out ${shortArn(rollout.taskDefinition)}`,
        everyMs: asked.everyMs,
        seconds: asked.withinSeconds,
      });
      return seen.released ? undefined : await told(client, rollout, seen.why, asked);
    } catch (error) {
      throw cannotAsk("ECS", error);
    } finally {
      client.destroy();
    }
  },

  async health(rollout, asked) {
    const client = await clientOf(rollout, asked);
    try {
      return [partOf(await serviceOf(client, rollout))];
    } catch (error) {
      throw cannotAsk("ECS", error);
    } finally {
      client.destroy();
    }
  },

  logs: (rollout, request, take, asked) => cloudwatch([rollout], request, take, asked),
};

async function clientOf({ region }: Ecs, { stack }: Asked): Promise<ECSClient> {
  const { ECSClient } = await import("@aws-sdk/client-ecs");
  return new ECSClient(await awsClient(region, stack));
}

async function serviceOf(client: ECSClient, { cluster, service }: Ecs): Promise<Service> {
  const { DescribeServicesCommand } = await import("@aws-sdk/client-ecs");
  const { services = [], failures = [] } = await client.send(
    new DescribeServicesCommand({ cluster, services: [service] }),
  );
  const [found] = services;
  if (found) return found;
  throw failure(
    `ECS knows no service ${service} in ${cluster}: ${failures.map(({ reason }) => reason).join(", ")}`,
    "rung refresh, then rung up",
    "ECS",
  );
}

type Verdict = { readonly released: true } | { readonly released: false; readonly why: string };

/** Undefined while ECS is still at it. */
function judge({ deployments = [] }: Service, { taskDefinition }: Ecs): Verdict | undefined {
  const primary = deployments.find(({ status }) => status === "PRIMARY");
  const own = deployments.find((one) => one.taskDefinition === taskDefinition);
  if (primary === undefined || primary.taskDefinition !== taskDefinition) {
    return { released: false, why: rolledBack(own, primary) };
  }
  if (primary.rolloutState === "FAILED") {
    return { released: false, why: primary.rolloutStateReason ?? "its tasks did not get healthy" };
  }
  // Only rolling updates have a state; the service would say so by another controller.
  if (primary.rolloutState === "IN_PROGRESS") return undefined;
  return { released: true };
}

const rolledBack = (own: Deployment | undefined, primary: Deployment | undefined): string => {
  const reason = own?.rolloutStateReason ?? primary?.rolloutStateReason;
  const serves = primary?.taskDefinition ? shortArn(primary.taskDefinition) : "nothing";
  return `${reason ? `${reason.replace(/\.$/, "")}; ` : ""}${serves} serves`;
};

/** The failure with what the stopped tasks and their containers said. */
async function told(client: ECSClient, rollout: Ecs, why: string, asked: Asked): Promise<FailedRollout> {
  const { deployments = [], events = [] } = await serviceOf(client, rollout);
  const tasks = await stoppedTasks(client, rollout);
  const [newest] = tasks;
  return {
    what: `ECS did not bring out ${shortArn(rollout.taskDefinition)}: ${why}`,
    mend: deployments.some(({ taskDefinition }) => taskDefinition !== rollout.taskDefinition)
      ? "what served before serves on; mend what is said above, then rung up again"
      : "nothing serves; mend what is said above, then rung up again",
    lines: [
      ...(newest ? reasonsOf(newest) : []),
      ...(newest ? await containerLines(rollout, newest, asked) : []),
      ...(newest ? [] : events.slice(0, 3).map(({ message = "" }) => message)),
    ],
    differ: ["aws:ecs/service:Service::app"],
    brings: ["aws:ecs/taskDefinition:TaskDefinition::app"],
  };
}

/** The stopped tasks of the release, the newest first. ECS shows them for an hour. */
async function stoppedTasks(client: ECSClient, { cluster, service, taskDefinition }: Ecs): Promise<Task[]> {
  const { DescribeTasksCommand, ListTasksCommand } = await import("@aws-sdk/client-ecs");
  const { taskArns = [] } = await client.send(
    new ListTasksCommand({ cluster, serviceName: service, desiredStatus: "STOPPED" }),
  );
  if (taskArns.length === 0) return [];
  const { tasks = [] } = await client.send(new DescribeTasksCommand({ cluster, tasks: taskArns }));
  return tasks
    .filter((task) => task.taskDefinitionArn === taskDefinition)
    .toSorted((a, b) => (b.stoppedAt?.getTime() ?? 0) - (a.stoppedAt?.getTime() ?? 0));
}

const reasonsOf = ({ stoppedReason, containers = [] }: Task): string[] => [
  ...(stoppedReason ? [`task: ${stoppedReason}`] : []),
  ...containers
    .filter(({ exitCode, reason }) => (exitCode ?? 0) !== 0 || reason)
    .map(({ name, exitCode, reason }) =>
      [`${name}:`, exitCode === undefined ? "did not start" : `exit code ${exitCode}`, reason ?? ""]
        .join(" ")
        .trim(),
    ),
];

async function containerLines(rollout: Ecs, task: Task, asked: Asked): Promise<string[]> {
  const id = task.taskArn?.split("/").at(-1) ?? "";
  const names = (task.containers ?? []).flatMap(({ name }) => name ?? []);
  const lines = await Promise.all(
    names.map(async (name) =>
      // As the awslogs driver names a stream: prefix, which is the container's name here, container, task.
      (await lastLines(rollout, `${name}/${name}/${id}`, 20, asked)).map((text) => `${name}: ${text}`),
    ),
  );
  return lines.flat();
}

function partOf({
  serviceName = "app",
  runningCount = 0,
  desiredCount = 0,
  deployments = [],
}: Service): Part {
  const state = deployments.find(({ status }) => status === "PRIMARY")?.rolloutState;
  if (desiredCount === 0) return { name: serviceName, health: "stopped" };
  if (state === "FAILED") return { name: serviceName, health: "unhealthy" };
  if (runningCount < desiredCount)
    return { name: serviceName, health: runningCount === 0 ? "unhealthy" : "starting" };
  return { name: serviceName, health: state === "IN_PROGRESS" ? "starting" : "healthy" };
}

/** `…:task-definition/pulse-prod-app:7` as `pulse-prod-app:7`. */
const shortArn = (arn: string): string => arn.split("/").at(-1) ?? arn;
