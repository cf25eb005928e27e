import { expect, test } from "vitest";
import { failing, halfMade, lost, rateLimited, stalled } from "../../../../engine/servers/faults.ts";
import { projectArgs, type Supabase, samples, schemaArgs, startsPostgres, supabase } from "./supabase.ts";

/** What is made rather than set: which request makes it, which one shows what there is, how many there are. */
const creations = {
  Project: {
    by: "POST /v1/projects",
    list: "GET /v1/projects",
    args: () => ({ ...projectArgs, name: "second" }),
    count: (on: Supabase) => Object.keys(on.server.state.projects).length,
  },
  Bucket: {
    by: "POST /{ref}/storage/v1/bucket",
    list: "GET /{ref}/storage/v1/bucket/{id}",
    args: (projectRef: string) => ({ projectRef, name: "second" }),
    count: (on: Supabase, ref: string) => Object.keys(on.server.state.projects[ref]?.buckets ?? {}).length,
  },
  ReadReplica: {
    by: "POST /v1/projects/{ref}/read-replicas/setup",
    list: "GET /v1/organizations/{slug}/projects",
    args: (projectRef: string) => ({ projectRef, region: "eu-west-2" }),
    count: (on: Supabase, ref: string) => on.server.state.projects[ref]?.replicas.length ?? 0,
  },
} as const;
const types = Object.keys(creations) as (keyof typeof creations)[];

async function fresh(type: keyof typeof creations) {
  const on = await supabase();
  const { projectRef } = await samples(on);
  const { args, count, ...by } = creations[type];
  return { on, inputs: args(projectRef), count: () => count(on, projectRef), ...by };
}

test.each(types)("%s: an answer that got lost is resolved by looking: made once, not twice", async (type) => {
  const { on, inputs, count, by } = await fresh(type);
  const before = count();
  on.server.fail(lost(by));
  const made = await on.create(type, inputs, "second");
  expect(count()).toBe(before + 1);
  expect((await on.read(type, made))?.inputs).toEqual(made.inputs);
});

test.each(types)("%s: half-made when the server failed, and taken up by the next try", async (type) => {
  const { on, inputs, count, by, list } = await fresh(type);
  const before = count();
  on.server.fail(halfMade(by));
  on.server.fail({ ...failing(list, 500, 6), after: 1 });
  // Nobody heard of it, and looking fails, too.
  await expect(on.create(type, inputs, "second")).rejects.toThrow(/500/);
  expect(count()).toBe(before + 1);
  const made = await on.create(type, inputs, "second");
  // A second run of the same program, whose first was killed before it could write its state.
  const again = await on.create(type, inputs, "second");
  expect(again.id).toBe(made.id);
  expect(count()).toBe(before + 1);
});

test.each(types)("%s: turned away for its rate, it comes back when it is told to", async (type) => {
  const { on, inputs, count, by } = await fresh(type);
  const before = count();
  on.server.fail(rateLimited(by, 0, 3));
  await on.create(type, inputs, "second");
  expect(count()).toBe(before + 1);
});

test("another stack's project of the same name is not taken for ours", async () => {
  const on = await supabase();
  const one = await on.create("Project", projectArgs, "of-one-stack");
  const other = await on.create("Project", projectArgs, "of-another");
  expect(other.id).not.toBe(one.id);
});

test("a project that was killed while it came up is taken up, with the password that is wanted now", async () => {
  const on = await supabase();
  on.server.behaviour.looks = 1000;
  await expect(on.create("Project", { ...projectArgs, readyWithinSeconds: 1 })).rejects.toThrow(/waited 1 s/);
  const [half] = Object.values(on.server.state.projects);
  if (half?.pending) half.pending.looks = 1;
  const made = await on.create("Project", { ...projectArgs, password: "a-password-of-today" });
  expect(Object.values(on.server.state.projects)).toHaveLength(1);
  expect(on.server.state.projects[made.id]?.password).toBe("a-password-of-today");
});

test("Retry-After is honoured", async () => {
  const on = await supabase();
  on.server.fail(rateLimited("POST /v1/projects", 1));
  const began = performance.now();
  await on.create("Project", projectArgs);
  expect(performance.now() - began).toBeGreaterThan(990);
});

test("reading, changing and deleting go on through failures of the server", async () => {
  const on = await supabase();
  const { made } = await samples(on);
  for (const status of [500, 502, 503, 504]) {
    on.server.fail(failing("GET /v1/projects/{ref}/billing/addons", status, 2));
    expect((await on.read("Compute", made.Compute[0]))?.inputs).toEqual(made.Compute[0].inputs);
  }
  on.server.fail(failing("PATCH /v1/projects/{ref}/billing/addons", 503, 2));
  await on.update("Compute", ...made.Compute);
  on.server.fail(failing("POST /v1/projects/{ref}/network-restrictions/apply", 502, 2));
  await on.update("NetworkRestrictions", ...made.NetworkRestrictions);
  on.server.fail(lost("DELETE /{ref}/storage/v1/bucket/{id}"));
  await on.delete("Bucket", made.Bucket[0]);
  on.server.fail(lost("DELETE /v1/projects/{ref}"));
  await on.delete("Project", made.Project[0]);
  expect(on.server.holds()).toEqual([]);
});

test("a migration whose answer got lost has run once; one that never ran runs", startsPostgres, async () => {
  const on = await supabase();
  const { id: projectRef } = await on.create("Project", projectArgs);
  const query = "POST /v1/projects/{ref}/database/query";
  // The first is the roles', the second lists what ran, the third is the migration.
  on.server.fail({ ...lost(query), after: 2 });
  const schema = await on.create("Schema", { projectRef, ...schemaArgs });
  expect((await on.read("Schema", schema))?.inputs).toEqual(schema.inputs);
  on.server.fail({ ...failing(query, 500), after: 2 });
  const more = { version: "20260109000000", sql: "CREATE TABLE public.more (id int);" };
  const further = { ...schema.inputs, migrations: [...schemaArgs.migrations, more] };
  const updated = await on.update("Schema", schema, further);
  expect((await on.read("Schema", updated))?.inputs).toEqual(updated.inputs);
});

test("a replica that fails is an error that names it", async () => {
  const on = await supabase();
  const { projectRef } = await samples(on);
  on.server.behaviour.sickRegions.add("eu-west-3");
  await expect(on.create("ReadReplica", { projectRef, region: "eu-west-3" }, "sick")).rejects.toThrow(
    /read replica \S+-rr-eu-west-3-\S+ failed/,
  );
});

test("what the plan does not carry is refused in Supabase's words", async () => {
  const on = await supabase();
  const { id: projectRef } = await on.create("Project", { ...projectArgs, organization: "hobby" });
  await expect(on.create("Compute", { projectRef, size: "small" })).rejects.toThrow(/402 .*paid plans/);
  const paid = await on.create("Project", projectArgs, "paid");
  await expect(on.create("Pitr", { projectRef: paid.id, days: 7 })).rejects.toThrow(/compute size of small/);
});

test("a wrong token is refused, and no error tells it", async () => {
  const on = await supabase({ accessToken: "sbp_a-wrong-token" });
  const error = await on.create("Project", projectArgs).catch((thrown: unknown) => String(thrown));
  expect(error).toMatch(/401 Unauthenticated/);
  expect(error).not.toMatch(/sbp_a-wrong-token|correct-horse/);
});

test("a stalled server is not waited for without end", async () => {
  const on = await supabase();
  const { Http } = await import("../../../../components/providers/kit/http.ts");
  const http = new Http({ baseUrl: on.server.url, token: on.server.token, timeoutMs: 100, pauseMs: 1 });
  on.server.fail(stalled("GET /v1/projects", 2));
  const { status } = await http.send({ method: "GET", path: "/v1/projects", idempotent: true });
  expect(status).toBe(200);
  http.close();
});

test("made twice, as after a killed run, each setting and add-on is there once, as it was wanted", async () => {
  const on = await supabase();
  const { made, projectRef } = await samples(on);
  const { Project: _, ...parts } = made;
  const before = structuredClone(on.server.state.projects[projectRef]);
  for (const [type, [one]] of Object.entries(parts)) {
    const again = await on.create(type, one.inputs);
    expect(again.id, type).toBe(one.id);
    expect((await on.read(type, again))?.inputs, type).toEqual(one.inputs);
  }
  const after = on.server.state.projects[projectRef];
  expect(after?.replicas).toEqual(before?.replicas);
  expect(after?.addons).toEqual(before?.addons);
  expect(Object.keys(after?.buckets ?? {})).toEqual(Object.keys(before?.buckets ?? {}));
});

test("a server that goes on failing is an error that names the request, and what was there stays as it was", async () => {
  const on = await supabase();
  const { made, projectRef } = await samples(on);
  const patch = "PATCH /v1/projects/{ref}/billing/addons";
  on.server.fail(failing(patch, 503, 100));
  await expect(on.update("Compute", ...made.Compute)).rejects.toThrow(/PATCH \S+billing\/addons: 503/);
  expect(on.server.state.projects[projectRef]?.addons.compute_instance).toBe("ci_small");
});
