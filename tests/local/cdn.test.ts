import { expect, test } from "vitest";
import { ask, inside } from "./docker.ts";
import { living } from "./living.ts";

/** An address of its own for each test: what one puts into the cache is no other's. */
const fresh = () => `/?test=${crypto.randomUUID()}`;
const cacheOf = async (path: string, headers: Record<string, string> = {}) =>
  (await ask(living, path, { headers })).headers["x-cache"];

test("the second request for a cacheable page is answered by the CDN, and the header says so", async () => {
  const path = fresh();
  expect(await cacheOf(path)).toBe("MISS");
  const { headers } = await ask(living, path);
  expect(headers["x-cache"]).toBe("HIT");
  expect(Number(headers.age)).toBeGreaterThanOrEqual(0);
});

test("a purged address is fetched again, others stay", async () => {
  const [one, other] = [fresh(), fresh()];
  await Promise.all([cacheOf(one), cacheOf(other)]);
  expect((await inside(living, "cdn", `purge '${one}'`)).out).toBe("Purged");
  expect(await cacheOf(one)).toBe("MISS");
  expect(await cacheOf(other)).toBe("HIT");
});

test("a pattern purges all that match it", async () => {
  const path = fresh();
  await cacheOf(path);
  expect(
    (await inside(living, "cdn", `purge --pattern '${path.slice(0, 20).replace("?", "\\?")}'`)).out,
  ).toBe("Banned");
  expect(await cacheOf(path)).toBe("MISS");
});

test("purging needs the token, inside too", async () => {
  const { out } = await inside(
    living,
    "edge",
    "curl -s -o /dev/null -w '%{http_code}' -X PURGE http://cdn:6081/",
  );
  expect(out).toBe("403");
});

test("what carries credentials is never answered from the cache", async () => {
  const path = fresh();
  await cacheOf(path);
  expect(await cacheOf(path, { authorization: "Bearer someone" })).toBe("PASS");
});

test("what the app forbids to store is passed through", async () => {
  expect(await cacheOf("/api/health")).toBe("PASS");
  expect(await cacheOf("/api/health")).toBe("PASS");
});
