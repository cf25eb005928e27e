import type { PGlite } from "@electric-sql/pglite";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { type Harness, harness, postgres } from "./harness.ts";

let pg: PGlite;
let here: Harness;

beforeAll(async () => {
  pg = await postgres();
});
afterAll(() => pg.close());
beforeEach(async () => {
  await pg.exec("TRUNCATE users CASCADE; TRUNCATE daily_rollups");
  here = harness(pg);
});

const id = (digit: number) => `00000000-0000-4000-8000-00000000000${digit}`;

test("a batch is stored, and sending it again changes nothing", async () => {
  const user = await here.user();
  const events = [
    { id: id(1), name: "page.viewed", properties: { path: "/" } },
    { id: id(2), name: "signup" },
    { id: id(2), name: "signup" },
  ];
  const first = await user.send("/api/events", { events });
  expect(first.status).toBe(202);
  expect(await first.json()).toEqual({ accepted: 2, duplicates: 1 });
  expect(await (await user.send("/api/events", { events })).json()).toEqual({ accepted: 0, duplicates: 3 });
  const { rows } = await pg.query("SELECT id, name, properties FROM events ORDER BY id");
  expect(rows).toEqual([
    { id: id(1), name: "page.viewed", properties: { path: "/" } },
    { id: id(2), name: "signup", properties: {} },
  ]);
});

test("what is wrong with a batch is named, all of it, and nothing of it is stored", async () => {
  const user = await here.user();
  const answer = await user.send("/api/events", {
    events: [
      { name: "Not a name" },
      { name: "ok", properties: { deep: { er: 1 } } },
      { name: "ok", id: "17", colour: "red" },
    ],
  });
  expect(answer.status).toBe(400);
  const { error } = (await answer.json()) as { error: { code: string; issues: { path: string }[] } };
  expect(error.code).toBe("invalid");
  const paths = error.issues.map(({ path }) => path);
  expect(paths).toEqual(
    expect.arrayContaining(["events.0.name", "events.1.properties.deep", "events.2.id", "events.2"]),
  );
  expect((await pg.query("SELECT FROM events")).rows).toEqual([]);
});

test.each([
  ["no session", {}, "{}", 401, "no_session"],
  ["not JSON by its type", { type: "text/plain" }, "{}", 415, "not_json"],
  ["not JSON by its content", { type: "application/json" }, "{", 400, "bad_json"],
  ["too large", { type: "application/json" }, `"${"x".repeat(1_100_000)}"`, 413, "too_large"],
] as const)("%s is refused by code", async (_, given, body, status, code) => {
  const user = await here.user();
  const type: Record<string, string> = "type" in given ? { "content-type": given.type } : {};
  const headers = "type" in given ? { ...user.headers, ...type } : { "content-type": "application/json" };
  const answer = await here.ask("/api/events", {
    method: "POST",
    headers: { ...headers, "content-length": String(body.length) },
    body,
  });
  expect(answer.status).toBe(status);
  expect(((await answer.json()) as { error: { code: string } }).error.code).toBe(code);
});

test("insights come from the cache until something new is ingested", async () => {
  const user = await here.user();
  await user.send("/api/events", { events: [{ name: "a" }, { name: "a" }, { name: "b" }] });
  const asked = async () => {
    const answer = await user.get("/api/insights?scope=me");
    const body = (await answer.json()) as { events: number; top: unknown };
    return { from: answer.headers.get("x-app-cache"), kept: answer.headers.get("cache-control"), ...body };
  };
  expect(await asked()).toMatchObject({
    from: "miss",
    kept: "private, no-store",
    events: 3,
    top: [
      { name: "a", events: 2, users: 1 },
      { name: "b", events: 1, users: 1 },
    ],
  });
  expect(await asked()).toMatchObject({ from: "hit", events: 3 });
  await user.send("/api/events", { events: [{ name: "c" }] });
  expect(await asked()).toMatchObject({ from: "miss", events: 4 });
});

test("everyone's insights are sums that a CDN may keep", async () => {
  for (const user of [await here.user(), await here.user()])
    await user.send("/api/events", { events: [{ name: "a" }] });
  const answer = await here.ask("/api/insights?days=1");
  expect(answer.headers.get("cache-control")).toContain("s-maxage=5");
  expect(answer.headers.get("ratelimit-remaining")).toBeNull();
  expect(await answer.json()).toMatchObject({ events: 2, uniqueUsers: 2 });
});

test("a user sees its own events and nobody else's, in the database itself", async () => {
  const [ann, bob] = [await here.user(), await here.user()];
  await ann.send("/api/events", { events: [{ id: id(1), name: "secret.plan" }] });
  expect(await (await bob.get("/api/insights?scope=me")).json()).toMatchObject({ events: 0, top: [] });
  await pg.transaction(async (tx) => {
    await tx.exec(`SET LOCAL ROLE app; SET LOCAL app.user_id = '${bob.userId}'`);
    expect((await tx.query("SELECT FROM events")).rows).toEqual([]);
    await expect(
      tx.query("INSERT INTO events (id, user_id, name, occurred_at) VALUES ($1, $2, 'forged', now())", [
        id(9),
        ann.userId,
      ]),
    ).rejects.toThrow("row-level security");
    await tx.rollback();
  });
  // The same id from another user is another event.
  expect(await (await bob.send("/api/events", { events: [{ id: id(1), name: "x" }] })).json()).toEqual({
    accepted: 1,
    duplicates: 0,
  });
});

test("a page that is open hears of its user's events, and of the end", async () => {
  const [ann, bob] = [await here.user(), await here.user()];
  const stream = await ann.get("/api/realtime");
  expect(stream.headers.get("content-type")).toContain("text/event-stream");
  const reader = stream.body?.pipeThrough(new TextDecoderStream()).getReader();
  const read = async (until: string) => {
    let text = "";
    while (!text.includes(until)) {
      const { value, done } = (await reader?.read()) ?? { value: undefined, done: true };
      if (done) throw new Error(`ended before ${until}: ${text}`);
      text += value;
    }
    return text;
  };
  await read("event: ready");
  await bob.send("/api/events", { events: [{ name: "from.bob" }] });
  await ann.send("/api/events", { events: [{ name: "from.ann" }] });
  const heard = await read("from.ann");
  expect(heard).not.toContain("from.bob");
  here.end();
  await read("event: bye");
});

test("cleanup takes what is past retention, and users who left nothing", async () => {
  const [old, young] = [await here.user(), await here.user()];
  await young.send("/api/events", { events: [{ name: "new" }] });
  await pg.exec(`
    INSERT INTO events (id, user_id, name, occurred_at) VALUES ('${id(5)}', '${old.userId}', 'old', now() - interval '140 days');
    UPDATE users SET created_at = now() - interval '140 days' WHERE id = '${old.userId}'`);
  const headers = { authorization: "Bearer another-secret-for-cron" };
  const answer = await here.ask("/api/cron/cleanup", { method: "POST", headers });
  expect(await answer.json()).toMatchObject({ events: 1, users: 1, finished: true });
  expect((await pg.query("SELECT name FROM events")).rows).toEqual([{ name: "new" }]);
  const rolled = await here.ask("/api/cron/metrics", { headers });
  expect(await rolled.json()).toMatchObject({ rows: 2 });
  expect((await pg.query("SELECT name, events, unique_users FROM daily_rollups ORDER BY name")).rows).toEqual(
    [
      { name: "*", events: 1, unique_users: 1 },
      { name: "new", events: 1, unique_users: 1 },
    ],
  );
});

test("only the scheduler may start its work", async () => {
  for (const headers of [{}, { authorization: "Bearer wrong" }] as Record<string, string>[]) {
    expect((await here.ask("/api/cron/cleanup", { headers })).status).toBe(401);
  }
});
