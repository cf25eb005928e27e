import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import type { ServiceNow } from "../../engine/servers/aws/ecs.ts";
import { type AwsServer, serveAws, type World } from "../../engine/servers/aws/index.ts";
import type { Held } from "./hostedRung.ts";

/** An account whose services and groups are those that the stand-ins of a rehearsal hold. */
export interface AwsAccount extends AwsServer {
  readonly world: World;
  /** Images whose containers never get healthy. */
  readonly sick: Set<string>;
}

export async function awsAccount(store: string, registry?: World["registry"]): Promise<AwsAccount> {
  const sick = new Set<string>();
  const world: World = {
    services: () => servicesIn(held(store)),
    logGroups: () =>
      held(store)
        .filter(({ type }) => type === "aws:cloudwatch/logGroup:LogGroup")
        .map(({ outputs }) => String(outputs.name)),
    lines: new Map(),
    isSick: (image) => sick.has(image),
    looks: 0,
    ...(registry && { registry }),
  };
  return Object.assign(await serveAws(world), { world, sick });
}

/** What the stand-ins of a rehearsal hold in their folder. */
export function held(store: string): Held[] {
  return readdirSync(store, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && !entry.name.startsWith("."))
    .map(({ name, parentPath }) => JSON.parse(readFileSync(join(parentPath, name), "utf8")) as Held);
}

function servicesIn(all: readonly Held[]): ServiceNow[] {
  const named = (type: string, arn: unknown) =>
    all.find((one) => one.type === type && one.outputs.arn === arn)?.outputs;
  return all
    .filter(({ type }) => type === "aws:ecs/service:Service")
    .map(({ outputs: { name, cluster, taskDefinition } }) => {
      const definition = named("aws:ecs/taskDefinition:TaskDefinition", taskDefinition);
      const containers = JSON.parse(String(definition?.containerDefinitions ?? "[]")) as { image: string }[];
      return {
        cluster: String(named("aws:ecs/cluster:Cluster", cluster)?.name),
        service: String(name),
        taskDefinition: String(taskDefinition),
        image: containers[0]?.image ?? "",
      };
    });
}
