import { createHash } from "node:crypto";
import * as pulumi from "@pulumi/pulumi";
import type { Database } from "./database.ts";
import type { Site } from "./eks.ts";
import { batch, inside, metadata } from "./kubernetes.ts";
import { podOf } from "./pods.ts";
import type { Delivered } from "./secrets.ts";

/**
 * Migrates as the database's owner, in the primary, once for each image; every region's app waits until it is done, and
 * `up` fails when it fails: the old pods then serve on.
 */
export function migration(
  site: Site,
  database: Database,
  host: pulumi.Output<string>,
  authority: string,
  owner: Delivered,
  after: readonly pulumi.Resource[],
) {
  const image = createHash("sha256").update(site.image).digest("hex").slice(0, 12);
  const name = pulumi.interpolate`migrate-${image}-${owner.version}`;
  const options = inside(site);
  return new batch.Job(
    `${site.prefix}migrate`,
    {
      metadata: metadata(site, name, "migrate"),
      spec: {
        backoffLimit: 2,
        activeDeadlineSeconds: 900,
        template: podOf(site, {
          part: "migrate",
          image: site.image,
          args: ["migrate"],
          variables: {
            MIGRATE_DATABASE_URL: pulumi.interpolate`postgresql://owner@${host}:5432/${database.name}?sslmode=verify-full`,
            DATABASE_CA: authority,
          },
          secrets: [owner.name],
          // Whatever the size: a job that is done is not done again for it.
          resources: { cpuMilli: 250, memoryMb: 512 },
        }),
      },
    },
    {
      ...options,
      dependsOn: [...site.cluster.ready, owner.ready, ...after],
      customTimeouts: { create: "20m" },
    },
  );
}
