import { failure } from "../../components/model/diagnostics.ts";
import { JsonApi } from "./jsonApi.ts";
import { providerSetting } from "./settings.ts";

/** The token that a stack's provider would use; undefined when there is none. */
export const cloudflareToken = async (stack: string): Promise<string | undefined> =>
  process.env.CLOUDFLARE_API_TOKEN || (await providerSetting(stack, "cloudflare:apiToken"));

/** Where Cloudflare's API is. */
export const cloudflareUrl = (env: Readonly<Record<string, string | undefined>> = process.env): string =>
  env.CLOUDFLARE_BASE_URL || "https://api.cloudflare.com/client/v4";

/**
 * Cloudflare's API, as the stack's own provider reaches it.
 * @throws DiagnosticsError when no token is known
 */
export async function cloudflareAccess(stack: string): Promise<{ baseUrl: string; token: string }> {
  const token = await cloudflareToken(stack);
  if (!token)
    throw failure("no token for Cloudflare's API is known", "set CLOUDFLARE_API_TOKEN", "Cloudflare");
  return { baseUrl: cloudflareUrl(), token };
}

/**
 * What Cloudflare's API answers to a GET of `path`.
 * @throws DiagnosticsError when no token is known, or the API refuses
 */
export async function askCloudflare(stack: string, path: string): Promise<unknown> {
  const { baseUrl, token } = await cloudflareAccess(stack);
  const api = new JsonApi("Cloudflare", baseUrl, token);
  try {
    return await api.get(path);
  } finally {
    api.close();
  }
}
