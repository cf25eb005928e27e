import pg from "pg";
import { until } from "../../components/providers/kit/wait.ts";
import { withStackLock } from "../../engine/lock.ts";
import { mayBecomeApp } from "../database/isolation.ts";
import { reachByEnvironment } from "../database/reach.ts";
import { witnessAtSecond, witnessOf } from "../database/witness.ts";
import type { Copies, Copy } from "../hosted/backups/copies.ts";
import type { ProviderBackups, Window } from "../hosted/backups/provider.ts";
import { type Report, step } from "../progress.ts";
import type { Living } from "../stage.ts";
import { isFresh, isNotEmpty, isTheSame } from "./checks.ts";
import { asExpected, type DrillOptions, type Found, recorded, tried } from "./record.ts";

/** By what a provider's database is drilled. */
export interface Means {
  readonly window: ProviderBackups["window"];
  readonly copies: Copies;
}

/** RDS gives what was committed after some five minutes; what takes ten times as long does not work. */
const archivePatienceSeconds = 50 * 60;
const everyMs = Number(process.env.RUNG_LOOK_MS) || 10_000;

/**
 * The provider's own recovery to a point in time, into a copy beside the living database: compared with what was there
 * at exactly that second, and always removed, also what an earlier drill left that was killed.
 * @throws DiagnosticsError with exit code 64 where the owner's address is not said: nothing was made then
 */
export async function hostedDrill(living: Living, means: Means, options: DrillOptions, report: Report) {
  const { url } = await reachByEnvironment(living);
  const lock = { doing: "rung drill", wait: 0 };
  // Its own lock, so that deployments go on; a second drill would take the copy of the first for one that is left.
  return withStackLock(`${living.context.stack}.drill`, lock, () =>
    recorded(living, options, async (found) => {
      await swept(means.copies, report);
      await drilled(living, url, means, options, found, report);
    }),
  );
}

async function swept(copies: Copies, report: Report): Promise<void> {
  for (const name of await copies.left()) await copies.remove(name, report);
}

async function drilled(
  living: Living,
  url: string,
  { window, copies }: Means,
  options: DrillOptions,
  found: Found,
  report: Report,
): Promise<void> {
  const { checks, measured } = found;
  const { now = () => new Date() } = options;
  const kept = await tried(checks, "there is a point in time to restore", () => mustKeep(window));
  found.backup = { name: "point in time", kind: "by the provider", finished: kept.latest };
  checks.push(isFresh(found.backup, options.maxAgeHours, now()));
  const { witness, second } = await tried(checks, "a moment is witnessed", () =>
    step(report, "witness", () => witnessAtSecond(() => connected(url))),
  );
  found.tables = witness.tables;
  checks.push(isNotEmpty(witness));
  const committed = performance.now();
  await tried(checks, "what is committed can be restored", () =>
    step(report, "archive", () => archivedAt(window, second)),
  );
  measured.rpoMinutes = (performance.now() - committed) / 60_000;
  const start = performance.now();
  try {
    const copy = await tried(checks, "it can be restored", () => copies.make(second, report));
    await tried(checks, "the copy answers", () =>
      step(report, "compare", () =>
        withCopy(url, copy, async (client) => {
          const after = await witnessOf(client);
          measured.rtoMinutes = (performance.now() - start) / 60_000;
          const query = (text: string, values?: unknown[]) => client.query(text, values);
          checks.push(...isTheSame(witness, after));
          checks.push(await asExpected(query, living.context.spec, await mayBecomeApp(query)));
        }),
      ),
    );
  } finally {
    // Also when making it failed halfway.
    await tried(checks, "no copy is left", () => swept(copies, report));
  }
}

async function mustKeep(window: Means["window"]): Promise<Window> {
  const kept = await window();
  if (!kept) throw new Error("the provider keeps no point in time: backups are switched off");
  return kept;
}

const archivedAt = (window: Means["window"], second: string) =>
  until(async () => ((await window())?.latest ?? "") >= second || undefined, {
    what: `${second} to be restorable`,
    everyMs,
    seconds: archivePatienceSeconds,
  });

async function connected(url: string): Promise<pg.Client> {
  const client = new pg.Client({ connectionString: url, application_name: "rung drill" });
  client.on("error", () => {}); // told by the query that fails of it
  await client.connect();
  return client;
}

async function withCopy<T>(
  url: string,
  { host, port }: Copy,
  work: (client: pg.Client) => Promise<T>,
): Promise<T> {
  const there = new URL(url);
  there.hostname = host;
  there.port = String(port);
  const client = await connected(there.href);
  try {
    return await work(client);
  } finally {
    await client.end().catch(() => {});
  }
}
