import { Hono } from "hono";
import type { Env } from "../hono.ts";
import { Refusal } from "../refusal.ts";
import type { Services } from "../services.ts";

/**
 * The page and what it loads. The page is the same for all and is kept by the CDN for a minute; its script asks for
 * the rest. What it loads has its content's hash in its name and is kept for good.
 */
export const page = ({ assets }: Services) =>
  new Hono<Env>()
    .get("/", (c) => {
      c.header("Cache-Control", "public, max-age=0, s-maxage=60, stale-while-revalidate=60");
      return c.html(assets.page);
    })
    .get("/assets/:file", (c) => {
      const exact = assets.files.get(c.req.path);
      // While replicas of two versions serve, one may be asked for what only the other has. Its own is better than
      // nothing, but nobody may keep it under that name.
      const found = exact ?? sameKind(assets, c.req.path);
      if (!found) throw new Refusal(404, "not_found", "There is nothing here.");
      c.header("Cache-Control", exact ? "public, max-age=31536000, immutable" : "no-store");
      return c.body(found.body, 200, { "Content-Type": found.contentType });
    })
    .get("/favicon.ico", (c) => {
      c.header("Cache-Control", "public, max-age=86400");
      return c.body(null, 204);
    })
    .get("/robots.txt", (c) => {
      c.header("Cache-Control", "public, max-age=86400");
      return c.text("User-agent: *\nDisallow: /api/\n");
    });

function sameKind({ files }: Services["assets"], path: string) {
  const plain = (name: string) => name.replace(/-[A-Z0-9]{8}(?=\.)/i, "");
  return [...files].find(([name]) => plain(name) === plain(path))?.[1];
}
