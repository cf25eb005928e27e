import * as grpc from "@grpc/grpc-js";
import service from "@pulumi/pulumi/proto/provider_grpc_pb.js";
import pb from "@pulumi/pulumi/proto/provider_pb.js";
import { afterAll, beforeAll, expect, test } from "vitest";
import type { Provider, ResourceDefinition, Values } from "../../../../engine/providers/provider.ts";
import { redactor } from "../../../../engine/providers/secrets.ts";
import { type Served, serve } from "../../../../engine/providers/serve.ts";
import { receive, send } from "../../../../engine/providers/wire.ts";

/** A definition that says back what it is given, to see what the protocol does with it. */
const echo: ResourceDefinition = {
  secrets: ["minted"],
  check: (given) => ({ inputs: given, failures: given.bad ? [{ property: "bad", reason: "is bad" }] : [] }),
  diff: (_before, now) => ({
    changes: [{ path: "list[0].key", kind: "update", replaces: now.replace === true }],
    deleteBeforeReplace: true,
  }),
  plan: (now) => ({ ...now, minted: "04da6b54-80e4-46f7-96ec-b56ff0331ba9" }),
  async create(now) {
    if (now.fail) throw new Error(`cannot with ${String(now.password)}`);
    return { id: "1", state: { ...now, minted: "m" } };
  },
  read: async (id, before) =>
    id === "gone"
      ? undefined
      : { id, inputs: { ...before?.inputs, envs: ["B=2"] }, state: { ...before?.state } },
  update: async (_before, now) => ({ ...now }),
  delete: async () => {},
};
const provider: Provider = {
  name: "echo",
  version: "1.2.3",
  types: () => ["echo:index:Thing"],
  resource: (type) => (type === "echo:index:Thing" ? echo : undefined),
};

let served: Served;
let client: service.ResourceProviderClient;
beforeAll(async () => {
  served = await serve(provider);
  client = new service.ResourceProviderClient(`127.0.0.1:${served.port}`, grpc.credentials.createInsecure());
});
afterAll(async () => {
  client.close();
  await served.stop();
});

const urn = (type = "echo:index:Thing") => `urn:pulumi:dev::pulse::a:b:C$${type}::thing`;
const secret = (value: unknown) => ({
  "4dabf18193072939515e22adb298388d": "1b47061264138c4ac30d75fd1eb44270",
  value,
});

function create(values: Values, preview = false, type?: string): Promise<pb.CreateResponse> {
  const request = new pb.CreateRequest();
  request.setUrn(urn(type));
  request.setProperties(send(values));
  request.setPreview(preview);
  return new Promise((resolve, reject) =>
    client.create(request, (error, response) => (error ? reject(error) : resolve(response))),
  );
}

test("secret inputs come back as secrets, part by part, and so do outputs that always are", async () => {
  const given = { envs: ["A=1", secret("PASSWORD=hunter2")], plain: "x", all: secret({ deep: 1 }) };
  const response = await create(given);
  expect(response.getProperties()?.toJavaScript()).toEqual({ ...given, minted: secret("m") });
});

test("a preview makes nothing, and keeps what is secret secret", async () => {
  const response = await create({ token: secret("t") }, true);
  expect(response.getId()).toBe("");
  expect(response.getProperties()?.toJavaScript()).toEqual({
    token: secret("t"),
    minted: secret("04da6b54-80e4-46f7-96ec-b56ff0331ba9"),
  });
});

test("an error never holds a secret", async () => {
  await expect(create({ fail: true, password: secret("hunter2") })).rejects.toThrow(/cannot with \[secret\]/);
});

test("an unknown type is refused by name, with the near one", async () => {
  await expect(create({}, false, "echo:index:Thig")).rejects.toThrow(
    'the echo provider here has no resource type "echo:index:Thig"; did you mean "echo:index:Thing"?',
  );
});

test("a property that a read found changed is secret as a whole if a part of it was", async () => {
  const request = new pb.ReadRequest();
  request.setUrn(urn());
  request.setId("1");
  request.setInputs(send({ envs: ["A=1", secret("P=hunter2")] }));
  request.setProperties(send({ envs: ["A=1", secret("P=hunter2")] }));
  const response = await new Promise<pb.ReadResponse>((resolve, reject) =>
    client.read(request, (error, value) => (error ? reject(error) : resolve(value))),
  );
  expect(response.getInputs()?.toJavaScript()).toEqual({ envs: secret(["B=2"]) });
  expect(response.getProperties()?.toJavaScript()).toEqual({ envs: ["A=1", secret("P=hunter2")] });
});

test("a difference says what it replaces, and in which order", async () => {
  const request = new pb.DiffRequest();
  request.setUrn(urn());
  request.setOlds(send({}));
  request.setOldInputs(send({}));
  request.setNews(send({ replace: true }));
  const response = await new Promise<pb.DiffResponse>((resolve, reject) =>
    client.diff(request, (error, value) => (error ? reject(error) : resolve(value))),
  );
  expect(response.getReplacesList()).toEqual(["list"]);
  expect(response.getDeletebeforereplace()).toBe(true);
  expect(response.getDetaileddiffMap().get("list[0].key")?.getKind()).toBe(
    pb.PropertyDiff.Kind.UPDATE_REPLACE,
  );
});

test("what goes over the wire comes back, nested secrets and all", () => {
  const { values, secrets } = receive(send({ a: [{ b: secret("x") }], c: 1, d: undefined }));
  expect(values).toEqual({ a: [{ b: "x" }], c: 1 });
  expect(secrets).toEqual({ a: { 0: { b: true } } });
});

test("masking: KEY=value by its value, long texts line by line, and the longer before the shorter", () => {
  const mask = redactor(["PASSWORD=hunter2", "abc", "abcdef", "-----BEGIN-----\nMIIEvQIBADANBg\n"]);
  expect(mask("hunter2 abcdef abc")).toBe("[secret] [secret] [secret]");
  expect(mask("read MIIEvQIBADANBg")).toBe("read [secret]");
  expect(redactor(["PASSWORD=a"])("a banana")).toBe("a banana");
});
