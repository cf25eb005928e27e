import type { Size } from "../components/model/words.ts";
import { ensureToolchain } from "../engine/toolchain.ts";
import { livingGraph, stageGraph } from "../operations/graph.ts";
import type { StackOptions } from "./change.ts";
import { stageNamed } from "./rehearse.ts";
import { diagram, graphText } from "./render/graph.ts";

export interface GraphOptions extends StackOptions {
  readonly size?: Size;
  readonly md?: boolean;
}

/**
 * Prints what needs what: in a living stack, or in a stage as a rehearsal makes it. `--md` draws it with few boxes, as
 * Mermaid; `--json` is `{nodes: [{id, type, name, protected}], edges: [{from, to}]}`.
 */
export async function graph(stage: string | undefined, options: GraphOptions): Promise<number> {
  const toolchain = await ensureToolchain();
  const found = stage
    ? await stageGraph(stageNamed(stage), toolchain, options.size)
    : await livingGraph(toolchain, options.stack);
  const text = options.json ? JSON.stringify(found, null, 2) : options.md ? diagram(found) : graphText(found);
  process.stdout.write(`${text}\n`);
  return 0;
}
