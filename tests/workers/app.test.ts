import { afterAll, beforeAll, expect, test } from "vitest";
import { type Edge, edge, origin } from "./edge.ts";

let here: Edge;
beforeAll(async () => {
  here = await edge();
});
afterAll(() => here.stop());

const id = (digit: number) => `00000000-0000-4000-8000-00000000000${digit}`;

test("it is ready when D1, KV and R2 answer, and the schema is there by then", async () => {
  const answer = await here.ask("/api/ready");
  expect(answer.status).toBe(200);
  expect(await answer.json()).toMatchObject({
    status: "ready",
    checks: { database: { ok: true }, cache: { ok: true }, storage: { ok: true } },
  });
  const { results } = await (await here.database()).prepare("SELECT version FROM schema_migrations").run();
  expect(results).toEqual([{ version: "20260101000000" }]);
});

test("a batch is stored in D1, and sending it again changes nothing", async () => {
  const user = await here.user();
  const events = [
    { id: id(1), name: "page.viewed", properties: { path: "/", "deep.key": null, n: 1.5, yes: true } },
    { id: id(2), name: "signup" },
    { id: id(2), name: "signup" },
  ];
  const first = await user.send("/api/events", { events });
  expect(first.status).toBe(202);
  expect(await first.json()).toEqual({ accepted: 2, duplicates: 1 });
  expect(await (await user.send("/api/events", { events })).json()).toEqual({ accepted: 0, duplicates: 3 });
  const { results } = await (await here.database())
    .prepare("SELECT id, name, properties FROM events WHERE user_id = ? ORDER BY id")
    .bind(user.userId)
    .run<{ properties: string }>();
  expect(results.map((row) => ({ ...row, properties: JSON.parse(row.properties) as unknown }))).toEqual([
    { id: id(1), name: "page.viewed", properties: { path: "/", "deep.key": null, n: 1.5, yes: true } },
    { id: id(2), name: "signup", properties: {} },
  ]);
});

test("500 events go in at once, and what is wrong with a batch is named and nothing of it stored", async () => {
  const user = await here.user();
  const events = Array.from({ length: 500 }, (_, n) => ({
    name: "bulk",
    properties: { text: "x".repeat(1000), n },
  }));
  expect(await (await user.send("/api/events", { events })).json()).toEqual({ accepted: 500, duplicates: 0 });
  const wrong = await user.send("/api/events", { events: [{ name: "fine" }, { name: "Not a name" }] });
  expect(wrong.status).toBe(400);
  const me = await (await user.get("/api/insights?scope=me&days=1")).json();
  expect(me).toMatchObject({ events: 500, top: [{ name: "bulk", events: 500, users: 1 }] });
});

test("insights come from KV until something new is ingested", async () => {
  const user = await here.user();
  await user.send("/api/events", { events: [{ name: "a" }, { name: "a" }, { name: "b" }] });
  const asked = async () => {
    const answer = await user.get("/api/insights?scope=me");
    const body = (await answer.json()) as { events: number; daily: { day: string; events: number }[] };
    return { from: answer.headers.get("x-app-cache"), kept: answer.headers.get("cache-control"), ...body };
  };
  const first = await asked();
  expect(first).toMatchObject({
    from: "miss",
    kept: "private, no-store",
    events: 3,
    uniqueUsers: 1,
    top: [
      { name: "a", events: 2, users: 1 },
      { name: "b", events: 1, users: 1 },
    ],
  });
  expect(first.daily).toHaveLength(7);
  expect(first.daily.at(-1)).toEqual({ day: new Date().toISOString().slice(0, 10), events: 3, users: 1 });
  expect(await asked()).toMatchObject({ from: "hit", events: 3 });
  await user.send("/api/events", { events: [{ name: "c" }] });
  expect(await asked()).toMatchObject({ from: "miss", events: 4 });
});

test("a user sees its own events and files and nobody else's", async () => {
  const [ann, bob] = [await here.user(), await here.user()];
  await ann.send("/api/events", { events: [{ id: id(3), name: "secret.plan" }] });
  expect(await (await bob.get("/api/insights?scope=me")).json()).toMatchObject({ events: 0, top: [] });
  // The same id from another user is another event.
  const same = await bob.send("/api/events", { events: [{ id: id(3), name: "x" }] });
  expect(await same.json()).toEqual({ accepted: 1, duplicates: 0 });
  const { file } = (await (await ann.upload("plan.txt", "text/plain", "mine")).json()) as {
    file: { id: string };
  };
  expect((await bob.get(`/api/files/${file.id}`)).status).toBe(404);
  expect(await (await bob.get("/api/files")).json()).toEqual({ files: [] });
});

test("a file goes into R2 and comes back byte for byte, with a name that is safe to save", async () => {
  const user = await here.user();
  const bytes = new Uint8Array([
    0x89,
    0x50,
    0x4e,
    0x47,
    0x0d,
    0x0a,
    0x1a,
    0x0a,
    ...crypto.getRandomValues(new Uint8Array(4096)),
  ]);
  const made = await user.upload("../../größe 1.png", "image/png", bytes);
  expect(made.status).toBe(201);
  const { file } = (await made.json()) as { file: { id: string; bytes: number; createdAt: string } };
  expect(file).toMatchObject({ name: "größe 1.png", bytes: bytes.length });
  const back = await user.get(`/api/files/${file.id}`);
  expect(new Uint8Array(await back.arrayBuffer())).toEqual(bytes);
  expect(back.headers.get("content-type")).toBe("image/png");
  expect(back.headers.get("content-disposition")).toContain("attachment");
  const again = await user.get(`/api/files/${file.id}`, { "if-none-match": back.headers.get("etag") ?? "" });
  expect(again.status).toBe(304);
  expect(await (await user.get("/api/files")).json()).toEqual({ files: [file] });
  const object = await (await here.flare.getR2Bucket("UPLOADS")).head(`${user.userId}/${file.id}`);
  expect(object).toMatchObject({ size: bytes.length, httpMetadata: { contentType: "image/png" } });
});

test("what an upload is not allowed to be, and what is too large, is refused", async () => {
  const user = await here.user();
  expect((await user.upload("a.png", "image/png", "not a picture")).status).toBe(415);
  expect((await user.upload("a.txt", "text/plain", "x".repeat(5 * 1024 * 1024 + 1))).status).toBe(413);
});

test("a session that was ended is not good any more", async () => {
  const user = await here.user();
  expect((await user.get("/api/files")).status).toBe(200);
  expect((await user.delete("/api/session")).status).toBe(204);
  expect((await user.get("/api/files")).status).toBe(401);
});

test("one address gets so many requests a minute, counted by a Durable Object; others go on", async () => {
  const all = await Promise.all(Array.from({ length: 65 }, () => here.ask("/api/session", {}, "192.0.2.9")));
  const statuses = all.map(({ status }) => status);
  expect(statuses.filter((status) => status === 200)).toHaveLength(60);
  expect(statuses.filter((status) => status === 429)).toHaveLength(5);
  const refused = all.find(({ status }) => status === 429);
  expect(Number(refused?.headers.get("retry-after"))).toBeGreaterThan(0);
  expect(refused?.headers.get("ratelimit-remaining")).toBe("0");
  expect((await here.ask("/api/session", {}, "192.0.2.10")).status).toBe(200);
});

test("the client's own word about its address counts for nothing", async () => {
  const spoofed = await Promise.all(
    Array.from({ length: 61 }, (_, n) =>
      here.ask("/api/session", { headers: { "x-forwarded-for": `10.0.0.${n}` } }, "192.0.2.11"),
    ),
  );
  expect(spoofed.some(({ status }) => status === 429)).toBe(true);
});

test("the page and all it loads are in the bundle, kept for good, with the same headers as everywhere", async () => {
  const page = await here.ask("/");
  const html = await page.text();
  expect(page.headers.get("content-security-policy")).toContain("default-src 'none'");
  expect(page.headers.get("strict-transport-security")).toContain("max-age=31536000");
  expect(page.headers.get("x-content-type-options")).toBe("nosniff");
  expect(page.headers.get("x-frame-options")).toBe("DENY");
  const loaded = [...html.matchAll(/(?:src|href)="(\/?assets\/[^"]+)"/g)].map(([, path]) => path ?? "");
  expect(loaded.length).toBeGreaterThanOrEqual(2);
  for (const path of loaded) {
    const asset = await here.ask(path.startsWith("/") ? path : `/${path}`);
    expect(asset.status).toBe(200);
    expect(asset.headers.get("cache-control")).toContain("immutable");
  }
});

test("answers that may be shared are kept in the data centre; private ones, errors and other origins are not", async () => {
  const cached = async (path: string, headers: Record<string, string> = {}) => {
    const answer = await here.ask(path, { headers });
    await answer.arrayBuffer();
    return answer.headers.get("cf-cache-status");
  };
  const twice = async (path: string, headers: Record<string, string> = {}) => {
    await cached(path, headers);
    await new Promise((resolve) => setTimeout(resolve, 50));
    return cached(path, headers);
  };
  expect(await twice("/")).toBe("HIT");
  expect(await twice("/api/insights?days=3")).toBe("HIT");
  expect(await twice("/api/insights?days=3", { origin: "https://partner.example.com" })).toBeNull();
  expect(await twice("/api/status")).toBeNull();
  expect(await twice("/nothing")).toBeNull();
  const user = await here.user();
  expect(await twice("/api/insights?scope=me", user.headers)).toBeNull();
});

test("other origins read answers only if they are on the list; the cookie stays at home", async () => {
  const from = (from: string) => here.ask("/api/session", { headers: { origin: from } }, "192.0.2.20");
  expect((await from("https://partner.example.com")).headers.get("access-control-allow-origin")).toBe(
    "https://partner.example.com",
  );
  expect((await from("https://evil.example")).headers.get("access-control-allow-origin")).toBeNull();
  const made = await here.ask("/api/session", { method: "POST" }, "192.0.2.21");
  const cookie = made.headers.get("set-cookie")?.split(";")[0] ?? "";
  const headers = { cookie, "sec-fetch-site": "cross-site", "content-type": "application/json" };
  const crossed = await here.ask("/api/events", { method: "POST", headers, body: "{}" }, "192.0.2.21");
  expect(crossed.status).toBe(403);
});

test("the status tells what it runs on, today's events and the cache's use", async () => {
  const user = await here.user();
  await user.send("/api/events", { events: [{ name: "seen" }] });
  await user.get("/api/insights?scope=me&days=2");
  await expect
    .poll(async () => (await (await here.ask("/api/status")).json()) as object)
    .toMatchObject({
      stage: "cloudflare-edge",
      version: "sha256:0",
      checks: { database: { ok: true } },
      cache: { misses: expect.any(Number) },
      eventsToday: expect.any(Number),
      lastBackup: null,
    });
});

test("only the scheduler may start its work from outside", async () => {
  for (const headers of [{}, { authorization: "Bearer wrong" }] as Record<string, string>[])
    expect((await here.ask("/api/cron/cleanup", { method: "POST", headers })).status).toBe(401);
  expect(origin).toMatch(/^https:/);
});
