import { readFile } from "node:fs/promises";
import { join } from "node:path";
import type { S3Client } from "@aws-sdk/client-s3";
import { failure } from "../../../components/model/diagnostics.ts";
import { s3Client } from "../../s3/client.ts";
import { writeDurably } from "../journal.ts";
import type { Serving } from "../states.ts";
import { copyObject, hashObject, list, type Place, removeObject, type Stores } from "./store.ts";

/** What both sides had when an object was last brought in step: their ETags, by bucket of the source and key. */
type Known = Record<string, Record<string, { readonly source: string; readonly target: string }>>;

export interface Stepped {
  readonly copied: number;
  readonly removed: number;
  readonly bytes: number;
}

export interface ObjectDifference {
  readonly object: string;
  readonly found: "differs" | "missing" | "too much";
}

export interface ComparedObjects {
  readonly objects: number;
  readonly bytes: number;
  readonly differences: readonly ObjectDifference[];
}

/** So many objects are read and written side by side. */
const jobs = 8;

/**
 * Brings the follower's objects to what the leader has: what is new or was written anew is copied, what was deleted at
 * the leader is deleted where it still is as it was copied. Nothing that was not brought there is touched.
 * @param late whether what is new at the follower alone is brought to the leader: an upload whose address was given out
 *   before the cutover ends at the old place
 */
export async function bringInStep(
  folder: string,
  stores: Stores,
  leader: Serving,
  late: boolean,
): Promise<Stepped> {
  const known = await readKnown(folder);
  let [copied, removed, bytes] = [0, 0, 0];
  try {
    await eachBucket(stores, async (places, bucket) => {
      const follower = leader === "source" ? "target" : "source";
      const there = { source: await list(places.source), target: await list(places.target) };
      const before = known[bucket] ?? {};
      known[bucket] = before;
      const bring = async (key: string, from: Serving) => {
        const to = from === "source" ? "target" : "source";
        const done = await copyObject(places[from], places[to], key);
        if (!done) return;
        before[key] =
          from === "source"
            ? { source: done.read, target: done.written }
            : { target: done.read, source: done.written };
        copied += 1;
        bytes += there[from].get(key)?.bytes ?? 0;
      };
      const work = async (key: string) => {
        const [mine, other] = [there[leader].get(key)?.etag, there[follower].get(key)?.etag];
        const was = before[key];
        if (was && was[leader] === mine && was[follower] === other) return;
        const untouched = was !== undefined && was[follower] === other;
        if (mine !== undefined && (was?.[leader] !== mine || !late || other === undefined))
          await bring(key, leader);
        else if (mine === undefined && untouched) {
          await removeObject(places[follower], key);
          delete before[key];
          removed += 1;
        } else if (late && other !== undefined) await bring(key, follower);
      };
      await sideBySide([...new Set([...there[leader].keys(), ...there[follower].keys()])], work);
    });
  } finally {
    await writeDurably(join(folder, "objects.json"), JSON.stringify(known));
  }
  return { copied, removed, bytes };
}

/** Reads every object on both sides, and compares the SHA-256 of its bytes and headers. */
export async function compareObjects(stores: Stores, leader: Serving): Promise<ComparedObjects> {
  const follower = leader === "source" ? "target" : "source";
  const differences: ObjectDifference[] = [];
  let [objects, bytes] = [0, 0];
  await eachBucket(stores, async (places, bucket) => {
    const [ours, theirs] = await Promise.all([list(places[leader]), list(places[follower])]);
    await sideBySide([...new Set([...ours.keys(), ...theirs.keys()])], async (key) => {
      const [mine, other] = await Promise.all([
        hashObject(places[leader], key),
        hashObject(places[follower], key),
      ]);
      objects += 1;
      bytes += ours.get(key)?.bytes ?? 0;
      if (mine === other) return;
      const found = mine === undefined ? "too much" : other === undefined ? "missing" : "differs";
      differences.push({ object: `${bucket}/${key}`, found });
    });
  });
  return {
    objects,
    bytes,
    differences: differences.toSorted((a, b) => a.object.localeCompare(b.object, "en")),
  };
}

/** @throws DiagnosticsError with S3's own reason; it names no key and no secret */
export async function eachBucket(
  { source, target, buckets }: Stores,
  work: (places: Readonly<Record<Serving, Place>>, bucket: string) => Promise<void>,
): Promise<void> {
  const clients: Record<Serving, S3Client> = { source: s3Client(source), target: s3Client(target) };
  try {
    for (const bucket of buckets) {
      const places = {
        source: { client: clients.source, bucket: bucket.source },
        target: { client: clients.target, bucket: bucket.target },
      };
      await work(places, bucket.source).catch((error: Error) => {
        throw failure(
          `the objects of ${bucket.source}: ${error.name}: ${error.message}`,
          "see that both stores answer, and that both keys may list, read, write and delete there",
          "rung promote",
        );
      });
    }
  } finally {
    clients.source.destroy();
    clients.target.destroy();
  }
}

async function sideBySide(keys: readonly string[], work: (key: string) => Promise<void>): Promise<void> {
  const left = [...keys];
  const one = async () => {
    for (let key = left.pop(); key !== undefined; key = left.pop()) await work(key);
  };
  await Promise.all(Array.from({ length: jobs }, one));
}

async function readKnown(folder: string): Promise<Known> {
  const text = await readFile(join(folder, "objects.json"), "utf8").catch((error: NodeJS.ErrnoException) => {
    if (error.code === "ENOENT") return "{}";
    throw error;
  });
  return JSON.parse(text) as Known; // written by `bringInStep` alone
}
