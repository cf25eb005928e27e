import { afterAll, beforeAll, expect, test } from "vitest";
import { load } from "../load/load.ts";
import { inside } from "../local/docker.ts";
import { mustRung } from "../support/rung.ts";
import { type TestStack, testStack } from "../support/stack.ts";
import { imageFrom, output } from "./images.ts";

let own: TestStack;
let image: string;
let ca: string;

beforeAll(async () => {
  own = await testStack({ rateLimitPerMinute: 1_000_000 });
  await mustRung("up", "--stack", own.stack);
  image = await output(own, "image");
  ca = await output(own, "certificateAuthority");
});

afterAll(() => own.remove());

/** Load on the stack while `change` is under way: every request answered, every acknowledged event in the database. */
async function loseNothing(change: () => Promise<unknown>): Promise<void> {
  const during = change();
  const result = await load({ url: own.url, ca, perSecond: 320, atLeast: 10_000, during });
  await during;
  const { acknowledged, failed, sent, seconds, userId, ...times } = result;
  console.log(`${sent} requests in ${seconds.toFixed(1)} s, failed ${JSON.stringify(failed)}`, times);
  expect(failed).toEqual({});
  expect(sent).toBeGreaterThanOrEqual(10_000);
  expect(sent / seconds).toBeGreaterThanOrEqual(300);
  const sql = `SELECT id FROM events WHERE user_id = '${userId}' ORDER BY id`;
  const { out } = await inside(
    own,
    "database",
    `psql -X -At -h /run/postgresql -U postgres -d pulse -c "${sql}"`,
  );
  const found = new Set(out.split("\n"));
  expect(acknowledged.filter((id) => !found.has(id))).toEqual([]);
  expect(found.size).toBe(acknowledged.length);
}

test("a new image under load loses no request and no event", async () => {
  await own.set({ image: await imageFrom(image, "LABEL load=1"), rateLimitPerMinute: 1_000_000 });
  await loseNothing(() => mustRung("up", "--stack", own.stack));
});

test("another size under load loses no request and no event, although the database restarts", async () => {
  await loseNothing(() => mustRung("up", "--stack", own.stack, "--size", "medium"));
  await loseNothing(() => mustRung("up", "--stack", own.stack, "--size", "small"));
});
