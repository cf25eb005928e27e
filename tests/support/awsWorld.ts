import { existsSync, readdirSync, readFileSync, rmSync, statSync } from "node:fs";
import { join } from "node:path";
import type { Held as Kept } from "../../engine/providers/generic/store.ts";
import type { ServiceNow } from "../../engine/servers/aws/ecs.ts";
import { type AwsServer, serveAws, type World } from "../../engine/servers/aws/index.ts";
import type { Inventory } from "../../engine/servers/aws/inventory.ts";
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
export const held = (store: string): Held[] => files(store).map((file) => read<Held>(file));

const files = (store: string): string[] =>
  readdirSync(store, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && !entry.name.startsWith("."))
    .map(({ name, parentPath }) => join(parentPath, name));
const read = <T>(file: string): T => JSON.parse(readFileSync(file, "utf8")) as T;

/** The same as an account's inventory, to be listed by tag and deleted. @param buckets a folder a bucket, its objects in it */
export function inventoryOf(store: string, buckets: string): Inventory {
  const known = new Map<string, { readonly at: number; readonly one: Kept }>();
  const readOnce = (file: string): Kept => {
    const at = statSync(file).mtimeMs;
    const before = known.get(file);
    if (before?.at === at) return before.one;
    const one = read<Kept>(file);
    known.set(file, { at, one });
    return one;
  };
  return {
    held: () => files(store).map(readOnce),
    remove({ type, id, urn }) {
      for (const file of files(store)) {
        const one = readOnce(file);
        if (one.type === type && one.id === id && one.urn === urn) rmSync(file);
      }
    },
    isFilled: (bucket) => existsSync(join(buckets, bucket)) && readdirSync(join(buckets, bucket)).length > 0,
    images: new Map(),
    looks: 2,
  };
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
