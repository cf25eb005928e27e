import { request } from "node:http";
import { expect, test } from "vitest";
import { ask, inside, theContainer, variable } from "./docker.ts";
import { living } from "./living.ts";

test("answers over TLS that the stack's CA signed, with the security headers", async () => {
  const { status, headers } = await ask(living, "/");
  expect(status).toBe(200);
  expect(headers["strict-transport-security"]).toMatch(/max-age=\d{5,}/);
  expect(headers["x-content-type-options"]).toBe("nosniff");
  expect(headers["x-frame-options"]).toBeTruthy();
  expect(headers["referrer-policy"]).toBeTruthy();
  expect(headers["content-security-policy"]).toContain("default-src");
  expect(headers.server).toBeUndefined();
});

test("plain HTTP is sent to HTTPS, path and method kept", async () => {
  const { HostConfig } = await theContainer(living, "edge");
  const port = (HostConfig.PortBindings?.["8000/tcp"] as readonly { HostPort?: string }[] | undefined)?.[0]
    ?.HostPort;
  const location = await new Promise((resolve, reject) => {
    request(`http://localhost:${port}/some/path?x=1`, { method: "POST" }, (answer) =>
      resolve([answer.statusCode, answer.headers.location]),
    )
      .on("error", reject)
      .end();
  });
  expect(location).toEqual([308, `${living.url}/some/path?x=1`]);
});

test.each([
  "/metrics",
  "/api/cron/cleanup",
  "/API/cron/x",
  "//api//cron/x",
  "/%61pi/cron/x",
  "/api/%63ron/cleanup",
])("%s cannot be reached from outside", async (path) => {
  const edge = new URL(living.url);
  const { out } = await inside(
    living,
    "edge",
    `curl -ks --path-as-is -o /dev/null -w '%{http_code}' -H 'Host: ${edge.host}' 'https://127.0.0.1:8443${path}'`,
  );
  expect(out).toBe("404");
});

test("monitoring asks for a password, and shows every target up", { timeout: 60_000 }, async () => {
  expect((await ask(living, "/-/prometheus/-/ready")).status).toBe(401);
  const password = variable(await theContainer(living, "edge"), "OBSERVER_PASSWORD");
  const headers = { authorization: `Basic ${Buffer.from(`admin:${password}`).toString("base64")}` };
  expect((await ask(living, "/-/prometheus/-/ready", { headers })).status).toBe(200);
  expect((await ask(living, "/-/alertmanager/-/ready", { headers })).status).toBe(200);
  const rules = JSON.parse((await ask(living, "/-/prometheus/api/v1/rules", { headers })).body);
  expect(rules.data.groups[0].rules.map(({ health }: { health: string }) => health)).not.toContain("err");
});

test("the CDN's own methods do not pass the edge", async () => {
  for (const method of ["PURGE", "BAN", "TRACE"])
    expect((await ask(living, "/", { method })).status).toBe(405);
});
