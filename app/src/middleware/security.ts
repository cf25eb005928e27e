import { cors } from "hono/cors";
import { createMiddleware } from "hono/factory";
import { secureHeaders } from "hono/secure-headers";
import type { Env } from "../hono.ts";
import { Refusal } from "../refusal.ts";
import type { Config } from "../services.ts";
import { sessionCookie } from "./session.ts";

type Policy = NonNullable<NonNullable<Parameters<typeof secureHeaders>[0]>["contentSecurityPolicy"]>;

const nobody = ["'none'"];
/** Only what this origin serves, and nothing inline: the page needs neither nonces nor hashes, and can be cached. */
const ofPage: Policy = {
  defaultSrc: nobody,
  scriptSrc: ["'self'"],
  styleSrc: ["'self'"],
  imgSrc: ["'self'", "data:"],
  connectSrc: ["'self'"],
  baseUri: nobody,
  formAction: ["'self'"],
  frameAncestors: nobody,
};
/** Data runs nothing, whatever a user has uploaded. */
const ofData: Policy = { defaultSrc: nobody, baseUri: nobody, frameAncestors: nobody, sandbox: [] };

const secured = (contentSecurityPolicy: Policy) =>
  secureHeaders({
    contentSecurityPolicy,
    strictTransportSecurity: "max-age=31536000; includeSubDomains",
    xFrameOptions: "DENY",
    xContentTypeOptions: "nosniff",
    xXssProtection: false,
    referrerPolicy: "strict-origin-when-cross-origin",
    crossOriginOpenerPolicy: "same-origin",
    crossOriginResourcePolicy: "same-origin",
    permissionsPolicy: { camera: [], microphone: [], geolocation: [], payment: [], usb: [] },
  });
const [page, data] = [secured(ofPage), secured(ofData)];

/** The security headers of every answer. */
export const headers = createMiddleware<Env>((c, next) =>
  c.req.path.startsWith("/api/") ? data(c, next) : page(c, next),
);

/** Other origins read answers only if they are on the list, and then with a bearer token: cookies stay at home. */
export const crossOrigin = ({ corsOrigins }: Config) =>
  cors({
    origin: [...corsOrigins],
    allowMethods: ["GET", "POST", "DELETE"],
    allowHeaders: ["Authorization", "Content-Type", "X-Request-Id"],
    exposeHeaders: [
      "RateLimit-Limit",
      "RateLimit-Remaining",
      "RateLimit-Reset",
      "X-App-Cache",
      "X-Request-Id",
    ],
    maxAge: 600,
  });

const safe = new Set(["GET", "HEAD", "OPTIONS"]);

/**
 * A change that is asked for with the cookie must come from the app's own page. Browsers say where a request is from;
 * what has a bearer token was not sent by a browser on its own.
 */
export const sameOrigin = ({ publicOrigin }: Config) =>
  createMiddleware<Env>(async (c, next) => {
    const carriesCookie = c.req.header("cookie")?.includes(sessionCookie) && !c.req.header("authorization");
    if (safe.has(c.req.method) || !carriesCookie) return next();
    const site = c.req.header("sec-fetch-site");
    const origin = c.req.header("origin");
    const own = site === "same-origin" || (site === undefined && origin === publicOrigin);
    if (!own) throw new Refusal(403, "cross_origin", "This must be asked for from the app's own page.");
    return next();
  });
