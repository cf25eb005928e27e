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

test("as much as the machine can take of what is never cached: none is refused", async () => {
  const { default: autocannon } = await import("autocannon");
  const options = { url: `${own.url}/api/health`, connections: 50, duration: 10, tlsOptions: { ca } };
  const { requests, non2xx, errors } = await autocannon(options);
  console.log(`${requests.total} requests, ${Math.round(requests.average)} a second`);
  expect({ non2xx, errors }).toEqual({ non2xx: 0, errors: 0 });
  expect(requests.total).toBeGreaterThan(3000);
});

test("a new image under load loses no request and no event", async () => {
  await own.set({ image: await imageFrom(image, "LABEL load=1"), rateLimitPerMinute: 1_000_000 });
  await loseNothing(() => mustRung("up", "--stack", own.stack));
});

test("another size under load loses no request and no event, although the database restarts", async () => {
  await loseNothing(() => mustRung("up", "--stack", own.stack, "--size", "medium"));
  await loseNothing(() => mustRung("up", "--stack", own.stack, "--size", "small"));
});
