import { deleteCookie, getCookie, setCookie } from "hono/cookie";
import { createMiddleware } from "hono/factory";
import { sign, verify } from "hono/jwt";
import { z } from "zod";
import type { AppContext, Env } from "../hono.ts";
import { Refusal } from "../refusal.ts";
import type { Services } from "../services.ts";
import { whenCacheAway } from "../whenCacheAway.ts";

/** Browsers take a cookie so named only with Secure, for the whole site, and from this host alone. */
export const sessionCookie = "__Host-pulse-session";

const sessionSeconds = 24 * 60 * 60;
/** After a rotation the old token is good for requests that are under way. */
const rotationGraceSeconds = 30;

const claims = z.object({ sub: z.uuid(), jti: z.uuid(), iat: z.int(), exp: z.int() });
export type Claims = z.output<typeof claims>;

/** Signs a token for a user. */
export async function issue(
  { clock, config }: Services,
  userId: string,
): Promise<{ token: string; claims: Claims }> {
  const now = Math.floor(clock.now().getTime() / 1000);
  const made = { sub: userId, jti: crypto.randomUUID(), iat: now, exp: now + sessionSeconds };
  return { token: await sign(made, config.authSecret, "HS256"), claims: made };
}

/** Who asks, by bearer token or cookie; undefined when nobody does, or with a token that is not good. */
export async function whoAsks(services: Services, c: AppContext): Promise<Claims | undefined> {
  const token = /^Bearer (.+)$/.exec(c.req.header("authorization") ?? "")?.[1] ?? getCookie(c, sessionCookie);
  if (!token) return undefined;
  const payload = await verify(token, services.config.authSecret, "HS256").catch(() => undefined);
  const parsed = claims.safeParse(payload);
  if (!parsed.success || (await revoked(services, parsed.data.jti))) return undefined;
  return parsed.data;
}

/** Lets in who has a session; handlers find the user's id. */
export const session = (services: Services) =>
  createMiddleware<Env>(async (c, next) => {
    const who = await whoAsks(services, c);
    if (!who) {
      throw new Refusal(401, "no_session", "Ask POST /api/session for a session first.", {
        headers: { "WWW-Authenticate": "Bearer" },
      });
    }
    c.set("userId", who.sub);
    c.set("token", { id: who.jti, expires: who.exp });
    await next();
  });

export const giveCookie = (c: AppContext, token: string): void =>
  setCookie(c, sessionCookie, token, {
    path: "/",
    secure: true,
    httpOnly: true,
    sameSite: "Strict",
    maxAge: sessionSeconds,
  });

export const takeCookie = (c: AppContext): string | undefined =>
  deleteCookie(c, sessionCookie, { path: "/", secure: true });

/** From now on (or in a moment, after a rotation) the token is not good any more. */
export async function revoke(services: Services, { jti, exp }: Claims, atOnce: boolean): Promise<void> {
  const now = Math.floor(services.clock.now().getTime() / 1000);
  const from = atOnce ? now : now + rotationGraceSeconds;
  await whenCacheAway(
    services,
    services.cache.set(key(jti), String(from), Math.max(1, exp - now)),
    undefined,
  );
}

async function revoked(services: Services, jti: string): Promise<boolean> {
  const from = await whenCacheAway(services, services.cache.get(key(jti)), undefined);
  return from !== undefined && Number(from) * 1000 <= services.clock.now().getTime();
}

const key = (jti: string): string => `revoked:${jti}`;
