import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import * as pulumi from "@pulumi/pulumi";
import { child, made, named, policy, type Statement, tagsOf, trust } from "../aws/here.ts";
import { cloudwatch, iam, lambda } from "../aws/sdk.ts";
import type { Cache } from "./cache.ts";
import type { Database } from "./database.ts";
import { type Eks, isPrimary, type Place } from "./eks.ts";

const load = createRequire(import.meta.url);

/** The function as JavaScript, which is what Lambda reads. */
function handler(): string {
  const { transformSync }: typeof import("esbuild") = load("esbuild");
  const source = readFileSync(join(import.meta.dirname, "switchover.ts"), "utf8");
  return transformSync(source, { loader: "ts", format: "esm", target: "node24" }).code;
}

/**
 * Sees to it that data is written in the primary region: a function in each region that moves the writer there, and one
 * call of the primary's. A change of `rung:primary` calls another region's; the stores stay as they are.
 * @returns what must wait until the writer is where it should be; undefined where there is nothing to write
 */
export function primary(
  eks: Eks,
  places: readonly Place[],
  database: Database | undefined,
  cache: Cache | undefined,
): pulumi.Resource | undefined {
  if (!database && !cache) return undefined;
  const { role, granted } = mover(eks, rights(eks, database, cache));
  const stores = [
    ...[...(database?.clusters.values() ?? [])].flatMap(({ instances }) => instances),
    ...(cache?.members ?? []),
  ];
  let called: pulumi.Resource | undefined;
  for (const place of places) {
    const it = mayMove(place, role.arn, granted);
    if (!isPrimary(place)) continue;
    called = new lambda.Invocation(
      `${place.prefix}primary`,
      {
        region: place.region,
        functionName: it.name,
        input: pulumi.jsonStringify(wanted(place, database, cache)),
      },
      { ...child(place), dependsOn: stores },
    );
  }
  return called;
}

/** The event: see `Wanted` in switchover.ts. */
function wanted({ region, platform }: Place, database: Database | undefined, cache: Cache | undefined) {
  const cluster = database?.clusters.get(region);
  const group = cache?.groups.get(region);
  return {
    region,
    ...(database && cluster ? { database: { globalId: database.globalId, cluster: cluster.arn } } : {}),
    ...(cache && group ? { cache: { globalId: cache.globalId, group: group.id } } : {}),
    allowDataLoss: platform.allowDataLoss === region,
  };
}

function mayMove(place: Place, role: pulumi.Output<string>, granted: readonly pulumi.Resource[]) {
  const part = `${place.prefix}primary`;
  const name = named(place, "primary", 64);
  const logs = new cloudwatch.LogGroup(
    part,
    {
      ...made(place, part),
      name: `/aws/lambda/${name}`,
      retentionInDays: place.plan.alerts.detail.logDays,
    },
    child(place),
  );
  return new lambda.Function(
    part,
    {
      ...made(place, part),
      name,
      description: "Moves the writer of database and cache to this region",
      runtime: "nodejs24.x",
      architectures: ["arm64"],
      handler: "index.handler",
      role,
      memorySize: 256,
      timeout: 900,
      code: new pulumi.asset.AssetArchive({
        "index.mjs": new pulumi.asset.StringAsset(handler()),
      }),
      loggingConfig: { logFormat: "JSON", logGroup: logs.name },
    },
    { ...child(place), dependsOn: [...granted] },
  );
}

function mover(eks: Eks, statements: readonly Statement[]) {
  const role = new iam.Role(
    "primary",
    {
      tags: tagsOf(eks, "primary"),
      assumeRolePolicy: eks.account.apply((account) =>
        trust("lambda.amazonaws.com", { StringEquals: { "aws:SourceAccount": account } }),
      ),
    },
    child(eks),
  );
  const own = new iam.RolePolicy(
    "primary",
    { role: role.id, policy: pulumi.jsonStringify(policy(statements)) },
    child(eks),
  );
  const logging = new iam.RolePolicyAttachment(
    "primary",
    {
      role: role.name,
      policyArn: "arn:aws:iam::aws:policy/service-role/AWSLambdaBasicExecutionRole",
    },
    child(eks),
  );
  return { role, granted: [own, logging] };
}

/** To look at these stores and to move their writer: nothing that loses or changes anything else. */
const rights = ({ account }: Eks, database: Database | undefined, cache: Cache | undefined): Statement[] => [
  ...(database
    ? [
        {
          Effect: "Allow" as const,
          Action: ["rds:DescribeGlobalClusters", "rds:SwitchoverGlobalCluster", "rds:FailoverGlobalCluster"],
          Resource: [database.globalArn, ...[...database.clusters.values()].map(({ arn }) => arn)],
        },
      ]
    : []),
  ...(cache
    ? [
        {
          Effect: "Allow" as const,
          Action: [
            "elasticache:DescribeGlobalReplicationGroups",
            "elasticache:FailoverGlobalReplicationGroup",
          ],
          Resource: [
            pulumi.interpolate`arn:aws:elasticache::${account}:globalreplicationgroup:${cache.globalId}`,
            ...[...cache.groups].map(
              ([region, { id }]) =>
                pulumi.interpolate`arn:aws:elasticache:${region}:${account}:replicationgroup:${id}`,
            ),
          ],
        },
      ]
    : []),
];
