import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeEach, describe, expect, test } from "vitest";
import { Library } from "../../../../engine/providers/generic/sdk/library.ts";
import { findSdk } from "../../../../engine/providers/generic/sdk/package.ts";
import { StandIn } from "../../../../engine/providers/generic/standIn.ts";
import { Store, type Values } from "../../../../engine/providers/generic/store.ts";
import { unknown } from "../../../../engine/providers/generic/values.ts";
import { vendorOf } from "../../../../engine/providers/generic/vendors/index.ts";

const modules = join(import.meta.dirname, "..", "..", "..", "..", "node_modules");
const cache = mkdtempSync(join(tmpdir(), "rung-sdk-"));
let folder = "";
beforeEach(() => {
  folder = mkdtempSync(join(cache, "store-"));
});
afterAll(() => rmSync(cache, { recursive: true }));

function standIn(name: string, config: Record<string, string> = {}): StandIn {
  const sdk = findSdk(name, modules);
  if (!sdk) throw new Error(`${name} is not installed`);
  const store = new Store(folder);
  const made = new StandIn(new Library(sdk, cache), vendorOf(name), () => store);
  made.configure(config);
  return made;
}

const urn = (type: string, name: string) => `urn:pulumi:dev::pulse::${type}::${name}`;
const resource = (type: string, name = "it") => ({ type, urn: urn(type, name) });
const reasons = (on: StandIn, type: string, inputs: Values) =>
  on.check(resource(type), undefined, inputs).failures.map(({ reason }) => reason);
function make(on: StandIn, type: string, given: Values, name = "it") {
  const { inputs, failures } = on.check(resource(type, name), undefined, given);
  expect(failures).toEqual([]);
  return { ...on.create(resource(type, name), inputs), inputs };
}

const database = { instanceClass: "db.t4g.micro", identifier: "pulse", skipFinalSnapshot: true };
const rds = "aws:rds/instance:Instance";

describe("inputs are refused by name", () => {
  test("unknown, with what was probably meant", () => {
    expect(reasons(standIn("aws"), rds, { ...database, storageEncypted: true })).toEqual([
      'there is no input "storageEncypted"; did you mean "storageEncrypted"?',
    ]);
  });
  test("unknown, deep inside", () => {
    expect(
      reasons(standIn("aws"), "aws:ec2/securityGroup:SecurityGroup", {
        ingress: [{ fromPort: 1, toPort: 2, protocol: "tcp", cidrBlock: ["10.0.0.0/8"] }],
      }),
    ).toEqual(['there is no input "ingress[0].cidrBlock"; did you mean "cidrBlocks"?']);
  });
  test("missing", () => {
    expect(reasons(standIn("aws"), rds, {})).toEqual(['the required input "instanceClass" is missing']);
    expect(
      reasons(standIn("kubernetes"), "kubernetes:apps/v1:Deployment", { spec: { template: {} } }),
    ).toEqual(['the required input "spec.selector" is missing']);
  });
  test("of a wrong type, without showing the value", () => {
    expect(reasons(standIn("aws"), rds, { ...database, password: 12, multiAz: "yes" })).toEqual([
      '"password" must be a string; found a number',
      '"multiAz" must be a boolean; found a string',
    ]);
  });
  test("not in the list that the documentation closes", () => {
    expect(reasons(standIn("aws"), "aws:efs/fileSystem:FileSystem", { throughputMode: "fast" })).toEqual([
      '"throughputMode" is "fast"; the SDK\'s documentation allows bursting, provisioned, elastic',
    ]);
  });
  test("two that exclude each other", () => {
    expect(
      reasons(standIn("aws"), "aws:iam/role:Role", { assumeRolePolicy: "{}", name: "a", namePrefix: "b" }),
    ).toEqual(['"namePrefix" conflicts with "name": give one of them']);
  });
  test("against the vendor's own rules", () => {
    expect(reasons(standIn("aws"), rds, { ...database, identifier: "Pulse--DB" })[0]).toContain(
      "single hyphens",
    );
    expect(reasons(standIn("aws"), "aws:ec2/vpc:Vpc", { cidrBlock: "10.0.0.1/16" })).toEqual([
      '"cidrBlock": "10.0.0.1/16" has host bits set',
    ]);
    expect(reasons(standIn("aws"), "aws:s3/bucket:Bucket", { bucket: "Uploads" })[0]).toContain("lower-case");
  });
  test("while values that are not known yet pass", () => {
    expect(reasons(standIn("aws"), rds, { ...database, kmsKeyId: unknown, multiAz: unknown })).toEqual([]);
  });
  test("and an unknown type, with the near one", () => {
    expect(() => reasons(standIn("hcloud"), "hcloud:index/server:Sever", {})).toThrow(
      'did you mean "hcloud:index/server:Server"?',
    );
  });
});

describe("what is made", () => {
  test("has every output of its class, each of the declared type, always the same", () => {
    const on = standIn("aws", { region: "eu-central-1" });
    const { id, outputs } = make(on, rds, database);
    expect(id).toMatch(/^db-[0-9A-F]{26}$/);
    expect(outputs.arn).toBe("arn:aws:rds:eu-central-1:111122223333:db:pulse");
    expect(outputs.endpoint).toBe(`${String(outputs.address)}:5432`);
    const schema = on.library.schema(rds);
    for (const [name, { required }] of Object.entries(schema?.outputs ?? {})) {
      if (required) expect(outputs[name], name).toBeDefined();
    }
    on.delete(resource(rds), id, database);
    expect(make(on, rds, database)).toMatchObject({ id, outputs });
  });
  test("has ids of the vendor's shape", () => {
    expect(make(standIn("aws"), "aws:ec2/vpc:Vpc", { cidrBlock: "10.0.0.0/16" }).id).toMatch(
      /^vpc-[0-9a-f]{17}$/,
    );
    expect(make(standIn("hcloud"), "hcloud:index/network:Network", { ipRange: "10.0.0.0/16" }).id).toMatch(
      /^\d{9}$/,
    );
    const zone = { accountId: "0".repeat(32), title: "cache" };
    expect(
      make(standIn("cloudflare"), "cloudflare:index/workersKvNamespace:WorkersKvNamespace", zone).id,
    ).toMatch(/^[0-9a-f]{32}$/);
    expect(make(standIn("vercel"), "vercel:index/project:Project", { name: "pulse" }).id).toMatch(
      /^prj_[0-9a-f]{24}$/,
    );
    const config = { metadata: { name: "app" }, data: { A: "1" } };
    expect(make(standIn("kubernetes"), "kubernetes:core/v1:ConfigMap", config).id).toBe("default/app");
  });
  test("is named after its logical name when no name is given, and keeps that name", () => {
    const on = standIn("aws");
    const type = "aws:sns/topic:Topic";
    const first = make(on, type, {}, "alerts");
    expect(first.inputs.name).toMatch(/^alerts-[0-9a-f]{7}$/);
    const again = on.check(resource(type, "alerts"), first.inputs, {}).inputs;
    expect(again.name).toBe(first.inputs.name);
    expect(on.diff(type, first, again, [])).toEqual([]);
  });
  test("is not known before it is made", () => {
    const plan = standIn("aws").plan(rds, database, undefined);
    expect(plan).toMatchObject({ arn: unknown, endpoint: unknown, identifier: "pulse" });
  });
  test("may not take a name that is taken", () => {
    const on = standIn("aws");
    make(on, "aws:rds/subnetGroup:SubnetGroup", { name: "pulse", subnetIds: ["subnet-1"] });
    expect(() =>
      make(on, "aws:rds/subnetGroup:SubnetGroup", { name: "pulse", subnetIds: ["subnet-1"] }, "two"),
    ).toThrow("already exists");
  });
});

describe("references", () => {
  test("to what is held are taken, to what is gone are refused", () => {
    const on = standIn("aws");
    const vpc = make(on, "aws:ec2/vpc:Vpc", { cidrBlock: "10.0.0.0/16" });
    const subnet = { vpcId: vpc.id, cidrBlock: "10.0.1.0/24" };
    const made = make(on, "aws:ec2/subnet:Subnet", subnet);
    on.delete(resource("aws:ec2/subnet:Subnet"), made.id, subnet);
    on.delete(resource("aws:ec2/vpc:Vpc"), vpc.id, vpc.inputs);
    expect(() => make(on, "aws:ec2/subnet:Subnet", subnet, "late")).toThrow(
      `"vpcId" names ${vpc.id}, which does not exist`,
    );
  });
  test("by ARN too, but not to other accounts or AWS itself", () => {
    const on = standIn("aws");
    const attach = (policyArn: string) =>
      make(on, "aws:iam/rolePolicyAttachment:RolePolicyAttachment", { role: "r", policyArn });
    expect(() => attach("arn:aws:iam::111122223333:policy/nothing")).toThrow("does not exist");
    expect(attach("arn:aws:iam::aws:policy/AdministratorAccess").id).toContain("AdministratorAccess");
  });
  test("cross from one stand-in to another", () => {
    const hetzner = standIn("hcloud");
    const network = make(hetzner, "hcloud:index/network:Network", { ipRange: "10.0.0.0/16" });
    expect(
      make(standIn("hcloud"), "hcloud:index/networkSubnet:NetworkSubnet", {
        networkId: Number(network.id),
        ipRange: "10.0.1.0/24",
        networkZone: "eu-central",
        type: "cloud",
      }).id,
    ).toBe(`${network.id}-10.0.1.0/24`);
  });
  test("a subnet lies in its VPC", () => {
    const on = standIn("aws");
    const vpc = make(on, "aws:ec2/vpc:Vpc", { cidrBlock: "10.0.0.0/16" });
    expect(reasons(on, "aws:ec2/subnet:Subnet", { vpcId: vpc.id, cidrBlock: "10.1.0.0/24" })).toEqual([
      '"cidrBlock": "10.1.0.0/24" is not inside its VPC\'s 10.0.0.0/16',
    ]);
  });
  test("a Kubernetes object needs its namespace", () => {
    const on = standIn("kubernetes");
    const type = "kubernetes:core/v1:ServiceAccount";
    expect(() => make(on, type, { metadata: { name: "app", namespace: "pulse" } })).toThrow(
      'namespaces "pulse" not found',
    );
    make(on, "kubernetes:core/v1:Namespace", { metadata: { name: "pulse" } });
    expect(make(on, type, { metadata: { name: "app", namespace: "pulse" } }).id).toBe("pulse/app");
  });
});

describe("a change", () => {
  const changes = (name: string, type: string, before: Values, now: Values) => {
    const on = standIn(name);
    const { id, outputs } = on.create(resource(type), before);
    return on.diff(type, { id, inputs: before, outputs }, now, []);
  };
  test.each([
    ["aws", rds, database, { username: "root" }, true],
    ["aws", rds, database, { instanceClass: "db.m7g.large" }, false],
    ["aws", rds, database, { storageEncrypted: true }, true],
    ["aws", "aws:dynamodb/table:Table", { name: "t", hashKey: "a" }, { hashKey: "b" }, true],
    ["hcloud", "hcloud:index/server:Server", { serverType: "cx22", userData: "a" }, { userData: "b" }, true],
    ["hcloud", "hcloud:index/server:Server", { serverType: "cx22" }, { serverType: "cx32" }, false],
    [
      "cloudflare",
      "cloudflare:index/d1Database:D1Database",
      { accountId: "a", name: "a" },
      { name: "b" },
      true,
    ],
    ["vercel", "vercel:index/project:Project", { name: "a" }, { framework: "hono" }, false],
    [
      "upstash",
      "upstash:index/redisDatabase:RedisDatabase",
      { databaseName: "a", region: "global" },
      { region: "x" },
      true,
    ],
    [
      "upstash",
      "upstash:index/redisDatabase:RedisDatabase",
      { databaseName: "a", region: "global" },
      { eviction: true },
      false,
    ],
  ])("%s: %s %j with %j", (name, type, before, change, replaces) => {
    const found = changes(name, type, before, { ...before, ...change });
    expect(found.map(({ path, replaces: forces }) => [path, forces])).toEqual(
      Object.keys(change).map((key) => [key, replaces]),
    );
  });
  test("names the nested property, and only that", () => {
    const before = {
      metadata: { name: "app" },
      spec: { selector: { matchLabels: { app: "a" } }, replicas: 1, template: {} },
    };
    const type = "kubernetes:apps/v1:Deployment";
    const more = { ...before, spec: { ...before.spec, replicas: 2 } };
    expect(changes("kubernetes", type, before, more)).toEqual([
      { path: "spec.replicas", kind: "update", replaces: false },
    ]);
    rmSync(folder, { recursive: true });
    const other = { ...before, spec: { ...before.spec, selector: { matchLabels: { app: "b" } } } };
    expect(changes("kubernetes", type, before, other).every(({ replaces }) => replaces)).toBe(true);
  });
  test("to what the vendor had chosen already is none", () => {
    const on = standIn("aws");
    const { id, outputs } = on.create(resource(rds), database);
    const before = { id, inputs: database, outputs };
    expect(on.diff(rds, before, { ...database, availabilityZone: outputs.availabilityZone }, [])).toEqual([]);
  });
});

describe("a deletion is refused", () => {
  test("while protected", () => {
    const on = standIn("aws");
    const inputs = { ...database, deletionProtection: true };
    const { id } = make(on, rds, inputs);
    expect(() => on.delete(resource(rds), id, inputs)).toThrow("deletionProtection is on");
    on.update(resource(rds), id, database);
    on.delete(resource(rds), id, database);
    expect(readdirSync(folder)).toEqual([]);
  });
  test("without a final snapshot's name", () => {
    const on = standIn("aws");
    const inputs = { instanceClass: "db.t4g.micro", identifier: "pulse" };
    const { id } = make(on, rds, inputs);
    expect(() => on.delete(resource(rds), id, inputs)).toThrow("finalSnapshotIdentifier is required");
  });
  test("while something still uses it", () => {
    const on = standIn("aws");
    const vpc = make(on, "aws:ec2/vpc:Vpc", { cidrBlock: "10.0.0.0/16" });
    const subnet = make(on, "aws:ec2/subnet:Subnet", { vpcId: vpc.id, cidrBlock: "10.0.1.0/24" });
    expect(() => on.delete(resource("aws:ec2/vpc:Vpc"), vpc.id, vpc.inputs)).toThrow(
      `${subnet.id}" still uses it`,
    );
  });
});

describe("what is read", () => {
  test("is what is held; a change made by hand shows in inputs and outputs", () => {
    const on = standIn("aws");
    const made = make(on, rds, database);
    expect(on.read(resource(rds), made.id, made.inputs)).toEqual({
      id: made.id,
      inputs: made.inputs,
      outputs: made.outputs,
    });
    const [file = ""] = readdirSync(folder);
    const held = JSON.parse(readFileSync(join(folder, file), "utf8")) as { inputs: Values; outputs: Values };
    held.inputs.instanceClass = held.outputs.instanceClass = "db.t4g.small";
    writeFileSync(join(folder, file), JSON.stringify(held));
    const drifted = on.read(resource(rds), made.id, made.inputs);
    expect(drifted?.inputs.instanceClass).toBe("db.t4g.small");
    rmSync(join(folder, file));
    expect(on.read(resource(rds), made.id, made.inputs)).toBeUndefined();
  });
  test("by id alone, for an import, has its inputs", () => {
    const on = standIn("aws");
    const made = make(on, rds, database);
    expect(standIn("aws").read(resource(rds, "imported"), made.id, {})?.inputs).toEqual(database);
  });
});

describe("functions", () => {
  test("render a policy document as IAM's JSON", () => {
    const { json } = standIn("aws").invoke(
      "aws:iam/getPolicyDocument:getPolicyDocument",
      {
        statements: [
          {
            actions: ["sts:AssumeRole"],
            principals: [{ type: "Service", identifiers: ["ecs-tasks.amazonaws.com"] }],
            conditions: [{ test: "StringEquals", variable: "aws:SourceAccount", values: ["111122223333"] }],
          },
        ],
      },
      "",
    );
    expect(JSON.parse(String(json))).toEqual({
      Version: "2012-10-17",
      Statement: [
        {
          Effect: "Allow",
          Principal: { Service: "ecs-tasks.amazonaws.com" },
          Action: "sts:AssumeRole",
          Condition: { StringEquals: { "aws:SourceAccount": "111122223333" } },
        },
      ],
    });
  });
  test("answer for the region of the provider", () => {
    const on = standIn("aws", { region: "eu-west-1" });
    expect(
      on.invoke("aws:index/getAvailabilityZones:getAvailabilityZones", { state: "available" }, "").names,
    ).toEqual(["eu-west-1a", "eu-west-1b", "eu-west-1c"]);
    expect(() => on.invoke("aws:index/getRegion:getRegion", { regoin: "x" }, "")).toThrow(
      'did you mean "region"?',
    );
    expect(() => on.invoke("aws:index/getNothing:getNothing", {}, "")).toThrow("has no function");
  });
  test("find what the rehearsal holds", () => {
    const on = standIn("aws");
    const vpc = make(on, "aws:ec2/vpc:Vpc", { cidrBlock: "10.0.0.0/16" });
    expect(on.invoke("aws:ec2/getVpc:getVpc", { id: vpc.id }, "").cidrBlock).toBe("10.0.0.0/16");
  });
});

test("a preview knows that the vendor will add to a nested object, and not what", () => {
  const planned = standIn("aws").plan(
    "aws:eks/cluster:Cluster",
    { roleArn: "arn", vpcConfig: { subnetIds: ["subnet-1"] } },
    undefined,
  );
  expect(planned.vpcConfig).toMatchObject({ subnetIds: ["subnet-1"], clusterSecurityGroupId: unknown });
});
