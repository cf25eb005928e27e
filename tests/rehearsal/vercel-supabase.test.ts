import { afterAll, beforeAll, expect, test } from "vitest";
import { type BindingName, bindings } from "../../components/model/bindings.ts";
import type { Size } from "../../components/model/words.ts";
import { hosted, inTheClear } from "../support/hosted.ts";

/** One stack, protected as production is, through all of its sizes and back to its end. */
let on: Awaited<ReturnType<typeof hosted>>;
beforeAll(async () => {
  on = await hosted("vercel-supabase", { "rung:expires": "2030-01-01T00:00:00Z" });
});
afterAll(() => on.end());

const tokens = {
  "vercel:apiToken": "vercel-token-of-nobody-24",
  "upstash:apiKey": "upstash-key-of-nobody",
  "cloudflare:apiToken": "cloudflare-token-of-nobody-0123456789abc",
};
const settle = (size: Size, protect = true) => on.settle(size, { "rung:protect": String(protect) }, tokens);
const stores = /supabase:index:(Project|Bucket)|[rR]edisDatabase|r2Bucket|random/;
/** Secrets of every size on the way; each must be found nowhere in the clear. */
const seen = new Set<string>();
async function remember() {
  const { bindings: told, secrets } = await on.outputs();
  const bound = Object.entries(told).filter(([name]) => bindings[name as BindingName].secret);
  const workflow = Object.entries(secrets).filter(([name]) => !/HOST|USER|REPOSITORY|KEEP|KEY_ID/.test(name));
  expect(bound.length).toBeGreaterThan(5);
  for (const [, value] of [...bound, ...workflow]) {
    seen.add(value);
    const password = /^\w+:\/\/[^:]+:([^@]+)@/.exec(value)?.[1];
    if (password) seen.add(password);
  }
}

let first = "";
test("small comes up, protected; a second preview is empty", async () => {
  await settle("small");
  await on.run("up");
  expect(await on.run("preview")).toEqual([]);
  await remember();
  first = (await on.outputs()).image;
  expect(first).toMatch(/^sha256:[0-9a-f]{64}$/);

  const state = await on.state();
  const kept = Object.entries(state).filter(([, { protect }]) => protect);
  expect(kept.map(([name]) => name).toSorted()).toEqual(
    [
      "Bucket storage-uploads",
      "Project project",
      "R2Bucket backup",
      ...["auth", "cron", "database", "database-app", "dumps"].map((name) => `RandomPassword secret-${name}`),
    ].toSorted(),
  );
  // Free plans: nothing that costs.
  for (const type of ["Compute", "Pitr", "ReadReplica", "Webhook"]) {
    expect(Object.keys(state).filter((name) => name.startsWith(`${type} `))).toEqual([]);
  }
});

test("what the app is told leads through the pooler, which has IPv4, and its certificate is verified", async () => {
  const { bindings: told, secrets } = await on.outputs();
  const url = new URL(told.DATABASE_URL ?? "");
  expect(url).toMatchObject({ hostname: "aws-1-eu-central-1.pooler.supabase.com", port: "6543" });
  expect(url.username).toMatch(/^app\.[a-z]{20}$/);
  expect(url.searchParams.get("sslmode")).toBe("verify-full");
  expect(told.DATABASE_CA).toContain("-----BEGIN CERTIFICATE-----");
  expect(told.CACHE_URL).toMatch(/^rediss:\/\/default:/);
  // Only what asks for it by name goes to the address that takes IPv6.
  expect(new URL(secrets.DIRECT_DATABASE_URL ?? "").hostname).toMatch(/^db\.[a-z]{20}\.supabase\.co$/);
  for (const name of ["MIGRATE_DATABASE_URL", "DUMP_PGHOST"]) {
    expect(secrets[name]).toContain("pooler.supabase.com");
  }
  expect(secrets.DUMP_PGUSER).toMatch(/^postgres\.[a-z]{20}$/);
});

test("at Vercel, secrets are sensitive and production's alone; the firewall limits rates; tags go with the deployment", async () => {
  const state = await on.state();
  for (const [name, { secret }] of Object.entries(bindings)) {
    const variable = state[`ProjectEnvironmentVariable app-${name}`];
    if (!variable) continue;
    expect(variable.inputs, name).toMatchObject({
      sensitive: secret,
      targets: secret ? ["production"] : ["production", "preview"],
    });
  }
  expect(state["FirewallConfig edge"]?.inputs?.rules).toMatchObject({
    rules: [{ action: { action: "rate_limit", rateLimit: { window: 60, limit: 600 } } }],
  });
  expect(state["ProjectDomain public"]?.inputs).toMatchObject({ domain: "pulse.example.com" });
  expect(state["DnsRecord public"]?.inputs).toMatchObject({ proxied: false, type: "CNAME" });
  expect(state["ProjectCrons jobs"]?.inputs).toMatchObject({ enabled: true });
  const { expires, owner, stack, stage } = (state["Deployment app"]?.inputs?.meta ?? {}) as Record<
    string,
    string
  >;
  expect({ expires, owner, stack, stage }).toEqual({
    expires: "2030-01-01T00:00:00Z",
    owner: "rehearsal",
    stack: "rehearsal",
    stage: "vercel-supabase",
  });
});

const path: [Size, Size][] = [
  ["small", "medium"],
  ["medium", "large"],
  ["large", "xlarge"],
  ["xlarge", "medium"],
];
/** What each step makes, besides changes in place and a new deployment. */
const made: Readonly<Record<string, readonly string[]>> = {
  medium: ["Compute compute"],
  large: ["Pitr pitr", "ReadReplica replica-eu-central-1"],
  xlarge: ["ReadReplica replica-eu-west-1"],
};

test.each(path)("from %s to %s no store is replaced, and a second preview is empty", async (from, to) => {
  await settle(to);
  const changes = await on.run("up");
  const gone = changes.filter(({ operation }) => operation === "replace" || operation === "delete");
  expect(gone.filter(({ type }) => stores.test(type))).toEqual([]);
  const shrinks = from === "xlarge";
  const moved = changes
    .filter(({ operation }) => operation === (shrinks ? "delete" : "create"))
    .map(({ type, name }) => `${type.split(":").at(-1)} ${name}`);
  expect(moved.toSorted()).toEqual(
    (shrinks ? [...(made.large ?? []), ...(made.xlarge ?? [])] : made[to])?.toSorted(),
  );
  expect(changes.filter(({ operation }) => operation === "replace").map(({ type }) => type)).toEqual([
    "vercel:index/deployment:Deployment",
  ]);
  expect(await on.run("preview")).toEqual([]);
  await remember();
});

test("a rollback deploys the bundle of before, with the variables of now; going on deploys the newer again", async () => {
  const files = async () =>
    Object.keys(((await on.state())["Deployment app"]?.inputs?.files ?? {}) as object).map((file) =>
      file.replace(/.*(?=\.vercel\/output)/, ""),
    );
  const [now, of] = [(await on.outputs()).image, await files()];
  expect(now).not.toBe(first);
  await on.run("up", { RUNG_APP_IMAGE: first });
  const back = await on.outputs();
  expect(back.image).toBe(first);
  expect(back.releases.map(({ image }) => image).slice(0, 2)).toEqual([first, now]);
  expect((await on.state())["Deployment app"]?.inputs?.meta).toMatchObject({ bundle: first });
  expect(await files()).toEqual(of);
  expect(back.bindings.APP_SIZE).toBe("medium");
  await on.run("up");
  expect((await on.outputs()).image).toBe(now);
});

test("no secret stands in the clear in the state, its history, the settings, the events or the logs", () => {
  for (const token of Object.values(tokens)) seen.add(token);
  expect(seen.size).toBeGreaterThan(12);
  const written = on.written();
  // What is no secret stands there: it is the right files that are looked at.
  expect(written.filter(({ text }) => text.includes("pooler.supabase.com")).length).toBeGreaterThan(3);
  expect(inTheClear(written, seen)).toEqual([]);
});

test("refreshed without a change; its protection lifted, destroyed; nothing is left", async () => {
  expect(await on.run("refresh")).toEqual([]);
  await settle("medium", false);
  await on.run("up");
  await on.run("destroy");
  expect(await on.held()).toEqual([]);
  expect(Object.keys(await on.state())).toEqual([]);
});
