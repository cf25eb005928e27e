import type { Health } from "../operations/stage.ts";
import { status as statusOf } from "../operations/status.ts";
import { type StackOptions, shortImage } from "./change.ts";
import { columns, paint, wrap } from "./render/text.ts";

/**
 * How a stack is, by capability.
 * @returns 0 when all is well, 2 when something is not
 */
export async function status({ stack, json }: StackOptions): Promise<number> {
  const found = await statusOf(stack);
  if (json) {
    process.stdout.write(`${JSON.stringify(found, null, 2)}\n`);
    return found.healthy ? 0 : 2;
  }
  const rows = Object.entries(found.capabilities).map(([name, one]) => [
    mark[one.health],
    name.padEnd(9),
    one.health.padEnd(9),
    `${one.product}, ${one.class}${one.count > 1 ? ` × ${one.count}` : ""}`,
  ]);
  const out = [paint("bold", `${found.stack} · ${found.stage} · ${found.size}`), "", columns(rows)];
  const worse = Object.values(found.capabilities)
    .flatMap(({ parts }) => parts)
    .filter(({ health }) => !["healthy", "done", "unknown"].includes(health));
  if (worse.length > 0) out.push("", columns(worse.map(({ name, health }) => [name, health])));
  for (const { name, why } of worse) if (why) out.push("", wrap(`${name}: ${why}`));
  const urls = Object.entries(found.urls).toSorted(([a], [b]) => Number(b === "app") - Number(a === "app"));
  if (urls.length > 0) out.push("", columns(urls.map(([name, url]) => [name, url])));
  if (found.releases.length > 0) {
    out.push("", paint("bold", "Images that served, the newest first"));
    out.push(columns(found.releases.map(({ image, since }) => [shortImage(image), `since ${since}`])));
  }
  process.stdout.write(`${out.join("\n")}\n`);
  return found.healthy ? 0 : 2;
}

const mark: Record<Health, string> = {
  healthy: "✔",
  done: "✔",
  starting: "•",
  unhealthy: "✖",
  stopped: "✖",
  missing: "✖",
  unknown: "?",
};
