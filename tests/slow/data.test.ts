import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, beforeAll, expect, test } from "vitest";
import { backupsOf } from "../../operations/backup/restore.ts";
import { mustLive } from "../../operations/living.ts";
import { docker, theContainer } from "../local/docker.ts";
import {
  drilled,
  failures,
  faultStack,
  killContainer,
  ledger,
  middleSegment,
  newestBundle,
  sql,
  withDamage,
} from "../support/dataFaults.ts";
import { prometheus } from "../support/prometheus.ts";
import { mustRung, rung } from "../support/rung.ts";
import type { TestStack } from "../support/stack.ts";

let own: TestStack;
beforeAll(async () => {
  own = await faultStack();
});
afterAll(() => own.remove());

test("an empty database fails a drill", async () => {
  await mustRung("backup", "now", "--full", "--stack", own.stack);
  const found = await drilled(own);
  expect(failures(found)).toEqual([expect.stringContaining("there was something to restore: 0 rows")]);
});

test("killed again and again under load, nothing that was acknowledged is lost", async () => {
  const { acknowledged, lost } = await ledger(own, async () => {
    for (let round = 0; round < 5; round += 1) {
      await sleep(2000 + Math.random() * 2000);
      await killContainer(own, "database");
      await sleep(10_000);
    }
  });
  expect(acknowledged).toBeGreaterThan(500);
  expect(lost).toBe(0);
});

test("while storage is down WAL is kept, an alert fires, and nothing is lost", async () => {
  const storage = await theContainer(own, "storage");
  const { acknowledged, lost } = await ledger(own, async () => {
    await docker("stop", storage.Id);
    try {
      // It waits five minutes before it pages; that it then does is tested on Prometheus's clock (tests/local/alerts).
      await expect
        .poll(() => prometheus(own, 'ALERTS{alertname="WalArchiveFailing"}'), {
          timeout: 600_000,
          interval: 2000,
        })
        .toHaveLength(1);
    } finally {
      await docker("start", storage.Id);
    }
  });
  expect(acknowledged).toBeGreaterThan(500);
  expect(lost).toBe(0);
  await mustRung("backup", "now", "--full", "--stack", own.stack);
  await mustRung("backup", "verify", "--stack", own.stack);
});

test.each([
  ["a truncated backup", newestBundle, 'truncate -s -100 "$file"'],
  [
    "one flipped byte",
    newestBundle,
    `printf '\\x55' | dd of="$file" bs=1 seek=$(($(stat -c %s "$file") / 2)) conv=notrunc status=none`,
  ],
  ["a missing WAL segment", middleSegment, 'rm "$file"'],
])("a drill fails on %s, and so does verify", async (_, files, damage) => {
  for (let segment = 0; segment < 3; segment += 1)
    await sql(own, "SELECT pg_logical_emit_message(true, 'test', 'x'); SELECT pg_switch_wal();");
  await sleep(5000);
  await withDamage(own, files, damage, async () => {
    expect((await rung("backup", "verify", "--stack", own.stack)).code).toBe(1);
    const found = await drilled(own);
    expect(found.good).toBe(false);
    expect(failures(found).join()).toContain("all that is kept can be read");
  });
  await mustRung("backup", "verify", "--stack", own.stack);
});

test("a drill fails on a stale backup", async () => {
  const found = await drilled(own, undefined, () => new Date(Date.now() + 27 * 3_600_000));
  expect(found.good).toBe(false);
  expect(failures(found)).toEqual([expect.stringContaining("the newest backup is fresh")]);
});

test("a drill fails where a clock makes the newest backup one of the future", async () => {
  const found = await drilled(own, undefined, () => new Date(Date.now() - 3_600_000));
  expect(found.good).toBe(false);
  expect(failures(found)).toEqual([expect.stringContaining("a clock is wrong")]);
});

test("a drill fails with the wrong key", async () => {
  const { Id, Config } = await theContainer(own, "backup");
  const env = Config.Env.map((one) => (one.startsWith("BACKUP_CIPHER=") ? "BACKUP_CIPHER=not-the-key" : one));
  const name = `pulse-${own.stack}-wrong-key`;
  await docker(
    "run",
    "--detach",
    "--name",
    name,
    "--volumes-from",
    Id,
    "--network",
    `pulse-${own.stack}-private`,
    "--tmpfs",
    "/run/database:uid=10002",
    "--tmpfs",
    "/tmp",
    ...env.flatMap((one) => ["--env", one]),
    Config.Image,
    "backup",
  );
  try {
    const found = await drilled(own, (living) => ({
      ...living,
      outputs: { ...living.outputs, parts: { ...living.outputs.parts, backup: [name] } },
    }));
    expect(found.good).toBe(false);
    expect(failures(found).join()).toContain("as with the wrong key");
  } finally {
    await docker("rm", "-f", name);
  }
});

test("after the volume is lost the earlier database comes back, within the promised RPO", async () => {
  const early = await ledger(own, () => sleep(5000));
  await sleep(65_000); // the archive's promise: a minute
  const before = Number(await sql(own, "SELECT count(*) FROM events"));
  // What comes within that minute may be lost, and is counted.
  const late = await ledger(own, () => sleep(5000));
  const { Id } = await theContainer(own, "database");
  const volume = `pulse-${own.stack}-database-data`;
  const backups = JSON.parse(await mustRung("backup", "list", "--json", "--stack", own.stack));
  const last = backups.at(-1).name;
  await docker("stop", Id);
  await docker(
    "run",
    "--rm",
    "--user",
    "root",
    "--entrypoint",
    "rm",
    "--volume",
    `${volume}:/v`,
    await docker("inspect", "--format", "{{.Image}}", Id),
    "-rf",
    "/v/17",
    "/v/17.before",
    "/v/17.restore",
  );
  await docker("start", Id);
  await mustRung("up", "--stack", own.stack);
  const guess = await rung(
    "backup",
    "restore",
    "--stack",
    own.stack,
    "--in-place",
    "--no-last-backup",
    "--backup",
    last,
    "--yes",
  );
  expect(guess.code, guess.out + guess.err).toBe(0);
  expect(early.acknowledged).toBeGreaterThan(100);
  expect(await early.lostNow()).toBe(0);
  expect(Number(await sql(own, "SELECT count(*) FROM events"))).toBeGreaterThanOrEqual(before);
  console.log(`of ${late.acknowledged} acknowledged in the last minute ${await late.lostNow()} are lost`);
});

test("without room a restore says so, and the database is as it was", async () => {
  const before = await sql(own, "SELECT count(*) FROM events");
  const living = await mustLive(own.stack);
  const operations = await backupsOf(living);
  const backup = (await operations.list(living)).at(-1);
  if (!backup) throw new Error("no backup");
  // No disk is filled for it: the backup is said to be larger than any.
  const from = { source: living, backup: { ...backup, databaseBytes: 1e15 } };
  await expect(operations.restore(from, living, () => {})).rejects.toThrow("not enough room");
  await mustRung("up", "--stack", own.stack);
  expect(await sql(own, "SELECT count(*) FROM events")).toBe(before);
});
