import type { Miniflare } from "miniflare";
import { migrationsOf } from "../../components/kit/migrations.ts";
import { d1Provider } from "../../components/providers/d1/provider/index.ts";
import { serveD1 } from "../../engine/servers/d1/index.ts";
import { driving } from "../unit/providers/driver.ts";

export const accountId = "0123456789abcdef0123456789abcdef";
export const databaseId = "0b1c2d3e-0000-4000-8000-000000000001";

/** Brings the schema up as `rung up` does: by the stack's own resource, through Cloudflare's API, to D1 in workerd. */
export async function bringUp(flare: Miniflare): Promise<void> {
  const d1 = await flare.getD1Database("DATABASE");
  const server = await serveD1({
    open: () => async (sql) => (await d1.prepare(sql).run<Record<string, unknown>>()).results,
  });
  const provider = d1Provider();
  try {
    await provider.configure?.({ baseUrl: server.url, apiToken: server.token });
    const migrations = await migrationsOf("schema-d1");
    await driving(provider).create("Schema", { accountId, databaseId, migrations });
  } finally {
    await provider.close?.();
    await server.stop();
  }
}
