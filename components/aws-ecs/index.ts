import { getCallerIdentity } from "@pulumi/aws/getCallerIdentity.js";
import * as pulumi from "@pulumi/pulumi";
import { accessLogs } from "../aws/accessLogs.ts";
import { topic } from "../aws/alerts.ts";
import { authorityOf } from "../aws/authority.ts";
import { deployRole } from "../aws/deployRole.ts";
import type { Aws } from "../aws/here.ts";
import { key } from "../aws/key.ts";
import { mustHaveThreeZones } from "../aws/regions.ts";
import { pushInto, registry } from "../aws/registry.ts";
import { secret } from "../aws/secret.ts";
import { ofApp } from "../kit/bindings.ts";
import type { StackContext } from "../kit/context.ts";
import { mustBeTold, mustHaveImage } from "../kit/needs.ts";
import type { RegistryOutputs, StageOutputs } from "../kit/outputs.ts";
import { servedBy } from "../kit/serving.ts";
import type { Bindings } from "../model/bindings.ts";
import { alerts } from "./alerts.ts";
import { type App, app } from "./app.ts";
import { auth } from "./auth.ts";
import { backup } from "./backup.ts";
import { ecsBlueprint } from "./blueprint.ts";
import { cache } from "./cache.ts";
import { cdn } from "./cdn.ts";
import { database } from "./database.ts";
import { dns } from "./dns.ts";
import type { Ecs } from "./ecs.ts";
import { edge } from "./edge.ts";
import { jobs } from "./jobs.ts";
import { network } from "./network.ts";
import { realtime } from "./realtime.ts";
import { passwords } from "./secrets.ts";
import { storage } from "./storage.ts";

/** The registry and its key alone, under the names that `deploy` makes them by. */
export async function registryFirst(context: StackContext): Promise<RegistryOutputs> {
  const { region } = mustBeTold(context.platform, "aws-ecs");
  const stage = new pulumi.ComponentResource(type, `${context.spec.name}-${context.stack}`);
  const here: Aws = { context, stage, region };
  const account = pulumi.output(getCallerIdentity({}, { parent: stage })).accountId;
  return { registry: registry(here, key(here, "data", account).arn).repositoryUrl };
}

/**
 * The app on ECS Fargate behind CloudFront and a load balancer, with RDS, ElastiCache and S3 in one region.
 * @throws DiagnosticsError when settings or the image are missing, before any resource exists
 */
export async function deploy(context: StackContext): Promise<StageOutputs> {
  const platform = mustBeTold(context.platform, "aws-ecs");
  mustHaveThreeZones(platform.region, "config.rung:region");
  const image = mustHaveImage(context.image, "aws-ecs");
  return new Stage(context, platform, image, authorityOf(platform.region)).outputs;
}

const type = "rung:aws-ecs:Stage";

class Stage extends pulumi.ComponentResource {
  readonly outputs: StageOutputs;

  /** @param authority PEM, by which the database is known */
  constructor(context: StackContext, platform: Ecs["platform"], image: string, authority: string) {
    super(type, `${context.spec.name}-${context.stack}`, context.declared);
    const { spec } = context;
    const plan = ecsBlueprint(spec, context.size, platform).capabilities;
    const here: Aws = { context, stage: this, region: platform.region };
    const account = pulumi.output(getCallerIdentity({}, { parent: this })).accountId;
    const ecs: Ecs = {
      ...here,
      plan,
      platform,
      account,
      image,
      keys: { data: key(here, "data", account).arn, secrets: key(here, "secrets", account).arn },
      network: network(here, plan.network.detail),
      topicArn: topic(here, account).arn,
    };

    const secrets = passwords(ecs);
    const names = dns(ecs);
    const logs = accessLogs(ecs, account);
    const buckets = storage(ecs);
    const login =
      spec.database &&
      secret(ecs, "database-app", { username: "app", password: secrets.app }, { keyArn: ecs.keys.secrets });
    const data = login && database(ecs, login.arn);
    const memory = spec.cache || spec.realtime ? cache(ecs, secrets.cache) : undefined;
    if (data || Object.keys(buckets).length > 0) backup(ecs, data, Object.values(buckets));
    const gate = edge(ecs, names, secrets, logs);
    const front = cdn(ecs, names, secrets, logs);

    const hidden = {
      AUTH_SECRET: secrets.auth,
      CRON_SECRET: secrets.cron,
      ...(data && {
        DATABASE_URL: pulumi.interpolate`postgresql://app:${secrets.app}@${data.host}:5432/${data.name}?sslmode=verify-full`,
      }),
      ...(memory && { CACHE_URL: memory.url }),
      ...(memory && spec.realtime && realtime(memory)),
    };
    const told: Bindings<pulumi.Input<string>> = {
      ...ofApp(context, image, front.url),
      ...(data && { DATABASE_POOL_MAX: String(spec.database?.pool.perReplica) }),
      // Everyone trusts the proxy's certificate; the instance's own is RDS's alone to vouch for.
      ...(data && !plan.database.detail.proxy && { DATABASE_CA: authority }),
      ...(buckets.uploads && {
        STORAGE_ENDPOINT: `https://s3.${ecs.region}.amazonaws.com`,
        STORAGE_REGION: ecs.region,
        STORAGE_BUCKET_UPLOADS: buckets.uploads.name,
      }),
      ...auth(ecs),
    };
    const service = app(ecs, {
      edge: gate,
      database: data,
      cache: memory,
      buckets,
      variables: told,
      secretNames: Object.keys(hidden),
      secret: secret(
        ecs,
        "app",
        { ...hidden, ...(data && { DATABASE_APP_PASSWORD: secrets.app }) },
        { keyArn: ecs.keys.secrets },
      ),
      owner: data
        ? {
            MIGRATE_DATABASE_URL: pulumi.interpolate`postgresql://owner@${data.directHost}:5432/${data.name}?sslmode=verify-full`,
            DATABASE_CA: authority,
          }
        : {},
    });
    jobs(ecs, service, gate.appGroup);
    alerts(ecs, gate, service, data);
    const images = registry(ecs, ecs.keys.data);
    if (platform.githubRepository)
      deployRole(ecs, platform.githubRepository, account, mayDeploy(service, images.arn));

    this.outputs = {
      urls: { app: front.url },
      bindings: { ...told, ...hidden } as Bindings<pulumi.Output<string> | string>,
      image: servedBy(image, [service.service]),
      registry: images.repositoryUrl,
      rollout: pulumi.output({
        platform: "ecs" as const,
        region: platform.region,
        cluster: service.cluster.name,
        service: service.service.name,
        taskDefinition: service.task.arn,
        logGroup: service.tasks.logs.name,
      }),
      ...(data && {
        database: pulumi.output({
          vendor: "rds" as const,
          region: platform.region,
          instance: data.identifier,
        }),
      }),
      parts: {
        app: [service.service.name],
        ...(data && { database: [data.identifier] }),
        ...(memory && { cache: [memory.id] }),
        storage: Object.values(buckets).map(({ name }) => name),
        edge: [gate.balancer.name],
        cdn: [front.distribution.id],
      },
    };
    this.registerOutputs({ urls: this.outputs.urls, image: this.outputs.image });
  }
}

/** Bringing out an image: push it, register a task with it, and let the service roll. */
const mayDeploy = (service: App, registryArn: pulumi.Output<string>) => [
  ...pushInto([registryArn]),
  {
    Effect: "Allow" as const,
    Action: ["ecs:RegisterTaskDefinition", "ecs:DescribeTaskDefinition"],
    Resource: "*",
  },
  {
    Effect: "Allow" as const,
    Action: ["ecs:UpdateService", "ecs:DescribeServices"],
    Resource: service.service.arn,
  },
  {
    Effect: "Allow" as const,
    Action: "iam:PassRole",
    Resource: [service.tasks.executionRole.arn, service.tasks.taskRole.arn],
    Condition: { StringEquals: { "iam:PassedToService": "ecs-tasks.amazonaws.com" } },
  },
];
