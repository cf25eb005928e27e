import { afterAll, beforeAll, expect, test } from "vitest";
import { killSweep } from "../hold/kill.ts";
import { inside } from "../local/docker.ts";
import { mustRung } from "../support/rung.ts";
import { type TestStack, testStack } from "../support/stack.ts";

let own: TestStack;

beforeAll(async () => {
  own = await testStack();
  await mustRung("up", "--stack", own.stack);
});

afterAll(() => own.remove());

test("20 rounds of kill -9 at random moments: completed, nothing orphaned, nothing lost", async () => {
  const sql = async (text: string) =>
    (await inside(own, "database", `psql -X -At -h /run/postgresql -U postgres -d pulse -c "${text}"`)).out;
  await sql("CREATE TABLE witness AS SELECT generate_series(1, 1000) AS n");
  await killSweep(own, 20);
  expect(await sql("SELECT count(*), sum(n) FROM witness")).toBe("1000|500500");
});
