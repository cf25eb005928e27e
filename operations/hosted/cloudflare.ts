import { failure } from "../../components/model/diagnostics.ts";
import { providerSetting } from "./settings.ts";

/**
 * Cloudflare's API, as the stack's own provider reaches it.
 * @throws DiagnosticsError when no token is known
 */
export async function cloudflareAccess(stack: string): Promise<{ baseUrl: string; token: string }> {
  const token = process.env.CLOUDFLARE_API_TOKEN || (await providerSetting(stack, "cloudflare:apiToken"));
  if (!token)
    throw failure("no token for Cloudflare's API is known", "set CLOUDFLARE_API_TOKEN", "Cloudflare");
  return { baseUrl: process.env.CLOUDFLARE_BASE_URL || "https://api.cloudflare.com/client/v4", token };
}
