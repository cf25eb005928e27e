import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, beforeAll, expect, test } from "vitest";
import { docker } from "../local/docker.ts";
import {
  drilled,
  failures,
  faultStack,
  killContainer,
  ledger,
  newestBundle,
  sql,
  withDamage,
} from "../support/dataFaults.ts";
import { mustRung, rung, startRung } from "../support/rung.ts";
import type { TestStack } from "../support/stack.ts";

let own: TestStack;
beforeAll(async () => {
  own = await faultStack();
  await mustRung("db", "seed", "--stack", own.stack);
  await mustRung("backup", "now", "--full", "--stack", own.stack);
});
afterAll(() => own.remove());

const events = async () => Number(await sql(own, "SELECT count(*) FROM events"));

test("killed under load, the database comes back with all that was acknowledged", async () => {
  const { acknowledged, lost } = await ledger(own, async () => {
    await sleep(3000);
    await killContainer(own, "database");
    await sleep(10_000);
  });
  expect(acknowledged).toBeGreaterThan(100);
  expect(lost).toBe(0);
});

test("a wrong DELETE is got back by time; the restore killed midway leaves all as it was, and runs again", async () => {
  const { acknowledged, lostNow } = await ledger(own, () => sleep(5000));
  expect(acknowledged).toBeGreaterThan(100);
  const before = await events();
  const time = await sql(
    own,
    `SELECT to_char(clock_timestamp() AT TIME ZONE 'utc', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"')`,
  );
  await sleep(1500);
  await sql(own, "DELETE FROM events");
  expect(await events()).toBe(0);

  const asked = await rung("backup", "restore", "--stack", own.stack, "--to", time, "--in-place");
  expect([asked.code, await events()]).toEqual([64, 0]);

  const restore = ["backup", "restore", "--stack", own.stack, "--to", time, "--in-place", "--yes"];
  const killed = startRung(restore);
  while (!killed.text.out.includes("copying")) await sleep(50);
  killed.kill("SIGKILL");
  await docker("rm", "-f", `pulse-${own.stack}-restore`).catch(() => {});
  await killed.ended;
  await mustRung("up", "--stack", own.stack);
  expect(await events(), "as it was").toBe(0);

  const done = await rung(...restore);
  expect(done.code, done.out + done.err).toBe(0);
  expect(await events()).toBe(before);
  expect(await lostNow()).toBe(0);
  expect((await rung("db", "validate", "--stack", own.stack)).code).toBe(0);
});

test("a drill passes after all that, and leaves nothing behind", async () => {
  await mustRung("backup", "now", "--full", "--stack", own.stack);
  const evidence = await drilled(own);
  expect(failures(evidence)).toEqual([]);
  expect(evidence.good).toBe(true);
  console.log(evidence.measured);
  expect(await docker("ps", "--all", "--quiet", "--filter", "name=pulse-drill-")).toBe("");
});

test("one flipped byte in the newest backup fails it", async () => {
  const flip = `printf '\\x55' | dd of="$file" bs=1 seek=$(($(stat -c %s "$file") / 2)) conv=notrunc status=none`;
  const found = await withDamage(own, newestBundle, flip, () => drilled(own));
  expect(found.good).toBe(false);
  expect(failures(found).join()).toContain("all that is kept can be read");
});
