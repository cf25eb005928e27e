import type pg from "pg";
import { failure } from "../components/model/diagnostics.ts";
import { manifests } from "../migrations/archive/manifest.ts";
import { partitionsOf, withPartitions } from "../migrations/archive/partitions.ts";
import type { Bucket } from "../migrations/s3/bucket.ts";
import { withDatabase } from "./database/reach.ts";
import type { Living } from "./stage.ts";
import { operationsOf } from "./stages.ts";

/** A partition, as database and archive know it. */
export interface PartitionState {
  readonly name: string;
  readonly from: string | null;
  readonly to: string;
  /** `restored`: in both. */
  readonly state: "here" | "archived" | "restored";
  /** Of one in the database, PostgreSQL's estimate; null when there is none. */
  readonly rows: number | null;
  /** In the database, or in the bucket. */
  readonly bytes: number;
}

/** Runs `work` with a session of the owner's and the archive's bucket. @throws DiagnosticsError where one is not there */
export async function withArchive<T>(
  living: Living,
  work: (client: pg.Client, bucket: Bucket) => Promise<T>,
): Promise<T> {
  const { archive } = await operationsOf(living.context.stage);
  return withDatabase(living, async (client) => {
    if (!archive)
      throw failure(`${living.context.stage} has no archive`, "see docs/data.md", "rung db partitions", 64);
    const { bucket, close } = await archive(living);
    try {
      return await work(client, bucket);
    } finally {
      await close();
    }
  });
}

/** All partitions there are, the oldest first. */
export async function partitionStates(client: pg.Client, bucket: Bucket): Promise<PartitionState[]> {
  const here = await withPartitions(client, () => partitionsOf(client));
  const archived = await manifests(bucket);
  return [
    ...here.map(({ name, from, to, rows, bytes, restored }): PartitionState => {
      const state = restored ? "restored" : "here";
      return { name, from, to, state, rows: rows < 0 ? null : rows, bytes };
    }),
    ...archived
      .filter(({ partition }) => !here.some(({ name }) => name === partition))
      .map(
        ({ partition, from, to, rows, parts }): PartitionState => ({
          ...{ name: partition, from, to, state: "archived", rows },
          bytes: parts.reduce((sum, part) => sum + part.bytes, 0),
        }),
      ),
  ].toSorted((a, b) => a.to.localeCompare(b.to));
}
