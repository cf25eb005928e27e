import type { Size, StageName } from "../components/model/words.ts";
import { stackOutputs } from "../engine/pulumi.ts";
import { ensureToolchain } from "../engine/toolchain.ts";
import { loadTarget } from "../operations/target.ts";
import { up as bringUp } from "../operations/up.ts";
import { rendererFor } from "./render/live.ts";
import { columns, paint, secondsText } from "./render/text.ts";

export interface UpOptions {
  readonly stack: string;
  readonly stage?: StageName;
  readonly size?: Size;
  readonly json?: boolean;
}

/** Makes or changes a stack, showing what happens, and ends with the addresses. */
export async function up(options: UpOptions): Promise<number> {
  const target = await loadTarget(options.stack, options);
  const { context } = target;
  const began = performance.now();
  const renderer = rendererFor(
    options,
    `${context.spec.name} · ${context.stack} · ${context.stage} · ${context.size}`,
  );
  const stop = new AbortController();
  const interrupt = () => stop.abort();
  process.on("SIGINT", interrupt).on("SIGTERM", interrupt);
  const config = {
    ...(options.stage ? { "rung:stage": options.stage } : {}),
    ...(options.size ? { "rung:size": options.size } : {}),
  };
  let changes: Awaited<ReturnType<typeof bringUp>>;
  try {
    changes = await bringUp(target, { config, signal: stop.signal }, (progress) => renderer.take(progress));
  } finally {
    renderer.end();
    process.off("SIGINT", interrupt).off("SIGTERM", interrupt);
  }
  const outputs = await stackOutputs(await ensureToolchain(), context.stack);
  const urls = (outputs?.urls ?? {}) as Record<string, string>;
  if (options.json) {
    process.stdout.write(`${JSON.stringify({ event: "result", result: "succeeded", changes, urls })}\n`);
    return 0;
  }
  const counts = Object.entries(changes).filter(([, count]) => count > 0);
  const told = counts.map(([name, count]) => `${count} ${name}`).join(", ");
  process.stdout.write(`\n${columns(Object.entries(urls).map(([name, url]) => [name, url]))}\n\n`);
  process.stdout.write(
    `  ${paint("dim", `${told} in ${secondsText((performance.now() - began) / 1000)}`)}\n`,
  );
  return 0;
}
