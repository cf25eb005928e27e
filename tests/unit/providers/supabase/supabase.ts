import { afterEach } from "vitest";
import { supabaseProvider } from "../../../../components/providers/supabase/provider/index.ts";
import type { Known, Values } from "../../../../engine/providers/provider.ts";
import { serveSupabase } from "../../../../engine/servers/supabase/index.ts";
import { driving } from "../driver.ts";

const open: (() => unknown)[] = [];
afterEach(async () => {
  for (const close of open.splice(0)) await close();
});

/** A provider with a server of its own, and its resources called as the engine calls them. */
export async function supabase(config: Values = {}) {
  const organizations = new Map([
    ["acme", "pro"],
    ["hobby", "free"],
  ] as const);
  const server = await serveSupabase({ organizations });
  const provider = supabaseProvider(5);
  const { url: endpoint, projectUrl, token: accessToken } = server;
  await provider.configure?.({ endpoint, projectUrl, accessToken, ...config });
  open.push(() => provider.close?.(), server.stop);
  return { server, provider, ...driving(provider) };
}
export type Supabase = Awaited<ReturnType<typeof supabase>>;

export const projectArgs = {
  organization: "acme",
  name: "pulse-dev",
  region: "eu-central-1",
  password: "correct-horse-battery",
};

export const migration = {
  version: "20260101000000",
  sql: "CREATE TABLE public.notes (id int PRIMARY KEY); GRANT SELECT ON public.notes TO app;",
};
export const second = { version: "20260102000000", sql: "ALTER TABLE public.notes ADD COLUMN text text;" };

/** Seconds alone, more where the machine has other work. */
export const startsPostgres = { timeout: 180_000 };

/** Roles and migrations: what starts a real PostgreSQL, which takes its time. */
export const schemaArgs = {
  roles: ["app", "monitor"],
  passwords: { app: "a-password-of-the-app" },
  migrations: [migration],
};

/** For each type but the schema, one that is made and a change of it that is done in place. */
export async function samples(on: Supabase) {
  const project = await on.create("Project", projectArgs);
  const projectRef = project.id;
  const of = async (type: string, given: Values, change: Values): Promise<readonly [Known, Values]> => [
    await on.create(type, { projectRef, ...given }),
    { projectRef, ...given, ...change },
  ];
  const keys = await on.create("ApiKeys", { projectRef });
  const compute = await of("Compute", { size: "small" }, { size: "large" });
  return {
    projectRef,
    keys,
    made: {
      Project: [project, { ...projectArgs, name: "pulse-prod", password: "another-horse-battery" }],
      Compute: compute,
      NetworkRestrictions: await of(
        "NetworkRestrictions",
        { cidrs: ["203.0.113.0/24", "198.51.100.7/32"] },
        { cidrs: ["2001:db8::/32", "203.0.113.0/24"] },
      ),
      SslEnforcement: await of("SslEnforcement", {}, { enforced: false }),
      AuthSettings: await of(
        "AuthSettings",
        { siteUrl: "https://pulse.example.com" },
        { redirectUrls: ["https://pulse.example.com/**"], emailEnabled: true, signupDisabled: false },
      ),
      StorageSettings: await of(
        "StorageSettings",
        { fileSizeLimit: 10_000_000 },
        { fileSizeLimit: 20_000_000, s3: false },
      ),
      PoolerSettings: await of("PoolerSettings", { poolSize: 20 }, { poolSize: 40 }),
      Bucket: await of(
        "Bucket",
        { name: "uploads" },
        { fileSizeLimit: 5_000_000, allowedMimeTypes: ["image/png"] },
      ),
      Pitr: await of("Pitr", { days: 7 }, { days: 14 }),
      ReadReplica: await of("ReadReplica", { region: "eu-west-1" }, { readyWithinSeconds: 60 }),
    } satisfies Record<string, readonly [Known, Values]>,
  };
}
