import { Hono } from "hono";
import type { Env } from "../hono.ts";
import { giveCookie, issue, revoke, takeCookie, whoAsks } from "../middleware/session.ts";
import type { Services } from "../services.ts";

/** Anonymous sessions: a user is made for who has none; who has one gets a new token, and the old one ends. */
export const sessions = (services: Services) =>
  new Hono<Env>()
    .get("/session", async (c) => {
      const who = await whoAsks(services, c);
      c.header("Cache-Control", "no-store");
      return c.json(who ? { userId: who.sub, expiresAt: at(who.exp) } : { userId: null });
    })
    .post("/session", async (c) => {
      const before = await whoAsks(services, c);
      const userId = before?.sub ?? crypto.randomUUID();
      // Renewed too: the user may have been cleaned up since.
      await services.database.addUser(userId);
      const { token, claims } = await issue(services, userId);
      if (before) await revoke(services, before, false);
      giveCookie(c, token);
      c.header("Cache-Control", "no-store");
      return c.json({ userId, token, expiresAt: at(claims.exp) }, before ? 200 : 201);
    })
    .delete("/session", async (c) => {
      const who = await whoAsks(services, c);
      if (who) await revoke(services, who, true);
      takeCookie(c);
      c.header("Cache-Control", "no-store");
      return c.body(null, 204);
    });

const at = (seconds: number): string => new Date(seconds * 1000).toISOString();
