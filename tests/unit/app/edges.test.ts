import type { PGlite } from "@electric-sql/pglite";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { type Harness, harness, postgres } from "./harness.ts";

let pg: PGlite;
let here: Harness;

beforeAll(async () => {
  pg = await postgres();
});
afterAll(() => pg.close());
beforeEach(() => {
  here = harness(pg);
});

const code = async (answer: Response) => ((await answer.json()) as { error: { code: string } }).error.code;

test("live and ready are two questions", async () => {
  expect((await here.ask("/api/health")).status).toBe(200);
  const ready = await here.ask("/api/ready");
  expect(ready.status).toBe(200);
  expect(await ready.json()).toMatchObject({
    status: "ready",
    checks: { database: { ok: true }, cache: { ok: true }, storage: { ok: true } },
  });
});

test.each(["sql", "cache", "storage"] as const)("without its %s it is live but not ready", async (part) => {
  here[part].away = true;
  const ready = await here.ask("/api/ready");
  expect(ready.status).toBe(503);
  const { checks } = (await ready.json()) as { checks: Record<string, { ok: boolean }> };
  const name = part === "sql" ? "database" : part;
  expect(Object.entries(checks).map(([each, { ok }]) => [each, ok])).toEqual(
    ["database", "cache", "storage"].map((each) => [each, each !== name]),
  );
  expect((await here.ask("/api/health")).status).toBe(200);
});

test("while it drains it is not ready, and serves on", async () => {
  const user = await here.user();
  here.lifecycle.draining = true;
  const ready = await here.ask("/api/ready");
  expect([ready.status, ((await ready.json()) as { status: string }).status]).toEqual([503, "draining"]);
  expect((await user.send("/api/events", { events: [{ name: "late" }] })).status).toBe(202);
  here.end();
  const stream = await user.get("/api/realtime");
  expect([stream.status, await code(stream)]).toEqual([503, "draining"]);
});

test("without the cache everything works, slower and without limits", async () => {
  const user = await here.user();
  here.cache.away = true;
  for (let request = 0; request < 60; request += 1) expect((await here.ask("/api/session")).status).toBe(200);
  expect((await user.send("/api/events", { events: [{ name: "a" }] })).status).toBe(202);
  const insights = await user.get("/api/insights?scope=me");
  expect(insights.status).toBe(200);
  expect(insights.headers.get("x-app-cache")).toBe("miss");
  expect(here.degraded).toContain("cache");
  expect(here.logged.filter(({ message }) => message.includes("cache is away"))).toHaveLength(1);
});

test("a database that stays away is a 503 that tells nothing of it", async () => {
  const user = await here.user();
  here.sql.away = true;
  const answer = await user.send("/api/events", { events: [{ name: "a" }] });
  expect(answer.status).toBe(503);
  expect(answer.headers.get("retry-after")).toBe("2");
  const text = await answer.text();
  expect(text).not.toMatch(/ECONNREFUSED|10\.0\.0\.5|\bat .*\.ts/);
  expect(JSON.stringify(here.logged.map(({ message }) => message))).toContain("unavailable");
});

test("an error nobody foresaw is a 500 without a stack trace; the log has it", async () => {
  const user = await here.user();
  Object.assign(here.services.database, {
    files: () => Promise.reject(new Error("boom /srv/app/src/files.ts:12")),
  });
  const answer = await user.get("/api/files");
  expect(answer.status).toBe(500);
  const text = await answer.text();
  expect(JSON.parse(text).error).toMatchObject({ code: "internal", requestId: expect.any(String) });
  expect(text).not.toMatch(/boom|files\.ts/);
  expect(here.logged.some(({ fields }) => String((fields as { err?: Error }).err).includes("boom"))).toBe(
    true,
  );
});

test("every answer carries the security headers; data may run nothing at all", async () => {
  for (const path of ["/", "/api/health", "/nothing", "/assets/page-1a2b3c4d.css"]) {
    const { headers } = await here.ask(path);
    expect(headers.get("strict-transport-security"), path).toBe("max-age=31536000; includeSubDomains");
    expect(headers.get("x-content-type-options"), path).toBe("nosniff");
    expect(headers.get("x-frame-options"), path).toBe("DENY");
    expect(headers.get("referrer-policy"), path).toBe("strict-origin-when-cross-origin");
    expect(headers.get("cross-origin-opener-policy"), path).toBe("same-origin");
    expect(headers.get("x-powered-by"), path).toBeNull();
    const policy = headers.get("content-security-policy") ?? "";
    expect(policy, path).toContain("default-src 'none'");
    expect(policy, path).not.toContain("unsafe-inline");
    expect(policy.includes("sandbox"), path).toBe(path.startsWith("/api/"));
  }
});

test("only origins on the list may read from elsewhere", async () => {
  const from = (origin: string) => here.ask("/api/insights", { headers: { origin } });
  const allowed = await from("https://partner.example.com");
  expect(allowed.headers.get("access-control-allow-origin")).toBe("https://partner.example.com");
  expect(allowed.headers.get("access-control-allow-credentials")).toBeNull();
  const other = await from("https://evil.example.com");
  expect(other.headers.get("access-control-allow-origin")).toBeNull();
});

test("a cookie is good only from the app's own page", async () => {
  const made = await here.ask("/api/session", { method: "POST" });
  const set = made.headers.get("set-cookie") ?? "";
  expect(set).toMatch(/^__Host-pulse-session=.*HttpOnly.*Secure.*SameSite=Strict/);
  const cookie = set.split(";")[0] ?? "";
  const send = (headers: Record<string, string>) =>
    here.ask("/api/events", {
      method: "POST",
      headers: { cookie, "content-type": "application/json", ...headers },
      body: JSON.stringify({ events: [{ name: "a" }] }),
    });
  const forged = await send({ origin: "https://evil.example.com", "sec-fetch-site": "cross-site" });
  expect([forged.status, await code(forged)]).toEqual([403, "cross_origin"]);
  expect((await send({})).status).toBe(403);
  expect((await send({ "sec-fetch-site": "same-origin" })).status).toBe(202);
  expect((await send({ origin: "https://pulse.example.com" })).status).toBe(202);
});

test("a session that was ended, forged or outlived is none", async () => {
  const user = await here.user();
  expect((await user.get("/api/files")).status).toBe(200);
  const [head, body] = user.headers.authorization.replace("Bearer ", "").split(".");
  const forged = { authorization: `Bearer ${head}.${body}.c2lnbmF0dXJl` };
  expect((await here.ask("/api/files", { headers: forged })).status).toBe(401);
  await here.app.request("/api/session", { method: "DELETE", headers: user.headers });
  expect((await user.get("/api/files")).status).toBe(401);
});

test("an address that asks too much is told to wait, and others are not", async () => {
  const ask = (address: string) => here.ask("/api/session", { headers: { "x-forwarded-for": address } });
  for (let request = 0; request < 50; request += 1) expect((await ask("10.9.9.9")).status).toBe(200);
  const refused = await ask("10.9.9.9");
  expect([refused.status, await code(refused)]).toEqual([429, "too_many_requests"]);
  expect(Number(refused.headers.get("retry-after"))).toBeGreaterThan(0);
  // What the client itself says of its address is hearsay; the last is the edge's word.
  expect((await ask("1.2.3.4, 10.9.9.9")).status).toBe(429);
  expect((await ask("10.9.9.9, 10.8.8.8")).status).toBe(200);
  expect((await here.ask("/api/health", { headers: { "x-forwarded-for": "10.9.9.9" } })).status).toBe(200);
});

test("a file comes back as it was sent, to its owner alone", async () => {
  const [ann, bob] = [await here.user(), await here.user()];
  const made = await ann.upload("../../notes é.txt", "text/plain", "what I think");
  expect(made.status).toBe(201);
  const { file } = (await made.json()) as { file: { id: string; name: string; bytes: number } };
  expect(file).toMatchObject({ name: "notes é.txt", bytes: 12 });
  const path = `/api/files/${file.id}`;
  const got = await ann.get(path);
  expect(await got.text()).toBe("what I think");
  expect(got.headers.get("content-disposition")).toBe("attachment; filename*=UTF-8''notes%20%C3%A9.txt");
  expect((await ann.get(path, { "if-none-match": got.headers.get("etag") ?? "" })).status).toBe(304);
  expect((await bob.get(path)).status).toBe(404);
  expect(await (await bob.get("/api/files")).json()).toEqual({ files: [] });
});

test.each([
  ["a script dressed as a picture", "a.png", "image/png", "<script>alert(1)</script>", 415],
  ["a type that is not allowed", "a.html", "text/html", "<p>", 415],
  ["nothing", "a.txt", "text/plain", "", 400],
])("%s is not stored", async (_, name, type, body, status) => {
  const user = await here.user();
  expect((await user.upload(name, type, body)).status).toBe(status);
  expect(here.storage.objects.size).toBe(0);
});

test("an object whose row could not be written is taken away again", async () => {
  const user = await here.user();
  Object.assign(here.services.database, { addFile: () => Promise.reject(new Error("no row")) });
  expect((await user.upload("a.txt", "text/plain", "text")).status).toBe(500);
  expect(here.storage.objects.size).toBe(0);
});

test("the status page's data tells what it runs on", async () => {
  await pg.exec(
    `INSERT INTO ops.backups (kind, label, started_at, finished_at, bytes, ok)
     VALUES ('full', 'L1', now() - interval '1 h', now() - interval '59 min', 1000, true)`,
  );
  const user = await here.user();
  await user.get("/api/insights?scope=me");
  await user.get("/api/insights?scope=me");
  const body = await (await here.ask("/api/status")).json();
  expect(body).toMatchObject({
    stage: "local",
    size: "small",
    checks: { database: { ok: true } },
    lastBackup: { kind: "full", label: "L1", bytes: 1000 },
    cache: { hits: 1, ratio: expect.any(Number) },
  });
});
