import { getCallerIdentity } from "@pulumi/aws/getCallerIdentity.js";
import * as pulumi from "@pulumi/pulumi";
import { authorityOf } from "../aws/authority.ts";
import { deployRole } from "../aws/deployRole.ts";
import type { Aws } from "../aws/here.ts";
import { mustHaveThreeZones } from "../aws/regions.ts";
import { pushInto, registry } from "../aws/registry.ts";
import { ofApp } from "../kit/bindings.ts";
import type { StackContext } from "../kit/context.ts";
import { mustBeTold, mustHaveImage } from "../kit/needs.ts";
import type { RegistryOutputs, StageOutputs } from "../kit/outputs.ts";
import { servedBy } from "../kit/serving.ts";
import type { Bindings } from "../model/bindings.ts";
import { podLogs } from "./addons.ts";
import { alerts } from "./alerts.ts";
import { auth } from "./auth.ts";
import { backup } from "./backup.ts";
import { eksBlueprint } from "./blueprint.ts";
import { cache } from "./cache.ts";
import { cdn } from "./cdn.ts";
import { access, cluster } from "./cluster.ts";
import { database } from "./database.ts";
import type { Eks, Site } from "./eks.ts";
import { appNamespace } from "./kubernetes.ts";
import { join } from "./network.ts";
import { dataKey, logsOf, placeIn } from "./place.ts";
import { primary } from "./primary.ts";
import { realtime } from "./realtime.ts";
import { regionsOf } from "./regions.ts";
import { rollout, storageOf } from "./rollout.ts";
import { passwords } from "./secrets.ts";
import { storage } from "./storage.ts";

const type = "rung:aws-eks:Stage";

/** The registry and its key alone, under the names that `deploy` makes them by: in the founder. */
export async function registryFirst(context: StackContext): Promise<RegistryOutputs> {
  const { founder } = regionsOf(mustBeTold(context.platform, "aws-eks"));
  const stage = new pulumi.ComponentResource(type, `${context.spec.name}-${context.stack}`);
  const here: Aws = { context, stage, region: founder };
  const account = pulumi.output(getCallerIdentity({}, { parent: stage })).accountId;
  return { registry: registry(here, dataKey(here, account)).repositoryUrl };
}

/**
 * The app on EKS in several regions behind CloudFront, with Aurora Global Database, ElastiCache Global Datastore and S3.
 * All regions serve; one of them, the primary, is where data is written.
 * @throws DiagnosticsError when settings or the image are missing, before any resource exists
 */
export async function deploy(context: StackContext): Promise<StageOutputs> {
  const platform = mustBeTold(context.platform, "aws-eks");
  for (const region of platform.regions) mustHaveThreeZones(region, "config.rung:regions");
  const image = mustHaveImage(context.image, "aws-eks");
  return new Stage(context, platform, image).outputs;
}

class Stage extends pulumi.ComponentResource {
  readonly outputs: StageOutputs;

  constructor(context: StackContext, platform: Eks["platform"], image: string) {
    super(type, `${context.spec.name}-${context.stack}`, context.declared);
    const { spec } = context;
    const regions = regionsOf(platform);
    const eks: Eks = {
      context,
      stage: this,
      region: regions.founder,
      regions,
      plan: eksBlueprint(spec, context.size, platform).capabilities,
      platform,
      account: pulumi.output(getCallerIdentity({}, { parent: this })).accountId,
      image,
    };
    // Of the region that writes now: where its certificate is from, each other's differs.
    const authority = authorityOf(regions.primary);

    const places = regions.all.map((region) => placeIn(eks, region));
    join(places);
    const sites = places.map((place): Site => ({ ...place, cluster: cluster(place) }));
    const secrets = passwords(eks);
    const buckets = storage(places);
    const data = spec.database && database(eks, places, secrets.owner);
    const memory = spec.cache || spec.realtime ? cache(eks, places, secrets.cache) : undefined;
    backup(places, data, buckets);
    const logs = new Map(places.map((place) => [place.region, logsOf(place)]));
    const writing = data?.clusters.get(regions.primary);
    const [home] = places;
    const logsAtHome = logs.get(regions.founder);
    if (!home || !logsAtHome) throw new Error("no founder among the regions"); // regionsOf() has looked
    const images = registry(eks, home.keys.data);
    const front = cdn(eks, secrets.origin, logsAtHome);

    const hidden = {
      AUTH_SECRET: secrets.auth,
      CRON_SECRET: secrets.cron,
      ...(data &&
        writing && {
          DATABASE_URL: pulumi.interpolate`postgresql://app:${secrets.app}@${writing.host}:5432/${data.name}?sslmode=verify-full`,
        }),
      ...(memory && { CACHE_URL: memory.url }),
      ...(memory && spec.realtime && realtime(memory)),
    };
    const told: Bindings<pulumi.Input<string>> = {
      ...ofApp(context, image, front.url),
      ...(data && {
        DATABASE_POOL_MAX: String(spec.database?.pool.perReplica),
        DATABASE_CA: authority,
      }),
      ...auth(eks),
    };

    const served = rollout(sites, {
      secrets,
      database: data,
      cache: memory,
      buckets,
      logs,
      written: primary(eks, places, data, memory),
      authority,
      told,
      hidden,
    });
    alerts(home, served, data);
    if (platform.githubRepository) {
      const role = deployRole(eks, platform.githubRepository, eks.account, [
        ...pushInto([images.arn]),
        { Effect: "Allow", Action: "eks:DescribeCluster", Resource: sites.map((site) => site.cluster.arn) },
      ]);
      for (const site of sites)
        access(site, "deploy", site.cluster.name, role.arn, "AmazonEKSEditPolicy", [appNamespace]);
    }

    this.outputs = {
      urls: { app: front.url },
      bindings: {
        ...told,
        ...storageOf(regions.primary, buckets),
        ...hidden,
      } as Bindings<pulumi.Output<string> | string>,
      image: servedBy(
        image,
        served.map(({ deployment }) => deployment),
      ),
      registry: images.repositoryUrl,
      rollout: pulumi.output({
        platform: "eks" as const,
        namespace: appNamespace,
        places: sites.map(({ region, cluster: { name } }) => ({ region, logGroup: podLogs(name) })),
      }),
      ...(writing && {
        database: pulumi.output({
          vendor: "aurora" as const,
          region: regions.primary,
          cluster: writing.identifier,
        }),
      }),
      parts: {
        app: sites.map((site) => site.cluster.name),
        ...(data && { database: [...data.clusters.values()].map(({ identifier }) => identifier) }),
        ...(memory && { cache: [...memory.groups.values()].map(({ id }) => id) }),
        storage: [...buckets.values()].flatMap((own) => Object.values(own).map(({ name }) => name)),
        edge: served.map(({ gate }) => gate.balancer.name),
        cdn: [front.distribution.id],
      },
    };
    this.registerOutputs({ urls: this.outputs.urls, image: this.outputs.image });
  }
}
