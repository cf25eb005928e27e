import type { Store, Stores } from "../../../migrations/stages/objects/store.ts";
import type { Serving } from "../../../migrations/stages/states.ts";
import type { Living } from "../../stage.ts";
import { type Forward, forward } from "../forward.ts";
import { environmentIn } from "./ends.ts";

/**
 * Both stacks' storage with the buckets that both have, until `close`; undefined where one has none. Nothing is
 * published: each connection is a `socat` in the database's container, which is on the storage's network.
 */
export async function reachStores(
  from: Living,
  to: Living,
): Promise<{ readonly objects: Stores; close(): Promise<void> } | undefined> {
  const buckets = Object.keys(from.context.spec.storage?.buckets ?? {})
    .filter((bucket) => bucket in (to.context.spec.storage?.buckets ?? {}))
    .map((bucket) => ({ source: bucket, target: bucket }));
  if (buckets.length === 0) return undefined;
  const forwards: Forward[] = [];
  const store = async (side: Serving, { context, outputs }: Living): Promise<Store> => {
    const [storage] = outputs.parts.storage ?? [];
    const [database] = outputs.parts.database ?? [];
    if (storage === undefined || database === undefined)
      throw new Error(`${context.stack} has no storage, and its spec names buckets`);
    const secretAccessKey = (await environmentIn(storage)).get("STORAGE_SECRET_APP") ?? "";
    const way = await forward(database, "TCP:storage:9000", "storage.sock");
    forwards.push(way);
    return {
      side,
      name: context.stack,
      endpoint: "https://storage:9000",
      region: "local",
      accessKeyId: "app",
      secretAccessKey,
      socketPath: way.path,
      ...(outputs.certificateAuthority && { ca: outputs.certificateAuthority }),
    };
  };
  const objects = { source: await store("source", from), target: await store("target", to), buckets };
  return { objects, close: async () => void (await Promise.all(forwards.map((one) => one.close()))) };
}
