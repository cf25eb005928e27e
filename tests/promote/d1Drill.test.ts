import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { createServer } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, expect, test, vi } from "vitest";
import { canDrill, drill } from "../../operations/drill/drill.ts";
import { providersKey } from "../../operations/hosted/r2.ts";
import { bucketEnv, eachDrill, failures, left, livingAt, opened, saidOf } from "../support/dumpDrills.ts";
import { type Objects, serveObjects } from "../support/objects.ts";
import { accountId, databaseId } from "../workers/d1.ts";
import { done, exporter } from "../workers/exporting.ts";

/**
 * A drill of D1's exports: written by the stage's own Worker in workerd, out of the D1 that runs there, put into a real
 * S3 server as R2 has them, and read into Node's SQLite.
 */
const bucketName = "pulse-prod-export";
let on: Awaited<ReturnType<typeof exporter>>;
let folder: string;
let objects: Objects;
beforeAll(async () => {
  on = await exporter({ answers: [done] });
  folder = await mkdtemp(join(tmpdir(), "rung-exports-"));
  objects = await serveObjects(folder, bucketName);
});
afterAll(async () => {
  await on?.dispose();
  objects?.stop();
  await rm(folder, { recursive: true, force: true });
});
const stack = eachDrill(() => ({ folder, env: bucketEnv(objects, bucketName) }));
afterEach(async () => {
  for (const { key } of await bucket().objects("")) await bucket().remove(key);
});

const bucket = () => opened(objects, bucketName);
/** The Worker's newest export, with what it noted, where the drill looks. @returns its key */
async function exportedNow(spoil = (text: string, _key: string): string => text): Promise<string> {
  expect((await on.run()).outcome).toBe("ok");
  const newest = (await on.exports()).toSorted((a, b) => a.key.localeCompare(b.key)).slice(-2);
  for (const { key, text } of newest) await bucket().put(key, Buffer.from(spoil(text, key)));
  return newest[0]?.key ?? "";
}
const living = () =>
  livingAt("cloudflare-edge", stack(), {
    vendor: "d1",
    account: accountId,
    database: databaseId,
    exports: bucketName,
  });
const drilled = async (now: () => Date = () => new Date()) =>
  (await drill(living(), { maxAgeHours: 26, now }, () => {})).evidence;

test("the newest export is read into an SQLite, and holds what the Worker counted", async () => {
  expect(await canDrill(living())).toBe(true);
  const key = await exportedNow();
  const found = await drilled();
  expect(failures(found)).toEqual([]);
  expect(found).toMatchObject({ good: true, by: "dump", backup: { name: key } });
  expect(found.backup?.kind).toBe("the stack's own export, not D1's Time Travel");
  expect(found.tables.events?.rows).toBe(1);
  expect(saidOf(found, "every table holds the rows that were counted")).toMatch(
    /rows in 6 tables|rows in 7 tables/,
  );
  expect(saidOf(found, "the database is sound")).toContain("find nothing");
  expect(left()).toEqual([]);
});

test("an empty bucket and a stale export fail it; a promise that no export keeps is told to be Time Travel's", async () => {
  expect(failures(await drilled())).toEqual([expect.stringContaining("the bucket holds no dump")]);
  await exportedNow();
  const old = await drilled(() => new Date(Date.now() + 27 * 3_600_000));
  expect(failures(old)).toEqual([expect.stringContaining("27.0 h old; at most 26 h")]);
  expect(saidOf(old, "what is newer than the dump is the provider's own to bring back")).toContain(
    "not drilled",
  );
});

test("one flipped byte, a truncated export, and lost rows fail it, and nothing is left", async () => {
  const key = await exportedNow();
  const file = join(objects.bucket, key);
  const whole = await readFile(file);
  const flipped = Buffer.from(whole);
  flipped[whole.indexOf("seen")] = "t".charCodeAt(0);
  await writeFile(file, flipped);
  expect(failures(await drilled()).join()).toContain("is not what was put there: MD5");
  await bucket().put(key, flipped);
  expect(failures(await drilled()).join()).toContain("is not what was exported: SHA-256");
  await bucket().put(key, whole.subarray(0, whole.length - 40));
  expect(failures(await drilled()).join()).toContain("is not what was exported");
  await bucket().put(key, whole);
  await bucket().remove(`${key}.json`);
  expect(failures(await drilled()).join()).toContain("nothing was noted of what");
  const counted = JSON.parse((await on.exports()).find((one) => one.key === `${key}.json`)?.text ?? "");
  for (const at of ["before", "after"]) counted[at].events = 2;
  await bucket().put(`${key}.json`, Buffer.from(JSON.stringify(counted)));
  expect(failures(await drilled())).toEqual([expect.stringContaining("events: 2 rows, 1 came back")]);
  expect(left()).toEqual([]);
});

test("another schema and an empty database fail it", async () => {
  await on.d1.prepare("DROP INDEX events_by_time").run();
  await on.d1.prepare("DELETE FROM events").run();
  await on.d1.prepare("DELETE FROM users").run();
  await exportedNow();
  const found = failures(await drilled());
  expect(found).toHaveLength(2);
  expect(found[0]).toContain("0 rows of the app's");
  expect(found[1]).toContain("index events_by_time");
});

test("without a key of the bucket's own, the provider's token is one", async () => {
  const asked: string[] = [];
  const server = createServer((request, answer) => {
    asked.push(request.url ?? "");
    const known = request.url === "/user/tokens/verify" && request.headers.authorization === "Bearer a-token";
    answer.writeHead(known ? 200 : 401, { "content-type": "application/json" });
    answer.end(
      JSON.stringify(
        known ? { success: true, result: { id: "0a1b", status: "active" } } : { success: false },
      ),
    );
  });
  await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
  try {
    vi.stubEnv("CLOUDFLARE_BASE_URL", `http://127.0.0.1:${(server.address() as { port: number }).port}`);
    vi.stubEnv("CLOUDFLARE_API_TOKEN", "a-token");
    // what sha256sum says of the token
    const secretAccessKey = "1f6076e3a47ba1ded08025ffe06e57af217c14f9407f33fba50f99b1c7019387";
    expect(await providersKey(stack(), accountId)).toEqual({ accessKeyId: "0a1b", secretAccessKey });
    expect(asked).toEqual([`/accounts/${accountId}/tokens/verify`, "/user/tokens/verify"]);
  } finally {
    server.close();
  }
});
