import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import type { Wanted } from "../../../components/aws-eks/switchover.ts";

/*
 * The function as Lambda runs it, with AWS's own SDK, against a server that speaks RDS' and ElastiCache's query protocol
 * and holds who writes. The region of each call is the one that it was signed for.
 */
const arn = (region: string) => `arn:aws:rds:${region}:111122223333:cluster:pulse-${region}`;
const world = {
  writer: "eu-central-1",
  cache: "eu-central-1",
  /** Looks that still show a change under way. */
  pending: 0,
  /** A region that does not answer. */
  lost: "",
  calls: [] as string[],
};
let server: Server;
let handler: (wanted: Wanted) => Promise<unknown>;

beforeAll(async () => {
  server = createServer(async (request, response) => {
    let body = "";
    for await (const part of request) body += part;
    const asked = new URLSearchParams(body);
    const region = /Credential=[^/]+\/\d+\/([^/]+)\//.exec(request.headers.authorization ?? "")?.[1] ?? "";
    const action = asked.get("Action") ?? "";
    if (!action.startsWith("Describe")) world.calls.push(`${action} in ${region}`);
    if (region === world.lost) return void response.writeHead(503).end("<ErrorResponse/>");
    const xml = answer(action, asked);
    response.writeHead(xml === undefined ? 400 : 200, { "Content-Type": "text/xml" });
    response.end(xml ?? "<ErrorResponse><Error><Code>InvalidParameter</Code></Error></ErrorResponse>");
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  Object.assign(process.env, {
    AWS_ENDPOINT_URL: url,
    AWS_ACCESS_KEY_ID: "nobody",
    AWS_SECRET_ACCESS_KEY: "nothing",
    AWS_MAX_ATTEMPTS: "1",
    POLL_MS: "5",
    PATIENCE_MS: "60000",
  });
  ({ handler } = await import("../../../components/aws-eks/switchover.ts"));
});
afterAll(() => server.close());
beforeEach(() => {
  Object.assign(world, { writer: "eu-central-1", cache: "eu-central-1", pending: 0, lost: "", calls: [] });
});

function answer(action: string, asked: URLSearchParams): string | undefined {
  const wrapped = (inner: string) =>
    `<${action}Response><${action}Result>${inner}</${action}Result></${action}Response>`;
  const settled = world.pending > 0 ? world.pending-- < 0 : true;
  switch (action) {
    case "DescribeGlobalClusters":
      return wrapped(
        `<GlobalClusters><GlobalClusterMember><GlobalClusterIdentifier>pulse</GlobalClusterIdentifier><Status>${settled ? "available" : "switching-over"}</Status><GlobalClusterMembers>${["eu-central-1", "eu-west-1"].map((region) => `<GlobalClusterMember><DBClusterArn>${arn(region)}</DBClusterArn><IsWriter>${region === world.writer}</IsWriter></GlobalClusterMember>`).join("")}</GlobalClusterMembers></GlobalClusterMember></GlobalClusters>`,
      );
    case "SwitchoverGlobalCluster":
    case "FailoverGlobalCluster": {
      const target = asked.get("TargetDbClusterIdentifier") ?? "";
      if (asked.get("GlobalClusterIdentifier") !== "pulse" || !target.startsWith("arn:")) return undefined;
      if (action === "FailoverGlobalCluster" && asked.get("AllowDataLoss") !== "true") return undefined;
      world.writer = target.split(":")[3] ?? "";
      world.pending = Math.max(world.pending, 2);
      return wrapped("<GlobalCluster/>");
    }
    case "DescribeGlobalReplicationGroups":
      return wrapped(
        `<GlobalReplicationGroups><GlobalReplicationGroup><GlobalReplicationGroupId>abcde-pulse</GlobalReplicationGroupId><Status>available</Status><Members>${["eu-central-1", "eu-west-1"].map((region) => `<GlobalReplicationGroupMember><ReplicationGroupId>cache-${region}</ReplicationGroupId><ReplicationGroupRegion>${region}</ReplicationGroupRegion><Role>${region === world.cache ? "PRIMARY" : "SECONDARY"}</Role></GlobalReplicationGroupMember>`).join("")}</Members></GlobalReplicationGroup></GlobalReplicationGroups>`,
      );
    case "FailoverGlobalReplicationGroup":
      world.cache = asked.get("PrimaryRegion") ?? "";
      return wrapped("<GlobalReplicationGroup/>");
    default:
      return undefined;
  }
}

const wanted = (region: string, more: Partial<Wanted> = {}): Wanted => ({
  region,
  database: { globalId: "pulse", cluster: arn(region) },
  cache: { globalId: "abcde-pulse", group: `cache-${region}` },
  allowDataLoss: false,
  ...more,
});

test("where all is as it should be, nothing is asked for", async () => {
  expect(await handler(wanted("eu-central-1"))).toEqual({ database: "stayed", cache: "stayed" });
  expect(world.calls).toEqual([]);
});

test("a switch is asked of the region that writes, and ends when the other does", async () => {
  expect(await handler(wanted("eu-west-1"))).toEqual({ database: "switched", cache: "switched" });
  expect(world).toMatchObject({ writer: "eu-west-1", cache: "eu-west-1" });
  expect(world.calls).toEqual([
    "SwitchoverGlobalCluster in eu-central-1",
    "FailoverGlobalReplicationGroup in eu-west-1",
  ]);
});

test("a lost primary is not left without leave", async () => {
  world.lost = "eu-central-1";
  await expect(handler(wanted("eu-west-1"))).rejects.toThrow();
  expect(world).toMatchObject({ writer: "eu-central-1", cache: "eu-central-1" });
});

test("with leave it is, without asking it anything", async () => {
  world.lost = "eu-central-1";
  const moved = await handler(wanted("eu-west-1", { allowDataLoss: true }));
  expect(moved).toEqual({ database: "failed over", cache: "switched" });
  expect(world.calls.filter((call) => call.endsWith("in eu-central-1"))).toEqual([]);
});

test("a switch that does not end is an error, and called again it goes on", async () => {
  world.pending = 1e6;
  process.env.PATIENCE_MS = "20";
  await expect(handler(wanted("eu-west-1"))).rejects.toThrow("not so in time: pulse is written in eu-west-1");
  world.pending = 0;
  process.env.PATIENCE_MS = "60000";
  expect(await handler(wanted("eu-west-1"))).toEqual({ database: "stayed", cache: "switched" });
});
