import { appendFile, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import {
  DeleteObjectCommand,
  GetObjectCommand,
  ListObjectsV2Command,
  PutObjectCommand,
} from "@aws-sdk/client-s3";
import { afterEach, beforeEach, expect, test } from "vitest";
import { s3Client } from "../../migrations/s3/client.ts";
import { finish, rollBack } from "../../migrations/stages/back.ts";
import { begin } from "../../migrations/stages/begin.ts";
import { compareAll } from "../../migrations/stages/compare.ts";
import { cutOver } from "../../migrations/stages/cutover.ts";
import { type Move, usual } from "../../migrations/stages/move.ts";
import { objectFindings } from "../../migrations/stages/objects/plan.ts";
import type { Store, Stores } from "../../migrations/stages/objects/store.ts";
import { openMove } from "../../migrations/stages/open.ts";
import { poolerTraffic } from "../../migrations/stages/traffic.ts";
import { differencesInWords } from "../../migrations/stages/verify.ts";
import { type Cluster, startCluster } from "../support/cluster.ts";
import { ledgerSchema } from "../support/ledger.ts";
import { type Objects, serveObjects } from "../support/objects.ts";
import { startPooler, type TestPooler } from "../support/pgbouncer.ts";

const servers: { source?: Objects; target?: Objects } = {};
let clusters: Cluster[];
let pooler: TestPooler;
let folder: string;
let move: Move;
let stores: Stores;

const bucketOf = { source: "uploads", target: "files" } as const;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "rung-objects-"));
  const store = async (side: "source" | "target"): Promise<Store> => {
    const served = await serveObjects(join(folder, side), bucketOf[side]);
    servers[side] = served;
    const { AWS_ACCESS_KEY_ID = "", AWS_SECRET_ACCESS_KEY = "" } = served.env;
    const key = { accessKeyId: AWS_ACCESS_KEY_ID, secretAccessKey: AWS_SECRET_ACCESS_KEY };
    return { side, name: side, endpoint: `http://${served.host}`, region: "us-east-1", ...key };
  };
  stores = { source: await store("source"), target: await store("target"), buckets: [bucketOf] };
  const [source, target] = await Promise.all([startCluster(), startCluster()]);
  clusters = [source, target];
  for (const one of clusters) await one.sql("CREATE DATABASE app");
  await source.sql(ledgerSchema, undefined, "app");
  pooler = await startPooler("app", source.port, "app");
  const side = (which: "source" | "target", { url }: Cluster) => ({
    side: which,
    name: which,
    url: url("app"),
    urlForPeer: url("app"),
  });
  const sides = { source: side("source", source), target: side("target", target) };
  const asked = { from: "prod", to: "next", wayBack: true, identityFull: [] };
  const memory = await openMove(join(folder, "move"), sides, asked);
  const limits = { ...usual, jobs: 2, pauseMs: 60_000 };
  move = { sides, memory, limits, say: () => {}, objects: stores, traffic: poolerTraffic(pooler, sides) };
});
afterEach(async () => {
  servers.source?.stop();
  servers.target?.stop();
  await Promise.all([...clusters.map((one) => one.remove()), pooler?.remove()]);
  await rm(folder, { recursive: true, force: true });
});

const at = (side: "source" | "target") => ({
  client: s3Client(stores[side]),
  Bucket: bucketOf[side],
});

async function put(side: "source" | "target", Key: string, Body: string | Buffer) {
  const { client, Bucket } = at(side);
  await client.send(
    new PutObjectCommand({ Bucket, Key, Body, ContentType: "text/x-test", Metadata: { owner: "seven" } }),
  );
}

async function remove(side: "source" | "target", Key: string) {
  const { client, Bucket } = at(side);
  await client.send(new DeleteObjectCommand({ Bucket, Key }));
}

async function keys(side: "source" | "target"): Promise<(string | undefined)[]> {
  const { client, Bucket } = at(side);
  const { Contents } = await client.send(new ListObjectsV2Command({ Bucket }));
  return (Contents ?? []).map(({ Key }) => Key);
}

const text = async (side: "source" | "target", Key: string) => {
  const { client, Bucket } = at(side);
  const got = await client.send(new GetObjectCommand({ Bucket, Key }));
  return { text: await got.Body?.transformToString(), type: got.ContentType, meta: got.Metadata };
};

const differences = async () => differencesInWords(await compareAll(move));

const large = Buffer.alloc(12_000_000, "Rung ");

test("objects go along: copied, kept in step, compared by hash, and back", async () => {
  const odd = "a folder/ü & +%20 'x'.txt";
  await put("source", odd, "odd");
  await put("source", "large.bin", large);
  for (let at = 0; at < 20; at += 1) await put("source", `many/${at}`, `number ${at}`);
  expect((await objectFindings(stores)).map(({ level }) => level)).toEqual(["note"]);
  await begin(move);
  expect(await keys("target")).toEqual(await keys("source"));
  expect(await text("target", odd)).toEqual({ text: "odd", type: "text/x-test", meta: { owner: "seven" } });
  expect((await objectFindings(stores)).map(({ level }) => level)).toContain("blocks");

  await put("source", "many/1", "written anew");
  await remove("source", "many/2");
  await put("source", "many/new", "later");
  expect(await differences()).toEqual([]);
  expect(await keys("target")).toEqual(await keys("source"));
  expect((await text("target", "many/1")).text).toBe("written anew");

  // on the disk, below S3: its listing says what it said before
  await appendFile(join(servers.target?.bucket ?? "", "many", "3"), ".");
  expect(await differences()).toEqual(["object uploads/many/3 differs"]);
  await remove("target", "many/3");
  expect(await differences()).toEqual([]);

  await cutOver(move);
  await put("source", "late", "its address was given out before the cutover");
  await put("target", "after", "written to the one that serves");
  await remove("target", "many/4");
  expect(await differences()).toEqual([]);
  const now = await keys("target");
  expect(now).toEqual(expect.arrayContaining(["late", "after"]));
  expect(now).not.toContain("many/4");
  expect(await keys("source")).toEqual(now);

  await appendFile(join(servers.source?.bucket ?? "", "many", "5"), ".");
  const later = Date.now() + 49 * 3_600_000;
  await expect(finish(move, later)).rejects.toThrow("object uploads/many/5 differs");
  await put("target", "many/5", "made good");
  await put("target", "last", "before the rollback");
  await rollBack(move);
  expect((await text("source", "last")).text).toBe("before the rollback");
  expect((await text("source", "many/5")).text).toBe("made good");
});
