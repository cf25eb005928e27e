import { failure } from "../../components/model/diagnostics.ts";
import type { Report } from "../progress.ts";
import type { Living } from "../stage.ts";
import { operationsOf } from "../stages.ts";
import { type DumpMeans, dumpDrill } from "./dumped.ts";
import { hostedDrill, type Means } from "./hosted.ts";
import { ownDrill } from "./own.ts";
import type { DrillOptions } from "./record.ts";

/**
 * Restores the newest there is where nobody is disturbed, checks and measures it, and writes evidence.
 * A step that fails ends the drill, never without evidence.
 * @returns the evidence, and where it lies
 * @throws DiagnosticsError where there is neither a copy beside the living database nor a dump to fetch
 */
export async function drill(living: Living, options: DrillOptions, report: Report) {
  const by = await meansOf(living);
  if (by === "own") return ownDrill(living, options, report);
  if (by && "copies" in by) return hostedDrill(living, by, options, report);
  if (by) return dumpDrill(living, by, options, report);
  const { stage } = living.context;
  throw failure(
    `on ${stage} there is no copy and no dump of the database that Rung could look into`,
    `do it by hand, as docs/restore.md says; docs/stages/${stage}.md says where backups are`,
    "rung drill",
  );
}

/** Whether `drill` can restore a stack's data; production is asked for a drill only then. */
export const canDrill = async (living: Living): Promise<boolean> => (await meansOf(living)) !== undefined;

async function meansOf(living: Living): Promise<"own" | Means | DumpMeans | undefined> {
  const { backup, providerBackups } = await operationsOf(living.context.stage);
  if (backup) return "own";
  const provider = await providerBackups?.(living);
  const { window, copies, dumps } = provider ?? {};
  if (window && copies) return { window, copies };
  return window && dumps && { window, dumps };
}
