import { ask } from "./api.ts";
import { byId, bytes, count, say, span } from "./dom.ts";

interface Status {
  name: string;
  stack: string;
  stage: string;
  size: string;
  version: string;
  replica: string;
  startedAt: string;
  now: string;
  draining: boolean;
  checks: Record<string, { ok: boolean; ms: number }>;
  cache?: { hits: number; misses: number; ratio: number | null };
  eventsToday: number | null;
  lastBackup: { kind: string; finishedAt: string; bytes: number } | null;
}

/** Latencies seen so far, by part; replicas seen so far. */
const seen = new Map<string, number[]>();
const replicas = new Set<string>();
const kept = 40;

/** Asks what it runs on, and shows it. */
export async function showStatus(): Promise<void> {
  const asked = await ask<Status>("/status").catch(() => undefined);
  if (!asked) return say("overall", "bad", "The app does not answer");
  const { body: status } = asked;
  document.title = `${status.name} · ${status.stack}`;
  for (const place of document.querySelectorAll<HTMLElement>("[data-show]")) {
    const value = status[place.dataset.show as "name" | "stack" | "stage" | "size" | "replica"]; // as in index.html
    if (place.textContent !== value) place.textContent = value;
  }
  showParts(status);
  showFigures(status);
  showFacts(status);
}

function showParts({ checks, draining }: Status): void {
  const failed = Object.entries(checks).filter(([, { ok }]) => !ok);
  if (failed.length > 0) say("overall", "bad", `${failed.map(([name]) => name).join(", ")} away`);
  else if (draining) say("overall", "warn", "This replica is stopping");
  else say("overall", "good", "All parts work");
  for (const [name, { ok, ms }] of Object.entries(checks)) {
    const row = document.querySelector<HTMLElement>(`[data-part="${name}"]`);
    if (!row) continue;
    row.dataset.state = ok ? "good" : "bad";
    const past = [...(seen.get(name) ?? []), ms].slice(-kept);
    seen.set(name, past);
    row.querySelector("path")?.setAttribute("d", sparkline(past));
    const words = row.querySelector("span");
    if (words) words.textContent = ok ? `${ms.toFixed(1)} ms` : "away";
  }
}

function sparkline(values: readonly number[]): string {
  const top = Math.max(...values, 5);
  const x = (index: number) => 100 - ((values.length - 1 - index) / (kept - 1)) * 100;
  return values
    .map((ms, i) => `${i ? "L" : "M"}${x(i).toFixed(1)} ${(22 - (ms / top) * 20).toFixed(1)}`)
    .join("");
}

function showFigures({ eventsToday, cache, lastBackup, now }: Status): void {
  byId("events-today").textContent = eventsToday === null ? "unknown" : count(eventsToday);
  const ratio = cache?.ratio;
  byId("cache-ratio").textContent = typeof ratio === "number" ? `${Math.round(ratio * 100)} %` : "none yet";
  byId("cache-counts").textContent = cache
    ? `${count(cache.hits)} of ${count(cache.hits + cache.misses)} today`
    : "";
  byId("cache-ring")
    .querySelector<SVGElement>(".part")
    ?.style.setProperty("stroke-dasharray", `${(ratio ?? 0) * 100} 100`);
  byId("backup-age").textContent = lastBackup
    ? `${span(Date.parse(now) - Date.parse(lastBackup.finishedAt))} ago`
    : "none yet";
  byId("backup-what").textContent = lastBackup
    ? `${kinds[lastBackup.kind] ?? lastBackup.kind}, ${bytes(lastBackup.bytes)}`
    : "none is recorded";
}

const kinds: Readonly<Record<string, string>> = { full: "full", incr: "incremental", diff: "differential" };

function showFacts({ replica, version, startedAt, now }: Status): void {
  replicas.add(replica);
  byId("replicas").textContent = String(replicas.size);
  byId("version").textContent = version.replace(/^sha256:/, "").slice(0, 12);
  byId("uptime").textContent = span(Date.parse(now) - Date.parse(startedAt));
}

/** How the hosts' CDNs say that they had a copy. */
const cdnHeaders = ["x-cache", "x-vercel-cache", "cf-cache-status"];

/** Asks for the page itself once more, to see whether the CDN had it. */
export async function showCdn(): Promise<void> {
  const response = await fetch("/", { cache: "no-store" }).catch(() => undefined);
  const said = cdnHeaders.map((name) => response?.headers.get(name)).find((value) => value);
  const word = said
    ? (/\b(hit|miss|pass|expired|dynamic|stale|bypass)\b/i.exec(said)?.[1] ?? said)
    : "direct";
  byId("cdn").textContent = word.toUpperCase();
  const age = response?.headers.get("age");
  byId("cdn-what").textContent = said
    ? word.toLowerCase() === "hit"
      ? `from the CDN, ${span(Number(age ?? 0) * 1000)} old`
      : "from the app, through the CDN"
    : "no CDN in front";
}
