import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, beforeAll, expect, test } from "vitest";
import { docker, inside } from "../local/docker.ts";
import { faultStack, ledger, sql } from "../support/dataFaults.ts";
import { prometheus } from "../support/prometheus.ts";
import { mustRung, rung } from "../support/rung.ts";
import { SmallVolume } from "../support/smallVolume.ts";
import type { TestStack } from "../support/stack.ts";

/** The disk under a database that is written to is really full: its volume lies on a small file system of its own. */
let own: TestStack;
let disk: SmallVolume;
beforeAll(async () => {
  own = await faultStack();
  disk = await SmallVolume.of(`pulse-${own.stack}-database-data`, 600);
  await mustRung("up", "--stack", own.stack);
});
afterAll(async () => {
  await disk.remove();
  await own.remove();
});

const database = async (): Promise<{ RestartCount: number }> =>
  JSON.parse(await docker("inspect", `pulse-${own.stack}-database`))[0];
const isFiring = async (alert: string): Promise<boolean> =>
  (await prometheus(own, `ALERTS{alertname="${alert}",alertstate="firing"}`)).length > 0;

async function until(what: string, met: () => Promise<boolean>): Promise<void> {
  for (let look = 0; look < 240; look += 1) {
    if (await met().catch(() => false)) return;
    await sleep(1000);
  }
  throw new Error(`waited in vain for: ${what}`);
}

test("full while it is written to, it refuses, says so and loses nothing; with room again it goes on", async () => {
  const { acknowledged, lost, refused } = await ledger(own, async () => {
    await sleep(3000);
    await disk.fill();
    // What it cannot write it refuses, and what is there can be read.
    await until("it is told", async () => {
      const { code, out } = await rung("status", "--stack", own.stack);
      return code === 2 && /database:\s+its\s+disk\s+is\s+full/.test(out);
    });
    await until("the alert", () => isFiring("DiskNearlyFull"));
    await until("it is read", async () => Number(await sql(own, "SELECT count(*) FROM events")) > 0);
    await disk.makeSpace();
    await until("it is healthy", async () => (await rung("status", "--stack", own.stack)).code === 0);
    await sleep(3000); // more is acknowledged
  });
  expect(acknowledged).toBeGreaterThan(100);
  expect(lost).toBe(0);
  // Nothing else than that it cannot be done now, and may be sent again.
  expect(Object.keys(refused)).toEqual(["503"]);
});

test("full until its log cannot be written, it goes down, comes back by its reserve, and has all that was acknowledged", async () => {
  const began = (await database()).RestartCount;
  const { acknowledged, lost } = await ledger(own, async () => {
    await sleep(3000);
    await disk.fill();
    // The segments that were there for use are used up: the next one cannot be made, and PostgreSQL stops in a panic.
    for (let used = 0; used < 64; used += 1) {
      const more = "SELECT pg_logical_emit_message(false, 'test', repeat('x', 16000000))";
      const { code } = await inside(
        own,
        "database",
        `psql -X -q -h /run/postgresql -U postgres -d pulse -c "${more}" >/dev/null`,
      ).catch(() => ({ code: 1 }));
      if (code !== 0) break;
    }
    await until("it is down", async () => (await database()).RestartCount > began);
    // Nobody has made room yet, and it is back: by its reserve recovery comes to its end.
    await until("it is back", async () => {
      const asked = await inside(own, "database", "psql -X -At -h /run/postgresql -U postgres -c 'SELECT 1'");
      return asked.out === "1";
    });
    expect((await rung("status", "--stack", own.stack)).code).toBe(2);
    await disk.makeSpace();
    await mustRung("up", "--stack", own.stack);
    await until("it is healthy", async () => (await rung("status", "--stack", own.stack)).code === 0);
    await sleep(3000);
  });
  await until("the reserve is there again", async () => {
    const { code } = await inside(own, "database", "test -e /var/lib/postgresql/data/reserve");
    return code === 0;
  });
  expect(acknowledged).toBeGreaterThan(100);
  expect(lost).toBe(0);
  await mustRung("backup", "now", "--stack", own.stack);
  await mustRung("backup", "verify", "--stack", own.stack);
});
