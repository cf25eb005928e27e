import { mustBeTold } from "../../components/kit/needs.ts";
import { failure, ofSettings } from "../../components/model/diagnostics.ts";
import type { PlatformName, Rollout } from "../../components/model/rollout.ts";
import type { Capability } from "../../components/model/words.ts";
import { reachByEnvironment } from "../database/reach.ts";
import { step } from "../progress.ts";
import type { Health, Living, Part, StageOperations } from "../stage.ts";
import { archiveByEnvironment } from "./archive.ts";
import { cloudflareAccess } from "./cloudflare.ts";
import type { Asked, Platform } from "./platform.ts";
import { emptyBuckets, notEmpty } from "./r2.ts";
import { zoneTaken } from "./zone.ts";

/** The part of the app's own word that speaks of a capability. */
const checkedBy: Readonly<Record<string, Capability>> = {
  database: "database",
  cache: "cache",
  storage: "storage",
};

/** Each loaded only when a stack runs on it. */
const platforms: { readonly [P in PlatformName]: () => Promise<Platform<P>> } = {
  ecs: async () => (await import("./ecs.ts")).ecs,
  eks: async () => (await import("./eks.ts")).eks,
  coolify: async () => (await import("./coolify.ts")).coolify,
  vercel: async () => (await import("./vercel.ts")).vercel,
  workers: async () => (await import("./workers.ts")).workers,
};

/** What a stage at a vendor's has in common with the others: the app and its platform are asked. */
export const hostedOperations: StageOperations = {
  providerProtects: true,
  prepare: async () => {},
  async obstacles(target, made) {
    const { platform, stage } = target.context;
    await ofSettings(target.file, () => mustBeTold(platform, stage));
    return zoneTaken(target, made);
  },
  recover: async () => ({ removed: [], drifted: false }),
  answers: async () => {},
  async database(living) {
    if (living.outputs.database?.vendor !== "d1") return reachByEnvironment(living);
    throw failure(
      `the database of ${living.context.stack} is D1, which is SQLite`,
      "migrate, rollback, status and lint know it; what is asked here is for PostgreSQL",
      "rung db",
      64,
    );
  },
  async migrations({ context, outputs: { database } }) {
    if (database?.vendor !== "d1") return undefined;
    const { d1Migrations } = await import("../database/d1.ts");
    const at = { accountId: database.account, databaseId: database.database };
    return d1Migrations(at, await cloudflareAccess(context.stack));
  },
  providerBackups: async ({ context, outputs: { database } }) =>
    database && (await import("./backups/index.ts")).backupsAt(database, context.stack),
  archive: archiveByEnvironment,
  emptyStores: emptyBuckets,
  refusedDown: notEmpty,
  async failedRollout(living, report) {
    const { rollout } = living.outputs;
    if (!rollout) return undefined;
    const platform = await platformOf(rollout);
    return step(report, "rollout", async (say) => {
      say(`asking ${rollout.platform}`);
      return platform.failed(rollout, askedOf(living));
    });
  },
  async lastLines(living, since) {
    const { rollout } = living.outputs;
    const platform = rollout && (await platformOf(rollout));
    return (await platform?.lastLines?.(rollout as never, since, askedOf(living))) ?? [];
  },
  async health(living) {
    const known = await readiness(living);
    const { rollout } = living.outputs;
    const platform = rollout && (await platformOf(rollout));
    // What the platform does not say, e.g. for want of a token, the app's own word stands for.
    const app = await platform?.health?.(rollout as never, askedOf(living)).catch(() => undefined);
    return app ? { ...known, app } : known;
  },
  async logs(living, asked, take) {
    const { rollout } = living.outputs;
    const { stage } = living.context;
    if (asked.capability !== undefined && asked.capability !== "app") {
      throw failure(
        `on ${stage} the lines of ${asked.capability} are kept by its vendor`,
        `rung logs app; docs/stages/${stage}.md says where the others are read`,
        "rung logs",
      );
    }
    if (!rollout) throw failure(`${stage} does not say where its lines are`, "rung up", "rung logs");
    await (await platformOf(rollout)).logs(rollout, asked, take, askedOf(living));
  },
};

/** The platform that a rollout is at; TypeScript does not see that the two are of one kind. */
const platformOf = async (rollout: Rollout) =>
  (await platforms[rollout.platform]()) as unknown as Platform<Rollout["platform"]>;

/** Beyond what a container may take to get healthy: ECS tries a few times before it gives up. */
const patienceSeconds = 1200;

const askedOf = ({ context }: Living): Asked => ({
  stack: context.stack,
  withinSeconds: context.healthTimeoutMinutes * 60 + patienceSeconds,
  everyMs: 5000,
});

/** What `/api/ready` says, from here. */
async function readiness({ outputs }: Living): Promise<Partial<Record<Capability, readonly Part[]>>> {
  const known = Object.entries(outputs.parts) as [Capability, readonly string[]][];
  const answer = await ready(outputs.urls.app);
  return Object.fromEntries(
    known.map(([capability, names]) => [
      capability,
      names.map((name): Part => ({ name, health: healthOf(capability, answer) })),
    ]),
  );
}

interface Ready {
  readonly ok: boolean;
  readonly checks: Readonly<Record<string, boolean>>;
}

function healthOf(capability: Capability, answer: Ready | undefined): Health {
  if (capability === "app" || capability === "edge") return answer ? "healthy" : "unhealthy";
  const check = Object.keys(checkedBy).find((name) => checkedBy[name] === capability);
  const said = check === undefined ? undefined : answer?.checks[check];
  return said === undefined ? "unknown" : said ? "healthy" : "unhealthy";
}

async function ready(url: string | undefined): Promise<Ready | undefined> {
  if (url === undefined) return undefined;
  try {
    const answer = await fetch(new URL("/api/ready", url), { signal: AbortSignal.timeout(10_000) });
    const body = (await answer.json()) as { checks?: Record<string, { ok?: boolean }> };
    const checks = Object.entries(body.checks ?? {}).map(([name, { ok }]) => [name, ok === true]);
    return { ok: answer.ok, checks: Object.fromEntries(checks) };
  } catch {
    return undefined; // not reachable is an answer too
  }
}
