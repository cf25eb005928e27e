import { createRequire } from "node:module";
import * as grpc from "@grpc/grpc-js";
import service from "@pulumi/pulumi/proto/analyzer_grpc_pb.js";
import pb from "@pulumi/pulumi/proto/analyzer_pb.js";
import empty from "google-protobuf/google/protobuf/empty_pb.js";
import struct from "google-protobuf/google/protobuf/struct_pb.js";
import { afterAll, beforeAll, expect, test } from "vitest";
import { secretSignature, specialSignature } from "../../../engine/specialSignature.ts";
import { compliancePacks } from "../../../policies/compliance/index.ts";
import { exceptions } from "../../../policies/exceptions.ts";
import type { Props, Subject } from "../../../policies/model.ts";
import { rules, stackRules } from "../../../policies/rules/index.ts";
import { Analyzer } from "../../../policies/server/analyzer.ts";
import { serveAnalyzer } from "../../../policies/server/serve.ts";
import { crossGuardPolicies } from "../../support/crossguard.ts";

const today = "2026-11-21";
const judges = { rules, stackRules, packs: Object.values(compliancePacks), exceptions, today };
const unknown = "04da6b54-80e4-46f7-96ec-b56ff0331ba9";
const said: string[] = [];

type Handler<Request> = (
  call: { request: Request },
  callback: (error: Error | null, response: pb.AnalyzeResponse) => void,
) => void;

/** The server of Pulumi's own SDK, which has no types. */
const sdk = createRequire(import.meta.url)("@pulumi/policy/server") as Readonly<
  Record<"makeAnalyzeRpcFun" | "makeAnalyzeStackRpcFun", (...given: readonly unknown[]) => Handler<unknown>>
>;
const pack = ["rung", "0.1.0", "advisory", crossGuardPolicies(judges)] as const;
const theirs = { analyze: sdk.makeAnalyzeRpcFun(...pack), analyzeStack: sdk.makeAnalyzeStackRpcFun(...pack) };

let ours: service.AnalyzerClient;
beforeAll(async () => {
  const about = { name: "rung", version: "0.1.0", description: "all of it" };
  const port = await serveAnalyzer(new Analyzer(about, judges, (line) => said.push(line)), "0.1.0");
  ours = new service.AnalyzerClient(`127.0.0.1:${port}`, grpc.credentials.createInsecure());
});
afterAll(() => ours.close());

const asked = <Response>(work: (callback: (error: Error | null, response: Response) => void) => unknown) =>
  new Promise<Response>((resolve, reject) => {
    work((error, response) => (error ? reject(error) : resolve(response)));
  });

const bySdk = (handler: Handler<unknown>, request: unknown) =>
  asked<pb.AnalyzeResponse>((callback) => handler({ request }, callback));

const properties = (props: Props): struct.Struct =>
  struct.Struct.fromJavaScript(JSON.parse(JSON.stringify(props)));

function requestOf({ type, name, urn, props, protect }: Subject): pb.AnalyzeRequest {
  const request = new pb.AnalyzeRequest().setType(type).setName(name).setUrn(urn);
  return request
    .setProperties(properties(props))
    .setOptions(new pb.AnalyzerResourceOptions().setProtect(protect));
}

function stackRequestOf(all: readonly Subject[]): pb.AnalyzeStackRequest {
  return new pb.AnalyzeStackRequest().setResourcesList(
    all.map(({ type, name, urn, props, protect, from = {} }) => {
      const resource = new pb.AnalyzerResource().setType(type).setName(name).setUrn(urn);
      resource.setProperties(properties(props));
      resource.setOptions(new pb.AnalyzerResourceOptions().setProtect(protect));
      for (const [property, urns] of Object.entries(from)) {
        const sources = new pb.AnalyzerPropertyDependencies().setUrnsList([...urns]);
        resource.getPropertydependenciesMap().set(property, sources);
      }
      return resource;
    }),
  );
}

/** @param asked the resource that the engine takes for the one that is meant, where none is named */
const told = (response: pb.AnalyzeResponse, asked = "") =>
  response
    .getDiagnosticsList()
    .map((one) => one.toObject())
    .map((one) => ({ ...one, urn: one.urn || asked }))
    .toSorted((a, b) => textOf(a).localeCompare(textOf(b)));

const textOf = (one: pb.AnalyzeDiagnostic.AsObject): string =>
  [one.policyname, one.urn, one.message].join(" ");

const subject = (type: string, props: Props): Subject => ({
  type,
  name: "it",
  urn: `urn:pulumi:prod::rung::${type}::it`,
  props,
  protect: false,
});

test("every rule's resources are judged as by Pulumi's own server", async () => {
  const requests = rules.flatMap(({ types, good, bad }) =>
    [...good.slice(0, 1), ...bad.slice(0, 1)].map((props) => requestOf(subject(types[0] ?? "", props))),
  );
  const judged = await Promise.all(
    requests.map(async (request) => ({
      mine: told(await asked<pb.AnalyzeResponse>((callback) => ours.analyze(request, callback))),
      sdks: told(await bySdk(theirs.analyze, request), request.getUrn()),
    })),
  );
  for (const { mine, sdks } of judged) expect(mine).toEqual(sdks);
  expect(judged.flatMap(({ mine }) => mine).length).toBeGreaterThanOrEqual(rules.length);
}, 120_000);

test("every rule on whole stacks, and every law, too", async () => {
  let found = 0;
  const stacks = stackRules.flatMap(({ good, bad }) => [...good, ...bad]);
  const held = subject("rung:aws-ecs:Stage", { compliance: Object.keys(compliancePacks) });
  const database = subject("aws:rds/instance:Instance", {
    storageEncrypted: false,
    publiclyAccessible: true,
  });
  for (const all of [...stacks, [{ ...held, urn: `${held.urn}-stage` }, database]]) {
    for (const one of all) await asked((callback) => ours.analyze(requestOf(one), callback));
    for (const one of all) await bySdk(theirs.analyze, requestOf(one));
    const request = stackRequestOf(all);
    const [mine, sdks] = [
      await asked<pb.AnalyzeResponse>((callback) => ours.analyzeStack(request, callback)),
      await bySdk(theirs.analyzeStack, request),
    ];
    expect(told(mine)).toEqual(told(sdks));
    found += mine.getDiagnosticsList().length;
  }
  expect(found).toBeGreaterThan(stacks.length);
});

test("a secret is judged by what it holds; what is not known is told, and passes nothing", async () => {
  const judged = async (storageEncrypted: unknown) => {
    const request = requestOf(subject("aws:rds/instance:Instance", { storageEncrypted }));
    const answer = await asked<pb.AnalyzeResponse>((callback) => ours.analyze(request, callback));
    return answer.getDiagnosticsList().map((one) => one.getPolicyname());
  };
  const secret = (value: unknown) => ({ [specialSignature]: secretSignature, value });
  expect(await judged(secret(false))).toContain("rds-encrypted");
  expect(await judged(secret(true))).not.toContain("rds-encrypted");
  said.length = 0;
  expect(await judged(unknown)).not.toContain("rds-encrypted");
  expect(said).toContain(
    "rds-encrypted: it: storageEncrypted is not known before it is made; judged again by up",
  );
});

test("what does not concern a type is said, and nothing is mended behind the engine's back", async () => {
  const request = requestOf(subject("aws:rds/instance:Instance", { storageEncrypted: true }));
  const answer = await asked<pb.AnalyzeResponse>((callback) => ours.analyze(request, callback));
  const elsewhere = answer.getNotApplicableList().map((one) => one.getPolicyName());
  const concerned = rules.filter(({ types }) => types.includes("aws:rds/instance:Instance"));
  expect(elsewhere).toHaveLength(rules.length - concerned.length);
  expect(elsewhere).not.toContain("rds-encrypted");
  const mended = await asked<pb.RemediateResponse>((callback) => ours.remediate(request, callback));
  expect(mended.getRemediationsList()).toEqual([]);
});

test("the engine is told of every policy, and may set how each is enforced", async () => {
  const info = await asked<pb.AnalyzerInfo>((callback) => ours.getAnalyzerInfo(new empty.Empty(), callback));
  expect(info.getPoliciesList().map((one) => one.getName())).toEqual([
    ...[...rules, ...stackRules].map(({ id }) => id),
    "compliance",
  ]);
  const open = requestOf(
    subject("aws:rds/instance:Instance", { storageEncrypted: false, publiclyAccessible: true }),
  );
  const levels = async (level?: pb.EnforcementLevel) => {
    const config = new pb.ConfigureAnalyzerRequest();
    if (level !== undefined)
      config
        .getPolicyconfigMap()
        .set("rds-encrypted", new pb.PolicyConfig().setEnforcementlevel(level).setProperties(properties({})));
    await asked((callback) => ours.configure(config, callback));
    const answer = await asked<pb.AnalyzeResponse>((callback) => ours.analyze(open, callback));
    return new Map(
      answer.getDiagnosticsList().map((one) => [one.getPolicyname(), one.getEnforcementlevel()]),
    );
  };
  const { ADVISORY, DISABLED, MANDATORY, REMEDIATE } = pb.EnforcementLevel;
  expect((await levels(ADVISORY)).get("rds-encrypted")).toBe(ADVISORY);
  expect((await levels(REMEDIATE)).get("rds-encrypted")).toBe(MANDATORY);
  const disabled = await levels(DISABLED);
  expect(disabled.has("rds-encrypted")).toBe(false);
  expect(disabled.get("rds-not-public")).toBe(MANDATORY);
  expect((await levels()).get("rds-encrypted")).toBe(MANDATORY);
});
