import type { Execution } from "./env.ts";

/** The data centre's own cache; a global of the runtime. */
declare const caches: { readonly default: Cache };

/**
 * Answers out of the data centre's cache, by the app's own word of what may be shared: a Worker stands before
 * Cloudflare's CDN, so nothing else would keep its answers.
 */
export async function edgeCached(
  request: Request,
  { waitUntil }: Execution,
  make: () => Promise<Response>,
): Promise<Response> {
  if (!mayAsk(request)) return make();
  const kept = await caches.default.match(request);
  if (kept) return kept;
  const response = await make();
  if (mayKeep(response)) waitUntil(caches.default.put(request, response.clone()).catch(() => {}));
  return response;
}

/** The cache knows no Vary: who comes from another origin, or with a token, is not answered from it. */
const mayAsk = ({ method, headers }: Request): boolean =>
  method === "GET" && !headers.has("authorization") && !headers.has("origin") && !headers.has("range");

function mayKeep({ status, headers }: Response): boolean {
  const said = headers.get("cache-control") ?? "";
  const seconds = /s-maxage=(\d+)/.exec(said)?.[1] ?? /max-age=(\d+)/.exec(said)?.[1];
  return status === 200 && said.includes("public") && Number(seconds ?? 0) > 0 && !headers.has("set-cookie");
}
