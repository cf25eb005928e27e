import { spawn } from "node:child_process";
import { access, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { expect, test } from "vitest";
import { archive } from "../../migrations/archive/archive.ts";
import { dueBefore } from "../../migrations/archive/due.ts";
import { restorePartition } from "../../migrations/archive/restore.ts";
import type { Bucket } from "../../migrations/s3/bucket.ts";
import { eventsOfEachTest, users } from "../support/events.ts";
import { root } from "../support/rung.ts";

const here = eventsOfEachTest();

/** One that is due, and whose every day has rows. */
const fullMonth = async (): Promise<string> => {
  const { rows } = await here.owner.query(
    "SELECT 'events_' || to_char(now() - interval '6 months', 'YYYY_MM') AS name",
  );
  return rows[0].name;
};
const due = () => dueBefore(new Date());
const done = (before = due(), to = here.bucket) => archive(here.owner, to, before, () => {});

/** The program of the image that archives, as its container runs it. */
function archiver(...schedule: string[]) {
  const child = spawn(
    process.execPath,
    ["--disable-warning=ExperimentalWarning", join(root, "app", "src", "node", "archive.ts"), ...schedule],
    {
      env: {
        PATH: process.env.PATH,
        TMPDIR: here.folder,
        ARCHIVE_DATABASE_URL: here.url(),
        ARCHIVE_KEEP_MONTHS: "5",
        ARCHIVE_ENDPOINT: here.at.endpoint,
        ARCHIVE_REGION: here.at.region,
        ARCHIVE_BUCKET: here.at.bucket,
        ARCHIVE_PREFIX: here.at.prefix,
        ARCHIVE_ACCESS_KEY_ID: here.at.accessKeyId,
        ARCHIVE_SECRET_ACCESS_KEY: here.at.secretAccessKey,
      },
      stdio: ["ignore", "pipe", "pipe"],
    },
  );
  let told = "";
  for (const stream of [child.stdout, child.stderr])
    stream.setEncoding("utf8").on("data", (text: string) => {
      told += text;
    });
  const ended = new Promise<number | null>((resolve) => child.on("close", resolve));
  return { child, ended, told: () => told };
}
const isThere = (path: string) =>
  access(path).then(
    () => true,
    () => false,
  );

test("the scheduled archiver takes what the spec does not keep; one that fails is not healthy, and loses nothing", async () => {
  await here.aYear();
  const before = await here.all();
  const keep = dueBefore(new Date(), 5);
  const kept = (await here.states()).filter(({ to }) => to > keep).map(({ name }) => name);
  here.objects.stop();
  const scheduled = archiver("* * * * * *");
  const well = join(here.folder, "archived");
  const until = async (what: () => Promise<boolean> | boolean) => {
    while (!(await what())) {
      expect(scheduled.child.exitCode, scheduled.told()).toBeNull();
      await sleep(50);
    }
  };
  await until(() => /ECONNREFUSED/.test(scheduled.told()));
  await until(async () => !(await isThere(well)));
  expect(await here.all()).toEqual(before);
  await here.serveAgain();
  scheduled.child.kill("SIGTERM");
  expect(await scheduled.ended).toBe(0);
  const again = archiver("* * * * * *");
  while (!/no whole month before/.test(again.told())) await sleep(50);
  expect(await isThere(well), again.told()).toBe(true);
  again.child.kill("SIGTERM");
  expect(await again.ended).toBe(0);
  const there = await here.states();
  expect(there.filter(({ state }) => state === "here").map(({ name }) => name)).toEqual(kept);
  expect(there.filter(({ state }) => state === "archived").length).toBeGreaterThan(5);
  expect(again.told()).not.toContain(here.at.secretAccessKey);
  for (const { name, state } of there)
    if (state === "archived") await restorePartition(here.owner, here.bucket, name);
  expect(await here.all()).toEqual(before);
  const once = archiver();
  expect(await once.ended, once.told()).toBe(0);
});

test("whole months go to the bucket and come back as they were", async () => {
  await here.aYear();
  const before = await here.all();
  const archived = await done();
  expect(archived.length).toBeGreaterThanOrEqual(8);
  const left = await here.all();
  expect(left.rows + archived.reduce((sum, { rows }) => sum + rows, 0)).toBe(before.rows);
  expect(await done()).toEqual([]);
  const there = await here.states();
  expect(there.filter(({ state }) => state === "archived").map(({ name }) => name)).toEqual(
    archived.map(({ partition }) => partition),
  );
  for (const { partition } of archived) await restorePartition(here.owner, here.bucket, partition);
  expect(await here.all()).toEqual(before);
  // Cleaning up leaves them alone, and they can go again.
  const { rows } = await here.owner.query("SELECT events FROM public.cleanup_batch('130 days', 5000)");
  expect(rows).toEqual([{ events: "0" }]);
  expect(await done()).toEqual(archived);
  expect(await here.all()).toEqual(left);
});

test("what changes while it is written is written again", async () => {
  await here.aYear();
  const name = await fullMonth();
  const other = await here.connect();
  let changes = 0;
  const racing: Bucket = {
    ...here.bucket,
    async put(key, body) {
      await here.bucket.put(key, body);
      if (!key.endsWith(`${name}/manifest.json`) || changes > 0) return;
      changes += 1;
      await other.query(`DELETE FROM public.${name} WHERE id = (SELECT id FROM public.${name} LIMIT 1)`);
    },
  };
  const { rows } = await here.owner.query(`SELECT count(*)::int AS rows FROM public.${name}`);
  const archived = await done(due(), racing);
  await other.end();
  expect(archived.find(({ partition }) => partition === name)?.rows).toBe(rows[0].rows - 1);
  expect(changes).toBe(1);
});

test("a bucket that does not keep what it was given loses nothing", async () => {
  await here.aYear();
  const before = await here.all();
  const lying: Bucket = {
    ...here.bucket,
    put: (key, body) => here.bucket.put(key, key.endsWith(".gz") ? body.subarray(0, -1) : body),
  };
  await expect(done(due(), lying)).rejects.toThrow(/is damaged: a part is not what was written/);
  expect(await here.all()).toEqual(before);
  const full: Bucket = { ...here.bucket, put: async () => Promise.reject(new Error("507 no space")) };
  await expect(done(due(), full)).rejects.toThrow("507 no space");
  expect(await here.all()).toEqual(before);
});

test("an archive with one flipped byte, or without a part, does not come back, and nothing of it stays", async () => {
  await here.aYear();
  const name = await fullMonth();
  const first = (await done()).find(({ partition }) => partition === name);
  const left = await here.all();
  const parts = join(here.objects.bucket, here.at.prefix, "partitions", name);
  const part = join(parts, (await readdir(parts)).find((file) => file.endsWith(".gz")) ?? "");
  const body = await readFile(part);
  const bad = Buffer.from(body);
  bad.writeUInt8(bad.readUInt8(bad.length >> 1) ^ 1, bad.length >> 1);
  await writeFile(part, bad);
  await expect(restorePartition(here.owner, here.bucket, name)).rejects.toThrow(
    "a part is not what was written",
  );
  await rm(part);
  await expect(restorePartition(here.owner, here.bucket, name)).rejects.toThrow("a part is missing");
  expect(await here.all()).toEqual(left);
  await writeFile(part, body);
  expect((await restorePartition(here.owner, here.bucket, name)).rows).toBe(first?.rows);
});

test("events whose user is gone come back only as it is said", async () => {
  await here.aYear();
  const name = await fullMonth();
  const first = (await done()).find(({ partition }) => partition === name);
  await here.owner.query(`DELETE FROM public.users WHERE id = '${users[0]}'`);
  await expect(restorePartition(here.owner, here.bucket, name)).rejects.toThrow(
    /of 1 users who are not there any more/,
  );
  const left = await restorePartition(here.owner, here.bucket, name, { users: "leave" });
  expect(left.rowsLeftOut).toBeGreaterThan(30);
  expect(left.rows + left.rowsLeftOut).toBe(first?.rows);
  await here.owner.query(`DROP TABLE public.${name}`);
  const made = await restorePartition(here.owner, here.bucket, name, { users: "make" });
  expect(made).toMatchObject({ rows: first?.rows, usersMade: 1 });
});

test("killed again and again, every row is in the table or in the archive", async () => {
  await here.aYear();
  const before = await here.all();
  let kills = 0;
  for (let round = 0; round < 6; round += 1) {
    const child = spawn(
      process.execPath,
      [
        "--disable-warning=ExperimentalWarning",
        join(root, "tests", "support", "archiveProcess.ts"),
        here.url(),
        JSON.stringify(here.at),
        due(),
      ],
      { stdio: ["ignore", "pipe", "inherit"] },
    );
    // From its first word on, at a moment of chance.
    child.stdout.once("data", () => void sleep(Math.random() * 150).then(() => child.kill("SIGKILL")));
    const code = await new Promise((resolve) => child.on("close", resolve));
    if (code === null) kills += 1;
  }
  await done();
  for (const { name, state } of await here.states())
    if (state === "archived") await restorePartition(here.owner, here.bucket, name);
  expect(kills).toBeGreaterThan(0);
  expect(await here.all()).toEqual(before);
});
