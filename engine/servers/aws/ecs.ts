import type { Handlers, World } from "./index.ts";
import { AwsRefusal } from "./refusal.ts";

/** A service as the account has it, and the image of the task definition that it was told to run. */
export interface ServiceNow {
  readonly cluster: string;
  readonly service: string;
  readonly taskDefinition: string;
  readonly image: string;
}

/** How its rollouts went. */
interface Rollouts {
  /** The task definition that got steady last. */
  steady?: string;
  /** The one that the circuit breaker gave up. */
  failed?: string | undefined;
  /** Looks until the one under way is decided. */
  looks: number;
  target?: string;
}

const account = "123456789012";
const arn = (kind: string, name: string) => `arn:aws:ecs:eu-central-1:${account}:${kind}/${name}`;
const idOf = (text: string): string => Buffer.from(text).toString("hex").slice(-32).padStart(32, "0");

/**
 * ECS as far as a rollout is asked about. A service whose image is sick is rolled back by the circuit breaker to the
 * last task definition that got steady; where there is none its only deployment has failed.
 */
export function ecsHandlers(world: World): Handlers {
  const rollouts = new Map<string, Rollouts>();

  const found = (cluster: unknown, name: unknown): ServiceNow => {
    const all = world.services();
    if (!all.some((one) => one.cluster === cluster))
      throw new AwsRefusal("ClusterNotFoundException", "Cluster not found.");
    const one = all.find((each) => each.cluster === cluster && each.service === name);
    if (!one) throw new AwsRefusal("ServiceNotFoundException", "Service not found.");
    return one;
  };

  /** Lets the time of one look go by. */
  const look = (now: ServiceNow): Rollouts => {
    const key = `${now.cluster}/${now.service}`;
    const state = rollouts.get(key) ?? { looks: 0 };
    rollouts.set(key, state);
    if (state.target !== now.taskDefinition) {
      state.target = now.taskDefinition;
      state.looks = world.looks;
    }
    // The provider's stand-in may give a revision's number again once it is free; ECS never does.
    if (state.steady === now.taskDefinition && world.isSick(now.image)) {
      state.steady = now.taskDefinition.replace(/\d+$/, "1");
    }
    if (state.looks > 0) state.looks -= 1;
    else if (world.isSick(now.image)) state.failed = now.taskDefinition;
    else {
      state.steady = now.taskDefinition;
      if (state.failed === now.taskDefinition) state.failed = undefined;
    }
    return state;
  };

  return {
    "AmazonEC2ContainerServiceV20141113.DescribeServices": ({ cluster, services }) => {
      const names = services as string[];
      const known = names.filter((name) => world.services().some((one) => one.service === name));
      return {
        services: known.map((name) => {
          const now = found(cluster, name);
          return shown(now, look(now));
        }),
        failures: names
          .filter((name) => !known.includes(name))
          .map((name) => ({ arn: arn("service", `${cluster}/${name}`), reason: "MISSING" })),
      };
    },
    "AmazonEC2ContainerServiceV20141113.ListTasks": ({ cluster, serviceName, desiredStatus }) => {
      const { failed } = rollouts.get(`${cluster}/${found(cluster, serviceName).service}`) ?? {};
      const ids = desiredStatus === "STOPPED" && failed ? [idOf(failed)] : [];
      return { taskArns: ids.map((id) => arn("task", `${cluster}/${id}`)) };
    },
    "AmazonEC2ContainerServiceV20141113.DescribeTasks": ({ cluster, tasks }) => ({
      tasks: (tasks as string[]).map((taskArn) => {
        const state = [...rollouts.values()].find(({ failed }) => failed && taskArn.endsWith(idOf(failed)));
        if (!state?.failed) throw new AwsRefusal("InvalidParameterException", "The task is not known.");
        return {
          taskArn,
          clusterArn: arn("cluster", String(cluster)),
          taskDefinitionArn: state.failed,
          lastStatus: "STOPPED",
          desiredStatus: "STOPPED",
          stoppedAt: 1_790_000_000,
          stopCode: "EssentialContainerExited",
          stoppedReason: "Essential container in task exited",
          containers: [
            { name: "migrate", lastStatus: "STOPPED", exitCode: 0 },
            { name: "app", lastStatus: "STOPPED", exitCode: 1 },
          ],
        };
      }),
      failures: [],
    }),
  };
}

/** The stream of a sick task's container, as the awslogs driver names it. */
export const streamOf = (container: string, taskDefinition: string): string =>
  `${container}/${container}/${idOf(taskDefinition)}`;

function shown({ cluster, service, taskDefinition }: ServiceNow, state: Rollouts): object {
  const deployment = (definition: string, status: string, rolloutState: string, reason: string) => ({
    id: `ecs-svc/${Number.parseInt(idOf(definition).slice(-8), 16)}`,
    status,
    taskDefinition: definition,
    desiredCount: 2,
    runningCount: rolloutState === "COMPLETED" ? 2 : 0,
    rolloutState,
    rolloutStateReason: reason,
  });
  const failed = state.failed === taskDefinition;
  const gaveUp = "ECS deployment circuit breaker: tasks failed to start.";
  const deployments =
    failed && state.steady
      ? [deployment(state.steady, "PRIMARY", "COMPLETED", `${gaveUp.slice(0, -1)}, rolled back.`)]
      : failed
        ? [deployment(taskDefinition, "PRIMARY", "FAILED", gaveUp)]
        : state.steady === taskDefinition
          ? [deployment(taskDefinition, "PRIMARY", "COMPLETED", "ECS deployment completed.")]
          : [deployment(taskDefinition, "PRIMARY", "IN_PROGRESS", "ECS deployment in progress.")];
  return {
    serviceArn: arn("service", `${cluster}/${service}`),
    serviceName: service,
    clusterArn: arn("cluster", cluster),
    status: "ACTIVE",
    desiredCount: 2,
    runningCount: failed && !state.steady ? 0 : 2,
    pendingCount: 0,
    taskDefinition: failed && state.steady ? state.steady : taskDefinition,
    deployments,
    events: [],
  };
}
