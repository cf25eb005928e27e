import { existsSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "vitest";
import { generated } from "../../../../components/providers/generate.ts";
import { root } from "../../../../engine/paths.ts";
import { unknown } from "../../../../engine/providers/generic/values.ts";
import { coolify } from "./coolify.ts";

test("wrong inputs are refused by name before anything is asked of Coolify", async () => {
  const on = await coolify();
  const failures = async (type: string, given: Record<string, unknown>) =>
    (await on.definition(type).check(given, undefined, { ...on.callOf(type), autoname: () => "" })).failures;
  expect(await failures("Project", { name: "pulse", descripton: "x" })).toEqual([
    { property: "descripton", reason: 'there is no input "descripton"' },
  ]);
  expect((await failures("Project", {}))[0]?.property).toBe("name");
  expect(
    (await failures("Application", { image: "ghcr.io/acme/pulse:latest" })).map((f) => f.property),
  ).toContain("image");
  expect(on.server.seen).toEqual([]);
});

test("what is not known yet is let through, and shows as unknown in a preview", async () => {
  const on = await coolify();
  const inputs = await on.checked("Environment", { projectUuid: unknown, name: "prod" });
  expect(inputs).toEqual({ projectUuid: unknown, name: "prod" });
  expect(on.definition("Environment").plan(inputs, undefined)).toEqual({ ...inputs, uuid: unknown });
  expect(on.server.seen).toEqual([]);
});

test("secrets are declared: passwords, keys, variables, SQL that holds passwords", async () => {
  const on = await coolify();
  const secrets = Object.fromEntries(
    on.provider.types().map((type) => [type, on.provider.resource(type)?.secrets]),
  );
  expect(secrets).toMatchObject({
    "coolify:index:PrivateKey": ["privateKey"],
    "coolify:index:Postgresql": ["password", "initSql"],
    "coolify:index:Redis": ["password"],
    "coolify:index:Dragonfly": ["password"],
    "coolify:index:Variables": ["values"],
    "coolify:index:S3Storage": ["secretAccessKey"],
  });
});

test("the stand-in refuses what Coolify refuses: unknown fields, unknown paths, dangling references", async () => {
  const { server } = await coolify();
  const ask = async (method: string, path: string, body?: unknown, token = server.token) => {
    const response = await fetch(`${server.url}/api/v1${path}`, {
      method,
      headers: { authorization: `Bearer ${token}`, "content-type": "application/json" },
      ...(body !== undefined && { body: JSON.stringify(body) }),
    });
    return [response.status, JSON.stringify(await response.json())] as const;
  };
  expect(await ask("GET", "/projects", undefined, "wrong")).toEqual([
    401,
    expect.stringMatching(/Unauthenticated/),
  ]);
  expect((await ask("GET", "/nothing"))[0]).toBe(404);
  expect(await ask("POST", "/projects", { name: "pulse", colour: "red" })).toEqual([
    422,
    expect.stringMatching(/additional properties.*colour/),
  ]);
  expect((await ask("POST", "/projects", { name: 7 }))[0]).toBe(422);
  expect((await ask("POST", "/servers", { name: "one", ip: "10.0.0.1", private_key_uuid: "none" }))[0]).toBe(
    404,
  );
  expect((await ask("DELETE", "/databases/x?delete_volume=true"))[0]).toBe(422);
});

// The documents are not part of the repository: they are fetched from the vendors when a provider is brought up to date.
const folder = process.env.RUNG_OPENAPI ?? join(root, "..", "shared", "reference");
test.skipIf(!existsSync(join(folder, "coolify-openapi.json")))(
  "types and the stand-in's document are those of the vendor's OpenAPI document (RUNG_OPENAPI names its folder)",
  async () => {
    const [types, document] = generated("coolify", folder);
    if (!types || !document) throw new Error("nothing was generated");
    const committed = await readFile(join(root, document.path), "utf8");
    expect(JSON.parse(committed)).toEqual(JSON.parse(document.text));
    // The committed one is formatted; what it says is compared.
    const bare = (text: string) => text.replaceAll(/[\s;|()]/g, "");
    expect(bare(await readFile(join(root, types.path), "utf8"))).toBe(bare(types.text));
  },
);
