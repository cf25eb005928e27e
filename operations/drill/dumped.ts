import { minutes } from "../../components/model/duration.ts";
import { withStackLock } from "../../engine/lock.ts";
import type { Bench, Dump, Dumps } from "../dumps/dumps.ts";
import type { ProviderBackups } from "../hosted/backups/provider.ts";
import type { Report } from "../progress.ts";
import type { Living } from "../stage.ts";
import { isFresh, isNotEmpty, isTheSame } from "./checks.ts";
import { type DrillOptions, type Found, recorded, tried } from "./record.ts";

/** By what a stage is drilled whose backups are dumps. */
export interface DumpMeans {
  readonly dumps: Dumps;
  /** What its provider brings back besides, to which moments. */
  readonly window: ProviderBackups["window"];
}

/**
 * The newest dump out of its bucket, restored on this machine and compared with what was noted when it was taken; all
 * of it is removed, also what an earlier drill left that was killed.
 * @throws DiagnosticsError with exit code 64 for what this machine or the environment lacks: nothing was made then
 */
export async function dumpDrill(living: Living, means: DumpMeans, options: DrillOptions, report: Report) {
  const bench = await means.dumps.bench(living.context.spec);
  const lock = { doing: "rung drill", wait: 0 };
  // Its own lock, so that deployments go on; a second drill would clear the bench of the first.
  return withStackLock(`${living.context.stack}.drill`, lock, async () => {
    await bench.clear();
    return recorded(living, options, (found) => drilled(living, { ...means, bench }, options, found, report));
  });
}

async function drilled(
  living: Living,
  means: DumpMeans & { readonly bench: Bench },
  { maxAgeHours, now = () => new Date() }: DrillOptions,
  found: Found,
  report: Report,
): Promise<void> {
  const { checks, measured } = found;
  const { bench, dumps } = means;
  const dump = await tried(checks, "there is a backup to restore", async () => newest(await dumps.list()));
  const aged = now().getTime() - Date.parse(dump.taken);
  found.by = "dump";
  found.backup = { name: dump.name, kind: dumps.kind, finished: dump.taken };
  checks.push(isFresh(found.backup, maxAgeHours, now()));
  measured.rpoMinutes = Math.max(0, aged / 60_000);
  await coveredByProvider(living, means, found);
  const start = performance.now();
  try {
    const restored = await tried(checks, "it comes as it was written, and can be restored", () =>
      bench.restore(dump, report),
    );
    const { witness, noted } = restored;
    found.tables = (noted ?? witness).tables;
    checks.push(isNotEmpty(noted ?? witness), ...(noted ? isTheSame(noted, witness) : []));
    measured.rtoMinutes = (performance.now() - start) / 60_000;
    checks.push(...(await tried(checks, "it can be looked into", () => restored.checks())));
  } finally {
    await tried(checks, "nothing of it is left", () => bench.clear());
  }
}

function newest(all: readonly Dump[]): Dump {
  const last = all.at(-1);
  if (!last) throw new Error("the bucket holds no dump of this database");
  return last;
}

/** A promise that no dump keeps may be the provider's own recovery's: by its word, which no drill can take. */
async function coveredByProvider(
  { context: { spec } }: Living,
  { window }: DumpMeans,
  found: Found,
): Promise<void> {
  const promised = minutes(spec.objectives.rpo);
  if ((found.measured.rpoMinutes ?? 0) <= promised) return;
  const { latest } = (await window().catch(() => undefined)) ?? {};
  if (latest === undefined) return;
  found.covered = (Date.now() - Date.parse(latest)) / 60_000 <= promised;
  found.checks.push({
    name: "what is newer than the dump is the provider's own to bring back",
    ok: found.covered,
    found: `to ${latest}, by its word: not drilled, it goes back in place alone`,
  });
}
