import { existsSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "vitest";
import { generated } from "../../../../components/providers/generate.ts";
import { regions } from "../../../../components/providers/supabase/provider/regions.ts";
import { root } from "../../../../engine/paths.ts";
import { unknown } from "../../../../engine/providers/generic/values.ts";
import document from "../../../../engine/servers/supabase/openapi.json" with { type: "json" };
import { projectArgs, samples, supabase } from "./supabase.ts";

test("wrong inputs are refused by name before anything is asked of Supabase", async () => {
  const on = await supabase();
  const failures = async (type: string, given: Record<string, unknown>) =>
    (
      await on.definition(type).check(given, undefined, { ...on.callOf(type), autoname: () => "" })
    ).failures.map(({ property }) => property);
  const projectRef = "abcdefghijklmnopqrst";
  expect(await failures("Project", { ...projectArgs, regoin: "x" })).toEqual(["regoin"]);
  expect(await failures("Project", { ...projectArgs, region: "mars-1" })).toEqual(["region"]);
  expect(await failures("Project", { ...projectArgs, password: "short" })).toEqual(["password"]);
  expect(await failures("Compute", { projectRef, size: "huge" })).toEqual(["size"]);
  expect(await failures("Pitr", { projectRef, days: 10 })).toEqual(["days"]);
  expect(await failures("NetworkRestrictions", { projectRef, cidrs: ["203.0.113.7"] })).toEqual(["cidrs.0"]);
  expect(await failures("Bucket", { projectRef: "short", name: "Uploads" })).toEqual(["projectRef", "name"]);
  expect(on.server.seen).toEqual([]);
});

test("what is not known yet is let through, and shows as unknown in a preview", async () => {
  const on = await supabase();
  const inputs = await on.checked("Compute", { projectRef: unknown, size: "small" });
  expect(inputs).toMatchObject({ projectRef: unknown, size: "small" });
  expect(on.definition("ApiKeys").plan({ projectRef: unknown }, undefined)).toEqual({
    projectRef: unknown,
    anonKey: unknown,
    serviceKey: unknown,
  });
  expect(on.server.seen).toEqual([]);
});

test("secrets are declared: passwords and keys", async () => {
  const on = await supabase();
  const secrets = (type: string) => on.definition(type).secrets;
  expect(secrets("Project")).toEqual(["password"]);
  expect(secrets("ApiKeys")).toEqual(["anonKey", "serviceKey"]);
  expect(secrets("Schema")).toEqual(["passwords"]);
});

test("without a token it says which setting to make", async () => {
  const on = await supabase({ accessToken: "" });
  expect(on.provider.checkConfig?.({})).toEqual([expect.objectContaining({ property: "accessToken" })]);
});

test("the regions are those of the vendor's document", () => {
  const body = document.schemas.V1CreateProjectBody as { properties: { region: { enum: string[] } } };
  expect(regions.toSorted()).toEqual(body.properties.region.enum.toSorted());
});

test("the stand-in refuses what Supabase refuses: unknown fields, paths and keys, projects that are not up", async () => {
  const on = await supabase();
  const { server } = on;
  const ask = async (method: string, path: string, body?: unknown, token = server.token) => {
    const response = await fetch(`${server.url}${path}`, {
      method,
      headers: { authorization: `Bearer ${token}`, apikey: token, "content-type": "application/json" },
      ...(body !== undefined && { body: JSON.stringify(body) }),
    });
    return [response.status, await response.text()] as const;
  };
  const project = { name: "pulse", organization_slug: "acme", db_pass: "correct-horse-battery" };
  expect((await ask("GET", "/v1/projects", undefined, "wrong"))[0]).toBe(401);
  expect((await ask("GET", "/v1/nothing"))[0]).toBe(404);
  expect(await ask("POST", "/v1/projects", { ...project, colour: "red" })).toEqual([
    400,
    expect.stringMatching(/additional properties.*colour/),
  ]);
  const selection = { type: "specific", code: "eu-central-1", colour: "red" };
  expect((await ask("POST", "/v1/projects", { ...project, region_selection: selection }))[0]).toBe(400);
  expect((await ask("POST", "/v1/projects", { ...project, organization_slug: "strangers" }))[0]).toBe(403);
  expect((await ask("POST", "/v1/projects", { name: "pulse" }))[0]).toBe(400);

  server.behaviour.looks = 100;
  const [, text] = await ask("POST", "/v1/projects", project);
  const { ref } = JSON.parse(text) as { ref: string };
  const unready = await ask("PATCH", `/v1/projects/${ref}/config/database/pooler`, { default_pool_size: 5 });
  expect(unready).toEqual([400, expect.stringMatching(/COMING_UP/)]);
  // The storage takes the project's own key alone.
  expect((await ask("GET", `/${ref}/storage/v1/bucket/uploads`))[0]).toBe(401);
});

test("the stand-in keeps the vendor's rules of growth", async () => {
  const on = await supabase();
  const { made } = await samples(on);
  await expect(
    on.update("Compute", made.Compute[0], { ...made.Compute[0].inputs, size: "micro" }),
  ).rejects.toThrow(/PITR/);
  for (const region of ["eu-west-2", "eu-west-3"]) {
    const { projectRef } = made.Compute[0].inputs;
    const more = on.create("ReadReplica", { projectRef, region }, region);
    if (region === "eu-west-2") await more;
    else await expect(more).rejects.toThrow(/No more than 2/);
  }
});

// The documents are not part of the repository: they are fetched from the vendors when a provider is brought up to date.
const folder = process.env.RUNG_OPENAPI ?? join(root, "..", "shared", "reference");
test.skipIf(!existsSync(join(folder, "supabase-management-openapi.json")))(
  "types and the stand-in's document are those of the vendor's OpenAPI document (RUNG_OPENAPI names its folder)",
  async () => {
    const [types, reduced] = generated("supabase", folder);
    if (!types || !reduced) throw new Error("nothing was generated");
    expect(JSON.parse(await readFile(join(root, reduced.path), "utf8"))).toEqual(JSON.parse(reduced.text));
    // The committed one is formatted; what it says is compared.
    const bare = (text: string) => text.replaceAll(/[\s;|()"]/g, "");
    expect(bare(await readFile(join(root, types.path), "utf8"))).toBe(bare(types.text));
  },
);
