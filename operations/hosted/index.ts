import { failure } from "../../components/model/diagnostics.ts";
import type { Capability } from "../../components/model/words.ts";
import { reachByEnvironment } from "../database/reach.ts";
import type { Health, Living, Part, StageOperations } from "../stage.ts";

/** The part of the app's own word that speaks of a capability. */
const checkedBy: Readonly<Record<string, Capability>> = {
  database: "database",
  cache: "cache",
  storage: "storage",
};

/** What a stage at a vendor's has in common with the others: the app is asked, and the vendor's own means are named. */
export const hostedOperations: StageOperations = {
  providerProtects: true,
  prepare: async () => {},
  obstacles: async () => [],
  recover: async () => ({ removed: [], drifted: false }),
  answers: async () => {},
  health: readiness,
  database: reachByEnvironment,
  logs: async ({ context }) => {
    throw failure(
      `the logs of ${context.stage} are kept by its provider`,
      `docs/stages/${context.stage}.md says where they are read`,
      "rung logs",
    );
  },
};

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
