import type * as pulumi from "@pulumi/pulumi";
import type { Bucket } from "../aws/bucket.ts";
import type { Bindings } from "../model/bindings.ts";
import { app, appRights } from "./app.ts";
import type { Cache } from "./cache.ts";
import type { Database } from "./database.ts";
import { type Edge, edge } from "./edge.ts";
import { isPrimary, type Site } from "./eks.ts";
import { jobs } from "./jobs.ts";
import { migration } from "./migration.ts";
import { namespace } from "./namespace.ts";
import { reach } from "./reach.ts";
import { type Delivered, delivered, type Passwords, store } from "./secrets.ts";
import type { Buckets } from "./storage.ts";

export interface RolloutOptions {
  readonly secrets: Passwords;
  readonly database: Database | undefined;
  readonly cache: Cache | undefined;
  /** By region. */
  readonly buckets: ReadonlyMap<string, Buckets>;
  readonly logs: ReadonlyMap<string, Bucket>;
  /** What must wait until data is written where it should be. */
  readonly written: pulumi.Resource | undefined;
  /** PEM, by which the database's writer is known. */
  readonly authority: string;
  /** What the app is told, in the clear and not; the same in every region but for its buckets. */
  readonly told: Bindings<pulumi.Input<string>>;
  readonly hidden: Bindings<pulumi.Input<string>>;
}

/** A region that serves. */
export interface Served {
  readonly site: Site;
  readonly gate: Edge;
  /** The app's. */
  readonly deployment: pulumi.Resource;
}

/**
 * Brings the app out: every region is made ready; then the schema is migrated where data is written; then the app and
 * its jobs follow in all regions.
 */
export function rollout(sites: readonly Site[], options: RolloutOptions): Served[] {
  const ready = sites.map((site) => prepare(site, options));
  const migrated = ready.flatMap(({ site, owner, after }) => {
    const { database, authority } = options;
    const writer = database?.clusters.get(site.region);
    if (!database || !writer || !owner || !isPrimary(site)) return [];
    return [migration(site, database, writer.host, authority, owner, after)];
  });
  return ready.map(({ site, gate, secret, after }) => {
    const pods = {
      image: site.image,
      secrets: [secret.name],
      variables: { ...options.told, ...storageOf(site.region, options.buckets) },
    };
    const waits = [secret.ready, ...after, ...migrated];
    const deployment = app(site, pods, gate, waits);
    jobs(site, pods, waits);
    return { site, gate, deployment };
  });
}

/** Where the app of a region keeps its files. */
export function storageOf(
  region: string,
  buckets: RolloutOptions["buckets"],
): Bindings<pulumi.Input<string>> {
  const uploads = buckets.get(region)?.uploads;
  return uploads
    ? {
        STORAGE_ENDPOINT: `https://s3.${region}.amazonaws.com`,
        STORAGE_REGION: region,
        STORAGE_BUCKET_UPLOADS: uploads.name,
      }
    : {};
}

interface Prepared extends Omit<Served, "deployment"> {
  readonly secret: Delivered;
  /** What migrations read besides; in every region, so that any can become the primary. */
  readonly owner: Delivered | undefined;
  readonly after: readonly pulumi.Resource[];
}

function prepare(site: Site, options: RolloutOptions): Prepared {
  const { secrets, database, cache, written } = options;
  const { space, account, policies } = namespace(site);
  const logs = options.logs.get(site.region);
  if (!logs) throw new Error(`no logs in ${site.region}`); // each region has its own
  const from = store(site, space);
  return {
    site,
    gate: edge(site, secrets, logs, space),
    secret: delivered(site, "app", options.hidden, from),
    owner: database && delivered(site, "owner", ownerOf(secrets), from),
    after: [
      space,
      account,
      ...policies,
      ...reach(site, database, cache),
      ...appRights(site, options.buckets.get(site.region) ?? {}),
      ...(written ? [written] : []),
    ],
  };
}

/** The owner logs in with its password, and gives the app's role its own. */
const ownerOf = ({ owner, app: role }: Passwords) => ({ PGPASSWORD: owner, DATABASE_APP_PASSWORD: role });
