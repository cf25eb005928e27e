import { afterAll, beforeAll, expect, test } from "vitest";
import { imageFrom, output } from "../hold/images.ts";
import { mustRung } from "../support/rung.ts";
import { type TestStack, testStack } from "../support/stack.ts";
import { loseNothing } from "./nothingLost.ts";
import { failHalfWay } from "./schemaChange.ts";

let own: TestStack;
let image: string;
let ca: string;

beforeAll(async () => {
  own = await testStack(settings);
  await mustRung("up", "--stack", own.stack);
  image = await output(own, "image");
  ca = await output(own, "certificateAuthority");
});

afterAll(() => own.remove());

const settings = { rateLimitPerMinute: 1_000_000 };
const under = (change: () => Promise<unknown>) =>
  loseNothing({ own, ca, atLeast: 10_000, perSecond: 320 }, change);

test("as much as the machine can take of what is never cached: none is refused", async () => {
  const { default: autocannon } = await import("autocannon");
  const options = { url: `${own.url}/api/health`, connections: 50, duration: 10, tlsOptions: { ca } };
  const { requests, non2xx, errors } = await autocannon(options);
  console.log(`${requests.total} requests, ${Math.round(requests.average)} a second`);
  expect({ non2xx, errors }).toEqual({ non2xx: 0, errors: 0 });
  expect(requests.total).toBeGreaterThan(3000);
});

test("a new image under load loses no request and no event", async () => {
  await own.set({ image: await imageFrom(image, "LABEL load=1"), ...settings });
  await under(() => mustRung("up", "--stack", own.stack));
});

test("another size under load loses no request and no event, although the database restarts", async () => {
  await under(() => mustRung("up", "--stack", own.stack, "--size", "medium"));
  await under(() => mustRung("up", "--stack", own.stack, "--size", "small"));
});

// Expand and contract, which are several rollouts, are in tests/slow/schema.test.ts.
test("a migration that fails half way under load leaves the app serving, and nothing of itself", async () => {
  await failHalfWay(own, settings, { own, ca, atLeast: 1000, perSecond: 100 });
});
