import { createHash } from "node:crypto";
import { opaque } from "../mint.ts";
import type { Values } from "../store.ts";
import { isObject, text } from "../values.ts";
import { account } from "./awsIds.ts";
import type { Lookup } from "./vendor.ts";

const hashOf = (value: string): string => createHash("sha256").update(value).digest("hex").slice(0, 16);

/** The accounts of Elastic Load Balancing's log writers are no longer needed; its canonical ids are asked for still. */
const zones = (region: string): string[] => ["a", "b", "c"].map((letter) => region + letter);

/** Answers of AWS's data sources that no made-up value would do for. */
export const awsFunctions: Readonly<Record<string, (lookup: Lookup) => Values>> = {
  "aws:index/getCallerIdentity:getCallerIdentity": () => ({
    accountId: account,
    arn: `arn:aws:iam::${account}:user/rehearsal`,
    id: account,
    userId: "AIDAREHEARSAL0000000",
  }),
  "aws:index/getRegion:getRegion": ({ scope, args }) => {
    const region = text(args.region) ?? scope;
    return {
      description: region,
      endpoint: `ec2.${region}.amazonaws.com`,
      id: region,
      name: region,
      region,
    };
  },
  "aws:index/getPartition:getPartition": () => ({
    dnsSuffix: "amazonaws.com",
    id: "aws",
    partition: "aws",
    reverseDnsPrefix: "com.amazonaws",
  }),
  "aws:index/getAvailabilityZones:getAvailabilityZones": ({ scope, args }) => {
    const region = text(args.region) ?? scope;
    return {
      ...args,
      groupNames: [region],
      id: region,
      names: zones(region),
      region,
      zoneIds: zones(region).map((_, index) => `${shortRegion(region)}-az${index + 1}`),
    };
  },
  "aws:iam/getPolicyDocument:getPolicyDocument": ({ args }) => policyDocument(args),
  "aws:ec2/getAmi:getAmi": ({ args, scope }) => ({
    ...args,
    id: `ami-${opaque(`ami:${scope}`, 17)}`,
    imageId: `ami-${opaque(`ami:${scope}`, 17)}`,
    architecture: "arm64",
    state: "available",
  }),
  "aws:ssm/getParameter:getParameter": ({ args, scope }) => {
    const name = String(args.name);
    return {
      ...args,
      arn: `arn:aws:ssm:${scope}::parameter${name}`,
      id: name,
      insecureValue: /ami|image/i.test(name) ? `ami-${opaque(name, 17)}` : "value",
      type: "String",
      value: /ami|image/i.test(name) ? `ami-${opaque(name, 17)}` : "value",
      version: 1,
      region: scope,
    };
  },
  "aws:ec2/getManagedPrefixList:getManagedPrefixList": ({ args, scope }) => ({
    ...args,
    id: `pl-${opaque(`pl:${String(args.name)}:${scope}`, 17)}`,
    name: String(args.name ?? ""),
    addressFamily: "IPv4",
    entries: [],
    maxEntries: 50,
    ownerId: "AWS",
    version: 1,
    arn: `arn:aws:ec2:${scope}:aws:prefix-list/pl-${opaque(`pl:${String(args.name)}:${scope}`, 17)}`,
  }),
  "aws:route53/getZone:getZone": ({ args, held }) => {
    const name = text(args.name);
    const zone = held().find(
      ({ type, id, inputs }) =>
        type === "aws:route53/zone:Zone" &&
        (id === args.zoneId || (name !== undefined && inputs.name === name)),
    );
    const id = text(args.zoneId) ?? zone?.id ?? `Z${opaque(`zone:${name}`, 20).toUpperCase()}`;
    return {
      ...args,
      id,
      zoneId: id,
      name: name ?? "example.com",
      arn: `arn:aws:route53:::hostedzone/${id}`,
      callerReference: "rehearsal",
      comment: "",
      nameServers: [1, 2, 3, 4].map((n) => `ns-${n}.awsdns-0${n}.com`),
      primaryNameServer: "ns-1.awsdns-01.com",
      resourceRecordSetCount: 2,
      tags: {},
      linkedServiceDescription: "",
      linkedServicePrincipal: "",
    };
  },
  "aws:eks/getClusterAuth:getClusterAuth": ({ args }) => ({
    ...args,
    id: String(args.name),
    token: `k8s-aws-v1.${opaque(`token:${String(args.name)}`, 40)}`,
  }),
  "aws:elb/getServiceAccount:getServiceAccount": () => ({
    arn: "arn:aws:iam::054676820928:root",
    id: "054676820928",
  }),
};

/** `eu-central-1` as `euc1`: how AWS shortens regions in zone ids. */
const shortRegion = (region: string): string =>
  region
    .split("-")
    .map((part, index) =>
      index === 1 ? part.replace(/(north|south)?(east|west)?(central)?/, "$1$2$3")[0] : part,
    )
    .join("");

/** Renders what the policy-document data source would: the statements as IAM's own JSON. */
function policyDocument(args: Values): Values {
  const base = [...asList(args.sourcePolicyDocuments), args.sourceJson].flatMap(statementsOf);
  const own = asList(args.statements).filter(isObject).map(statement);
  const over = [...asList(args.overridePolicyDocuments), args.overrideJson].flatMap(statementsOf);
  const merged: Values[] = [];
  for (const next of [...base, ...own, ...over]) {
    const at = next.Sid ? merged.findIndex((earlier) => earlier.Sid === next.Sid) : -1;
    if (at >= 0) merged[at] = next;
    else merged.push(next);
  }
  const document = {
    Version: text(args.version) ?? "2012-10-17",
    ...(args.policyId ? { Id: args.policyId } : {}),
    Statement: merged,
  };
  const json = JSON.stringify(document, null, 2);
  return { ...args, id: hashOf(json), json, minifiedJson: JSON.stringify(document) };
}

function statement(from: Values): Values {
  return {
    ...(text(from.sid) ? { Sid: from.sid } : {}),
    Effect: text(from.effect) ?? "Allow",
    ...listOr("Principal", principals(from.principals)),
    ...listOr("NotPrincipal", principals(from.notPrincipals)),
    ...listOr("Action", oneOrList(from.actions)),
    ...listOr("NotAction", oneOrList(from.notActions)),
    ...listOr("Resource", oneOrList(from.resources)),
    ...listOr("NotResource", oneOrList(from.notResources)),
    ...listOr("Condition", conditions(from.conditions)),
  };
}

const listOr = (key: string, value: unknown): Values => (value === undefined ? {} : { [key]: value });

function oneOrList(value: unknown): unknown {
  const list = asList(value);
  return list.length === 0 ? undefined : list.length === 1 ? list[0] : list;
}

function principals(value: unknown): unknown {
  const list = asList(value).filter(isObject);
  if (list.length === 0) return undefined;
  if (list.some(({ type, identifiers }) => type === "*" && asList(identifiers).includes("*"))) return "*";
  return Object.fromEntries(list.map(({ type, identifiers }) => [String(type), oneOrList(identifiers)]));
}

function conditions(value: unknown): unknown {
  const list = asList(value).filter(isObject);
  if (list.length === 0) return undefined;
  const tests: Record<string, Values> = {};
  for (const { test, variable, values } of list) {
    const key = String(test);
    tests[key] = { ...tests[key], [String(variable)]: oneOrList(values) };
  }
  return tests;
}

function statementsOf(json: unknown): Values[] {
  if (typeof json !== "string") return [];
  const parsed: unknown = JSON.parse(json);
  return isObject(parsed) ? asList(parsed.Statement).filter(isObject) : [];
}

const asList = (value: unknown): unknown[] => (Array.isArray(value) ? value : value ? [value] : []);
