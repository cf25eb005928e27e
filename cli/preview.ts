import type { Progress } from "../operations/progress.ts";
import { loadTarget } from "../operations/target.ts";
import { preview as lookAhead } from "../operations/up.ts";
import { type ChangeOptions, counts, overridesOf, titleOf } from "./change.ts";
import { columns, paint } from "./render/text.ts";
import { watched } from "./watched.ts";

/** What `up` would do, and which inputs make the difference. */
export async function preview(options: ChangeOptions): Promise<number> {
  const overrides = overridesOf(options);
  const { image } = options;
  const target = await loadTarget(options.stack, overrides);
  const planned: Progress[] = [];
  const ended = await watched(options, titleOf(target.context), async (report, signal) => {
    const changes = await lookAhead(target, { overrides, signal, ...(image && { image }) }, (progress) => {
      if (progress.event === "resource" && progress.state === "planned") planned.push(progress);
      report(progress);
    });
    return { changes };
  });
  if ("exitCode" in ended) return ended.exitCode;
  if (options.json) return 0;
  if (planned.length > 0) process.stdout.write(`\n${columns(planned.flatMap(row))}\n`);
  process.stdout.write(`\n  ${paint("dim", `would: ${counts(ended.done.changes)}`)}\n`);
  return 0;
}

const symbols: Readonly<Record<string, string>> = { create: "+", update: "~", replace: "±", delete: "-" };

const row = (progress: Progress): string[][] =>
  progress.event === "resource"
    ? [
        [
          symbols[progress.operation] ?? " ",
          progress.operation,
          progress.name,
          (progress.operation === "create" ? [] : (progress.properties ?? [])).join(", "),
        ],
      ]
    : [];
