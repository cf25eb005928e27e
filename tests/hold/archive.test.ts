import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { sqlIn } from "../load/nothingLost.ts";
import { type TreeStack, treeStack } from "../support/treeStack.ts";

/** A stack whose spec keeps an archive, every minute. */
let living: TreeStack;
beforeAll(async () => {
  living = await treeStack(async (folder) => {
    const file = join(folder, "app", "spec.ts");
    const spec = await readFile(file, "utf8");
    const archive = 'archive: { keepMonths: 4, schedule: "* * * * *" }, ';
    await writeFile(file, spec.replace("  database: { ", `$&${archive}`));
    expect(await readFile(file, "utf8")).toContain(archive);
  });
});
afterAll(() => living.remove());

test("by the spec's schedule old months go to the archive, young ones stay; and they come back", async () => {
  const { own, rung } = living;
  const user = "00000000-0000-4000-8000-00000000aaaa";
  const event = (age: string) =>
    `INSERT INTO events (id, user_id, name, occurred_at) SELECT gen_random_uuid(), '${user}', 'x', now() - interval '${age}' FROM generate_series(1, 40)`;
  await sqlIn(own, `INSERT INTO users (id) VALUES ('${user}')`);
  await sqlIn(own, "SELECT events_month((now() - interval '8 months')::date), events_month(now()::date)");
  await sqlIn(own, event("8 months"));
  await sqlIn(own, event("1 minute"));
  const rows = () => sqlIn(own, "SELECT count(*) FROM events");
  await vi.waitFor(async () => expect(await rows()).toBe("40"), { timeout: 180_000, interval: 2000 });
  const status = await rung("status", "--stack", own.stack);
  expect(status.code, status.out).toBe(0);
  const listed = await rung("db", "partitions", "list", "--json", "--stack", own.stack);
  const months = JSON.parse(listed.out) as { name: string; state: string; rows: number }[];
  const archived = months.filter(({ state }) => state === "archived");
  expect(archived).toMatchObject([{ rows: 40 }]);
  const back = await rung("db", "partitions", "restore", archived[0]?.name ?? "", "--stack", own.stack);
  expect(back.code, back.err).toBe(0);
  expect(await rows()).toBe("80");
});
