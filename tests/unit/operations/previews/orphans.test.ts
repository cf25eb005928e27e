import { afterEach, expect, test, vi } from "vitest";
import { serveAws } from "../../../../engine/servers/aws/index.ts";
import type { Inventory } from "../../../../engine/servers/aws/inventory.ts";
import {
  type PlatformServer,
  type Route,
  servePlatform,
} from "../../../../engine/servers/platforms/serve.ts";
import { serveSupabase } from "../../../../engine/servers/supabase/index.ts";
import { reachAws } from "../../../../operations/previews/orphans/aws.ts";
import { chooseOrphans } from "../../../../operations/previews/orphans/choose.ts";
import { sweepVendors } from "../../../../operations/previews/orphans/index.ts";
import { reachSupabase } from "../../../../operations/previews/orphans/supabase.ts";
import { stackInName } from "../../../../operations/previews/orphans/vendor.ts";

/** Orphans at vendors without AWS's listing, by servers that know the calls that are made, their queries and tokens. */
const ends: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const end of ends.splice(0)) await end();
});
async function serve(
  routes: readonly Route[],
  authorization?: (token: string) => string,
): Promise<PlatformServer> {
  const server = await servePlatform(routes, (_, message) => ({ message }), authorization);
  ends.push(server.stop);
  return server;
}

const where = (env: Record<string, string>, config: Record<string, unknown> = {}) => ({
  where: { app: "pulse", config, env, lookMs: 1 },
  known: async () => new Set(["prod", "pr-8"]),
  alone: <T>(_: string, work: () => Promise<T>) => work(),
});
const ok = (body: unknown) => ({ status: 200, body });

test("a name speaks of a preview only as components name what they make", () => {
  expect(stackInName("pulse", "pulse-pr-4-app")).toBe("pr-4");
  expect(stackInName("pulse", "pulse-pr-42-app")).toBe("pr-42");
  for (const name of ["pulse-prod-app", "pulse-x-pr-4-app", "impulse-pr-4-app", "pulse-pr-4x-app", "pr-4"])
    expect(stackInName("pulse", name), name).toBeUndefined();
});

test("what a state holds, what lasts, and what is named otherwise is no orphan", () => {
  const thing = (stack: string, name: string) => ({ stack, kind: "server", id: name, name });
  const { orphans, doubted } = chooseOrphans(
    [
      thing("pr-7", "pulse-pr-7-web"),
      thing("pr-7", "made-up-1234567"),
      thing("pr-7", "pulse-prod-web"),
      thing("pr-8", "pulse-pr-8-web"),
      thing("prod", "pulse-prod-web"),
    ],
    { app: "pulse", stacks: new Set(["prod", "pr-8"]) },
  );
  expect(orphans.map(({ name }) => name)).toEqual(["pulse-pr-7-web", "made-up-1234567"]);
  expect(doubted.map(({ thing: { name } }) => name)).toEqual(["pulse-prod-web"]);
});

test("Hetzner: by label, page by page; a network goes once its server is gone", async () => {
  const labels = (stack: string) => ({ app: "pulse", "managed-by": "rung", stack });
  const held: Record<string, { id: number; name: string; labels: object }[]> = {
    networks: [{ id: 1, name: "pulse-pr-7-private", labels: labels("pr-7") }],
    servers: [
      { id: 2, name: "pulse-pr-7-web", labels: labels("pr-7") },
      { id: 3, name: "pulse-prod-web", labels: labels("prod") },
    ],
  };
  const kinds =
    "servers load_balancers volumes primary_ips floating_ips firewalls networks placement_groups certificates ssh_keys images";
  const server = await serve(
    kinds.split(" ").flatMap((kind): Route[] => [
      {
        on: `GET /${kind}`,
        query: ["label_selector", "per_page", "page", ...(kind === "images" ? ["type"] : [])],
        answer: (_, query) => {
          const page = Number(query.get("page"));
          const all = query.get("label_selector") === "app=pulse,managed-by=rung" ? (held[kind] ?? []) : [];
          const next = page < all.length ? page + 1 : null;
          return ok({ [kind]: all.slice(page - 1, page), meta: { pagination: { next_page: next } } });
        },
      },
      {
        on: `DELETE /${kind}/{id}`,
        query: [],
        answer: ({ id }) => {
          if (kind === "networks" && held.servers?.some(({ name }) => name.includes("pr-7")))
            return { status: 409, body: { error: { code: "resource_in_use" } } };
          held[kind] = held[kind]?.filter((one) => String(one.id) !== id) ?? [];
          return { status: 204, body: {} };
        },
      },
    ]),
  );
  const env = { HCLOUD_TOKEN: server.token, HCLOUD_ENDPOINT: server.url };
  const [hetzner, cloudflare] = await sweepVendors("hetzner-coolify", where(env), () => {});
  expect(hetzner).toMatchObject({ vendor: "Hetzner", left: [], doubted: [], busy: [] });
  expect(hetzner?.removed.map(({ name }) => name).toSorted()).toEqual([
    "pulse-pr-7-private",
    "pulse-pr-7-web",
  ]);
  expect(held.servers?.map(({ name }) => name)).toEqual(["pulse-prod-web"]);
  expect(cloudflare?.cannot).toContain("CLOUDFLARE_API_TOKEN");
});

test("Cloudflare: by name, records under the previews' domain; a bucket that holds objects stays, and is told", async () => {
  const account: Record<string, Record<string, string>[]> = {
    "workers/domains": [{ id: "d1", service: "pulse-pr-7-app" }],
    "workers/scripts": [{ id: "pulse-pr-7-app" }, { id: "pulse-pr-8-app" }],
    queues: [],
    "storage/kv/namespaces": [{ id: "n1", title: "pulse-pr-7-cache" }],
    "d1/database": [{ uuid: "u1", name: "pulse-pr-7-database" }],
    "r2/buckets": [{ name: "pulse-pr-7-storage-uploads" }, { name: "pulse-prod-storage-uploads" }],
    tokens: [],
  };
  const zone: Record<string, Record<string, string>[]> = {
    dns_records: [
      { id: "r1", name: "pr-7.preview.example.net" },
      { id: "r2", name: "www.example.net" },
    ],
    rulesets: [],
  };
  const routes = [["/accounts/a1", account] as const, ["/zones/z1", zone] as const].flatMap(([base, all]) =>
    Object.keys(all).flatMap((path): Route[] => [
      {
        on: `GET ${base}/${path}`,
        query: ["per_page", "page", "cursor"],
        answer: () =>
          ok({ result: path === "r2/buckets" ? { buckets: all[path] } : all[path], result_info: null }),
      },
      {
        on: `DELETE ${base}/${path}/{id}`,
        query: path === "workers/scripts" ? ["force"] : [],
        answer: ({ id }) => {
          if (path === "r2/buckets")
            return { status: 409, body: { errors: [{ code: 10008, message: "The bucket is not empty" }] } };
          all[path] = all[path]?.filter((one) => ![one.id, one.uuid].includes(id)) ?? [];
          return ok({ result: null });
        },
      },
    ]),
  );
  const server = await serve(routes);
  const config = {
    "rung:cloudflareAccountId": "a1",
    "rung:cloudflareZoneId": "z1",
    "rung:domain": "preview.example.net",
  };
  const env = { CLOUDFLARE_API_TOKEN: server.token, CLOUDFLARE_BASE_URL: server.url };
  const [swept] = await sweepVendors("cloudflare-edge", where(env, config), () => {});
  expect(swept?.removed.map(({ name }) => name).toSorted()).toEqual([
    "pr-7.preview.example.net",
    "pulse-pr-7-app",
    "pulse-pr-7-app",
    "pulse-pr-7-cache",
    "pulse-pr-7-database",
  ]);
  expect(swept?.left).toMatchObject([
    { thing: { name: "pulse-pr-7-storage-uploads" }, why: expect.stringContaining("not empty") },
  ]);
  expect(account["workers/scripts"]).toEqual([{ id: "pulse-pr-8-app" }]);
});

test("Vercel: the team's projects by name; without a token each vendor says why it was not asked", async () => {
  let projects = ["pulse-pr-7-app", "pulse-prod-app", "pulse-pr-8-app"].map((name) => ({
    id: `prj_${name}`,
    name,
  }));
  const server = await serve([
    {
      on: "GET /v10/projects",
      query: ["search", "limit", "from", "teamId"],
      answer: (_, query) => {
        const all = projects.filter(({ name }) => name.includes(query.get("search") ?? ""));
        const from = Number(query.get("from") ?? 0);
        return ok({
          projects: all.slice(from, from + 1),
          pagination: { next: from + 1 < all.length ? from + 1 : null },
        });
      },
    },
    {
      on: "DELETE /v9/projects/{id}",
      query: ["teamId"],
      answer: ({ id }) => {
        projects = projects.filter((one) => one.id !== id);
        return { status: 204, body: {} };
      },
    },
  ]);
  const env = { VERCEL_API_TOKEN: server.token, VERCEL_API_URL: server.url };
  const swept = await sweepVendors("vercel-supabase", where(env, { "rung:vercelTeam": "team_1" }), () => {});
  expect(swept[0]).toMatchObject({ vendor: "Vercel", removed: [{ name: "pulse-pr-7-app" }], left: [] });
  expect(projects.map(({ name }) => name)).toEqual(["pulse-prod-app", "pulse-pr-8-app"]);
  expect(swept.slice(1).every(({ cannot }) => cannot?.includes("not set"))).toBe(true);
});

test("Supabase: the organization's projects by name, by a server that checks requests against its document", async () => {
  const server = await serveSupabase();
  ends.push(server.stop);
  const send = (method: string, body?: object) =>
    fetch(`${server.url}/v1/projects`, {
      method,
      headers: { authorization: `Bearer ${server.token}`, "content-type": "application/json" },
      ...(body && { body: JSON.stringify(body) }),
    });
  const made = { organization_slug: "rehearsal", db_pass: "a-long-enough-password", region: "eu-central-1" };
  for (const name of ["pulse-pr-7-project", "pulse-prod-project"])
    expect((await send("POST", { ...made, name })).status).toBe(201);
  const env = { SUPABASE_ACCESS_TOKEN: server.token, SUPABASE_API_URL: server.url };
  const config = { "rung:supabaseOrganization": "rehearsal" };
  const vendor = reachSupabase(where(env, config).where);
  if ("cannot" in vendor) throw new Error(vendor.cannot);
  const all = await vendor.list();
  expect(all.map(({ name }) => name)).toEqual(["pulse-pr-7-project"]);
  for (const thing of all) expect(await vendor.remove(thing)).toBe("gone");
  expect(server.holds()).toEqual(["project pulse-prod-project"]);
  vendor.close?.();
});

test("Upstash: the account's databases by name, with the account's mail and key; one that stays is told", async () => {
  let databases = ["pulse-pr-7-cache", "pulse-pr-9-cache", "pulse-prod-cache", "pulse-pr-8-cache"].map(
    (name) => ({ database_id: `id-${name}`, database_name: name, region: "global" }),
  );
  const email = "rehearsal@example.com";
  const server = await serve(
    [
      { on: "GET /v2/redis/databases", query: [], answer: () => ok(databases) },
      {
        on: "DELETE /v2/redis/database/{id}",
        query: [],
        answer: ({ id }) => {
          if (id === "id-pulse-pr-9-cache") return { status: 400, body: "database is being backed up" };
          databases = databases.filter((one) => one.database_id !== id);
          return ok("OK");
        },
      },
    ],
    (token) => `Basic ${Buffer.from(`${email}:${token}`).toString("base64")}`,
  );
  const env = { UPSTASH_EMAIL: email, UPSTASH_API_KEY: server.token, UPSTASH_API_URL: server.url };
  const swept = await sweepVendors("vercel-supabase", where(env), () => {});
  const upstash = swept.find(({ vendor }) => vendor === "Upstash");
  expect(upstash).toMatchObject({
    removed: [{ name: "pulse-pr-7-cache", kind: "redis" }],
    left: [{ thing: { name: "pulse-pr-9-cache" }, why: expect.stringContaining("400") }],
    doubted: [],
  });
  expect(databases.map(({ database_name }) => database_name)).toEqual([
    "pulse-pr-9-cache",
    "pulse-prod-cache",
    "pulse-pr-8-cache",
  ]);
  const other = where({ ...env, UPSTASH_API_KEY: "another" });
  await expect(sweepVendors("vercel-supabase", other, () => {})).rejects.toThrow("Upstash cannot be asked");
});

test("AWS, what bears no tags: budgets by name, records under the previews' domain, page by page", async () => {
  type Held = ReturnType<Inventory["held"]>[number];
  const thing = (type: string, id: string, outputs: Held["outputs"], inputs: Held["inputs"] = {}): Held => ({
    ...({ type, id, urn: id, inputs, outputs } as Held), // as far as an inventory looks
  });
  const record = (name: string, more: object = { ttl: 60, records: ["192.0.2.1", '"a & b"'] }) =>
    thing("aws:route53/record:Record", name, { name, type: "A", ...more }, { zoneId: "Z1" });
  const alias = { name: "d1.cloudfront.net", zoneId: "Z2FDTNDATAQYW2", evaluateTargetHealth: false };
  let held = [
    record("pr-7.preview.example.net", { aliases: [alias] }),
    record("origin.pr-7.preview.example.net"),
    record("pr-8.preview.example.net"),
    record("www.preview.example.net"),
    record("pr-7.example.net"),
    thing("aws:budgets/budget:Budget", "b1", { name: "pulse-pr-7-budget" }),
    thing("aws:budgets/budget:Budget", "b2", { name: "pulse-prod-budget" }),
    thing("aws:cloudfront/responseHeadersPolicy:ResponseHeadersPolicy", "h1", { name: "pulse-pr-7-headers" }),
    thing("aws:cloudfront/originAccessControl:OriginAccessControl", "o1", { name: "pulse-pr-8-away" }),
  ];
  const server = await serveAws({
    services: () => [],
    logGroups: () => [],
    lines: new Map(),
    isSick: () => false,
    looks: 0,
    inventory: {
      looks: 1,
      held: () => held,
      remove: ({ urn }) => {
        held = held.filter((one) => one.urn !== urn);
      },
    },
  });
  ends.push(server.stop);
  for (const [name, value] of Object.entries(server.env)) vi.stubEnv(name, value);
  const config = {
    "rung:region": "eu-central-1",
    "rung:route53ZoneId": "Z1",
    "rung:domain": "preview.example.net",
  };
  const [swept] = await sweepVendors("aws-ecs", where({}, config), () => {});
  expect(swept?.removed.map(({ kind, name }) => `${kind} ${name}`).toSorted()).toEqual([
    "budgets:budget pulse-pr-7-budget",
    "cloudfront:response-headers-policy pulse-pr-7-headers",
    "route53:record origin.pr-7.preview.example.net",
    "route53:record pr-7.preview.example.net",
  ]);
  expect(swept?.left).toEqual([]);
  expect(held.map(({ outputs }) => outputs.name)).toEqual([
    "pr-8.preview.example.net",
    "www.preview.example.net",
    "pr-7.example.net",
    "pulse-prod-budget",
    "pulse-pr-8-away",
  ]);
  const aws = reachAws(where({}, config).where);
  if ("cannot" in aws) throw new Error(aws.cannot);
  const gone = { stack: "pr-7", kind: "route53:record", id: "A pr-7.preview.example.net", name: "" };
  expect(await aws.remove(gone)).toBe("gone");
  expect(await aws.remove({ ...gone, kind: "budgets:budget", id: "pulse-pr-7-budget" })).toBe("gone");
  aws.close?.();
  vi.unstubAllEnvs();
});
