import { z } from "zod";
import type { Provider } from "../../../../engine/providers/provider.ts";
import { vendorProvider } from "../../kit/provider.ts";
import { d1Version } from "../version.ts";
import { Api } from "./api.ts";
import { schema } from "./schema.ts";

const settings = z.object({
  apiToken: z
    .string("set cloudflare:apiToken, or CLOUDFLARE_API_TOKEN")
    .min(1, "set cloudflare:apiToken, or CLOUDFLARE_API_TOKEN"),
  /** As Cloudflare's own provider names it. */
  baseUrl: z.url().default("https://api.cloudflare.com/client/v4"),
});

/** @param pauseMs how long to wait before the first of the tries that follow one that failed */
export const d1Provider = (pauseMs?: number): Provider =>
  vendorProvider({
    name: "d1",
    version: d1Version,
    settings,
    environment: () => ({
      apiToken: process.env.CLOUDFLARE_API_TOKEN || undefined,
      baseUrl: process.env.CLOUDFLARE_BASE_URL || undefined,
    }),
    open: ({ apiToken, baseUrl }, signal) =>
      new Api({ baseUrl, token: apiToken, signal, ...(pauseMs !== undefined && { pauseMs }) }),
    resources: (define) => [define(schema)],
  });
