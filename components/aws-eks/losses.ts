import type { Loss, RecoveryPromise } from "../model/blueprint.ts";
import { type Diagnostic, DiagnosticsError, stackSettings } from "../model/diagnostics.ts";
import { jurisdictionOf } from "../model/jurisdiction.ts";
import { ofObjectives, ofResidency } from "../model/losses.ts";
import type { Platform } from "../model/platform.ts";
import { type Spec, specFile } from "../model/spec.ts";
import type { Size } from "../model/words.ts";
import { wrongRegions } from "./regions.ts";
import { type EksSize, type EksSizeName, eksSizes, isCarried } from "./sizes.ts";

/** Aurora User Guide, "Amazon Aurora size limits" (2026-11): 256 TiB from PostgreSQL 17.5 and 16.9 on, 128 TiB before. */
export const largestGb = 128 * 1024;

/**
 * The size, when spec, size and regions are such as the stage can carry.
 * @throws DiagnosticsError with every reason why not, naming the stages that can
 */
export function mustBeCarried(spec: Spec, size: Size, platform: Platform): EksSizeName {
  const problems: Diagnostic[] = wrongRegions(platform);
  if (!isCarried(size))
    problems.push({
      what: `aws-eks begins at size medium; for ${size} use vercel-supabase, hetzner-coolify, aws-ecs or cloudflare-edge`,
      where: { file: stackSettings, key: "config.rung:size" },
      found: size,
      allowed: Object.keys(eksSizes).join(", "),
      mend: "choose another stage for this size, or size medium",
    });
  if (spec.database?.engine === "sqlite")
    problems.push({
      what: "aws-eks has PostgreSQL alone",
      where: { file: specFile, key: "database.engine" },
      found: "sqlite",
      mend: "choose a stage that carries it: cloudflare-edge",
    });
  if (problems.length > 0 || !isCarried(size)) throw new DiagnosticsError(problems);
  return size;
}

/** What the spec asks for, or would like, and does not get here. */
export function lossesOf(spec: Spec, has: EksSize, promise: RecoveryPromise, platform: Platform): Loss[] {
  const regions = (platform.regions ?? []).map((name) => ({ name, jurisdiction: jurisdictionOf(name) }));
  return [
    ...ofObjectives(spec, promise, { capability: "database", by: "a lost region is left" }),
    ...ofResidency(spec, regions, "other rung:regions"),
    ...(spec.database
      ? [
          {
            capability: "database" as const,
            what: "one region writes: from the others, each statement travels to it and back",
          },
          {
            capability: "database" as const,
            what: "no pooler: each replica of the app holds its own connections",
          },
        ]
      : []),
    {
      capability: "app",
      what: "one registry, in the first region: while that is lost, new nodes elsewhere cannot pull the image",
      instead: "rung:registry outside of AWS",
    },
    ...(spec.cache
      ? [
          {
            capability: "cache" as const,
            what: "one region's cache serves all: copies in the others wait for a failover",
          },
        ]
      : []),
    ...(spec.database?.extensions.includes("pg_cron")
      ? [
          {
            capability: "database" as const,
            what: "pg_cron needs a restart of the database the first time",
          },
        ]
      : []),
    ...(has.nodes.mode === "managed"
      ? [
          {
            capability: "app" as const,
            what: `${has.nodes.count} nodes a region, whatever the load: more replicas than they hold wait`,
            instead: "size large, whose nodes come and go by themselves",
          },
        ]
      : []),
  ];
}
