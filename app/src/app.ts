import { Hono } from "hono";
import type { Env } from "./hono.ts";
import { rateLimit } from "./middleware/rateLimit.ts";
import { answerError, refused, requests } from "./middleware/requests.ts";
import { crossOrigin, headers, sameOrigin } from "./middleware/security.ts";
import { Refusal } from "./refusal.ts";
import { cron } from "./routes/cron.ts";
import { events } from "./routes/events.ts";
import { files } from "./routes/files.ts";
import { health } from "./routes/health.ts";
import { insights } from "./routes/insights.ts";
import { page } from "./routes/page.ts";
import { realtime } from "./routes/realtime.ts";
import { sessions } from "./routes/session.ts";
import { status } from "./routes/status.ts";
import type { Services } from "./services.ts";

/**
 * The whole app on web standards: nothing here knows what it runs on. Hosts call its `fetch`.
 * @param services bound by the host, e.g. `node/services.ts`
 */
export function createApp(services: Services): Hono<Env> {
  const app = new Hono<Env>();
  app.onError(answerError(services));
  app.notFound((c) => refused(c, new Refusal(404, "not_found", "There is nothing here.")));

  app.use(requests(services), headers);
  app.use("/api/*", crossOrigin(services.config), rateLimit(services), sameOrigin(services.config));

  app.route("/", page(services));
  app.route("/api", health(services));
  app.route("/api", status(services));
  app.route("/api", sessions(services));
  app.route("/api", events(services));
  app.route("/api", insights(services));
  app.route("/api", files(services));
  app.route("/api", realtime(services));
  app.route("/api", cron(services));
  return app;
}
