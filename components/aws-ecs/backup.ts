import type * as pulumi from "@pulumi/pulumi";
import { copyRegionOf } from "../aws/regions.ts";
import { vault } from "../aws/vault.ts";
import type { Ecs } from "./ecs.ts";

/** Beside RDS's own recovery to any point in time: daily copies in a locked vault, and of those in another region. */
export const backup = (ecs: Ecs, stores: readonly pulumi.Input<string>[]) =>
  vault(ecs, {
    resources: stores,
    keyArn: ecs.keys.data,
    copyRegion: copyRegionOf(ecs.region),
    retentionDays: ecs.plan.backup.detail.retentionDays,
    topicArn: ecs.topicArn,
  });
