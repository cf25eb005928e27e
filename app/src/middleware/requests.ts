import { createMiddleware } from "hono/factory";
import { routePath } from "hono/route";
import type { AppContext, Env } from "../hono.ts";
import { Refusal, Unavailable } from "../refusal.ts";
import type { Services } from "../services.ts";

const acceptable = /^[A-Za-z0-9-]{8,64}$/;
/** Asked many times a second by load balancers: neither logged nor measured. */
const probes = new Set(["/api/health", "/api/ready"]);

/** Gives each request its id (the edge's, if it gave one), a log line and a measurement. */
export const requests = (services: Services) =>
  createMiddleware<Env>(async (c, next) => {
    const started = performance.now();
    const given = c.req.header("x-request-id");
    c.set("requestId", given && acceptable.test(given) ? given : crypto.randomUUID());
    await next();
    // A shared copy is of no one request.
    if (!c.res.headers.get("cache-control")?.startsWith("public"))
      c.header("X-Request-Id", c.get("requestId"));
    if (probes.has(c.req.path)) return;
    const seconds = (performance.now() - started) / 1000;
    // The pattern, not the path: ids would make as many series as there are files.
    const route = c.res.status === 404 && !c.get("userId") ? "unmatched" : routePath(c, -1);
    services.metrics.request(c.req.method, route, c.res.status, seconds);
    services.log.info(
      {
        requestId: c.get("requestId"),
        method: c.req.method,
        path: c.req.path,
        status: c.res.status,
        ms: Math.round(seconds * 10_000) / 10,
      },
      "request",
    );
  });

/** The one place where errors become answers: the client gets a code, the log gets the cause. */
export const answerError = (services: Services) => (error: Error, c: AppContext) => {
  const requestId = c.get("requestId");
  const refusal = error instanceof Refusal ? error : asRefusal(error);
  if (refusal.status >= 500) {
    services.log.error({ requestId, method: c.req.method, path: c.req.path, err: error }, refusal.code);
  }
  return refused(c, refusal);
};

function asRefusal(error: Error): Refusal {
  if (error instanceof Unavailable) {
    return new Refusal(503, "unavailable", "Part of the service does not answer. Try again soon.", {
      headers: { "Retry-After": "2" },
    });
  }
  return new Refusal(500, "internal", "Something went wrong here.");
}

/** A refusal as the answer it is. */
export function refused(c: AppContext, { status, code, message, details, headers }: Refusal): Response {
  for (const [name, value] of Object.entries(headers)) c.header(name, value);
  c.header("Cache-Control", "no-store");
  return c.json({ error: { code, message, requestId: c.get("requestId"), ...details } }, status);
}
