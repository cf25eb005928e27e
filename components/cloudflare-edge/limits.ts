import { type Diagnostic, DiagnosticsError, stackSettings } from "../model/diagnostics.ts";
import type { Platform } from "../model/platform.ts";
import { type Spec, specFile } from "../model/spec.ts";
import { type Size, type StageName, sizes } from "../model/words.ts";
import { cloudflareCron, triggersOf } from "./crons.ts";
import { edgeSizes, type Jurisdiction, jurisdictions, type Location, locations } from "./sizes.ts";

/** Every other stage has PostgreSQL. */
const withPostgres: readonly StageName[] = [
  "local",
  "vercel-supabase",
  "hetzner-coolify",
  "aws-ecs",
  "aws-eks",
];
const instead = withPostgres.join(", ");

/** @throws DiagnosticsError with everything that the stage cannot carry at this size */
export function demandCarried(spec: Spec, size: Size, platform: Platform): void {
  const found = [
    engine(spec),
    volume(spec),
    residency(spec),
    triggers(spec, size),
    region(platform.region),
  ].filter((one) => one !== undefined);
  if (found.length > 0) throw new DiagnosticsError(found);
}

/**
 * Before anything is uploaded.
 * @param gzipBytes of the app's code, compressed as Cloudflare counts it
 * @throws DiagnosticsError when the size's plan does not take so much code, naming the sizes that do
 */
export function demandFits(gzipBytes: number, size: Size): void {
  const { bundleMb, workers } = edgeSizes[size];
  const mb = gzipBytes / 1_000_000;
  if (mb <= bundleMb) return;
  const carry = sizes.filter((one) => mb <= edgeSizes[one].bundleMb);
  throw new DiagnosticsError([
    {
      what: `Cloudflare's ${workers} plan takes ${bundleMb} MB of compressed code for a Worker`,
      where: { file: "app/src" },
      found: `${mb.toFixed(1)} MB`,
      allowed: carry.length > 0 ? `size ${carry.join(", ")}; or stages: ${instead}` : `stages: ${instead}`,
      mend: "leave out what the app does not need, or choose another size or stage",
    },
  ]);
}

function engine({ database }: Spec): Diagnostic | undefined {
  if (!database || database.engine === "sqlite" || database.compatibleWith.includes("sqlite"))
    return undefined;
  return {
    what: "cloudflare-edge keeps data in D1, which is SQLite; the spec does not say that the app can",
    where: { file: specFile, key: "database.compatibleWith" },
    found: database.engine,
    allowed: `stages with PostgreSQL: ${instead}`,
    mend: 'if its SQL runs on SQLite too, say compatibleWith: ["sqlite"]; else choose another stage',
  };
}

function volume({ database }: Spec): Diagnostic | undefined {
  const most = Math.max(...sizes.map((size) => edgeSizes[size].database.maxGb));
  if (!database || database.expectedGb <= most) return undefined;
  return {
    what: `a D1 database holds ${most} GB`,
    where: { file: specFile, key: "database.expectedGb" },
    found: String(database.expectedGb),
    allowed: `at most ${most}; stages that hold more: ${instead}`,
    mend: "choose another stage",
  };
}

function residency(spec: Spec): Diagnostic | undefined {
  if (spec.residency.length === 0 || jurisdictionOf(spec)) return undefined;
  return {
    what: "Cloudflare promises to keep data in the EU or the US only",
    where: { file: specFile, key: "residency" },
    found: spec.residency.join(", "),
    allowed: `${jurisdictions.join(", ")}; stages with regions to choose: hetzner-coolify, aws-ecs, aws-eks, vercel-supabase`,
    mend: "choose another stage",
  };
}

function triggers({ jobs }: Spec, size: Size): Diagnostic | undefined {
  const { cronTriggers, workers } = edgeSizes[size];
  // One more exports the database.
  const needed = Object.keys(triggersOf(jobs)).length + 1;
  if (needed <= cronTriggers) return undefined;
  const carry = sizes.filter((one) => needed <= edgeSizes[one].cronTriggers);
  return {
    what: `Cloudflare's ${workers} plan has ${cronTriggers} cron triggers an account; jobs and export need ${needed}`,
    where: { file: specFile, key: "jobs" },
    found: Object.values(jobs)
      .map(({ schedule }) => cloudflareCron(schedule))
      .join(", "),
    allowed: carry.length > 0 ? `size ${carry.join(", ")}; or stages: ${instead}` : `stages: ${instead}`,
    mend: "let jobs share schedules, or choose a larger size",
  };
}

function region(asked: string | undefined): Diagnostic | undefined {
  if (asked === undefined || locationOf(asked)) return undefined;
  return {
    what: "Cloudflare has no such location",
    where: { file: stackSettings, key: "config.rung:region" },
    found: asked,
    allowed: locations.join(", "),
    mend: "choose where the first users are, or leave it out",
  };
}

/** Where the database is asked to be put first; undefined: nearest to whoever makes it. */
export const locationOf = (asked: string | undefined): Location | undefined =>
  locations.find((one) => one === asked);

/** The one jurisdiction that all data is kept in; undefined: anywhere. */
export const jurisdictionOf = ({ residency }: Spec): Jurisdiction | undefined =>
  jurisdictions.find((one) => residency.includes(one));
