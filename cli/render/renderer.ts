import type { Operation, Progress } from "../../operations/progress.ts";
import { marks, secondsText } from "./text.ts";

/** How progress reaches the reader; `end` leaves the last picture standing. */
export interface Renderer {
  take(progress: Progress): void;
  end(): void;
}

/** Not on a terminal: a line for each thing that ends, no colour, nothing redrawn. */
export function lineRenderer(title: string): Renderer {
  process.stdout.write(`${title}\n`);
  const told = new Map<string, string>();
  return {
    take(progress) {
      const text = lineOf(progress);
      if (!text) return;
      // A count that goes up is told once: nobody watches it here.
      const stretch = text.replaceAll(/\s*\d+/g, "");
      const source = progress.event === "step" ? progress.step : "";
      if (told.get(source) !== stretch) process.stdout.write(`${text}\n`);
      told.set(source, stretch);
    },
    end() {},
  };
}

const spoken: Readonly<Record<Operation, string>> = {
  create: "create",
  update: "update",
  replace: "replace",
  delete: "delete",
  "delete-replaced": "remove the old",
  read: "read",
  refresh: "look at",
};

function lineOf(progress: Progress): string | undefined {
  if (progress.event === "message") return progress.severity === "info" ? undefined : progress.text;
  if (progress.state === "planned") return undefined; // told at the end, as a list
  if (progress.state === "running") {
    return progress.event === "step" && progress.detail
      ? `  . ${progress.step}: ${progress.detail}`
      : undefined;
  }
  const what = progress.event === "step" ? progress.step : `${spoken[progress.operation]} ${progress.name}`;
  const time = progress.seconds === undefined ? "" : ` (${secondsText(progress.seconds)})`;
  return `  ${marks[progress.state]} ${what}${time}`;
}

/** For scripts: each event as one line of JSON. */
export function jsonRenderer(): Renderer {
  return {
    take(progress) {
      process.stdout.write(`${JSON.stringify(progress)}\n`);
    },
    end() {},
  };
}

/** The live picture's libraries are loaded only where there is a terminal to draw on. */
export async function rendererFor(options: { json?: boolean }, title: string): Promise<Renderer> {
  if (options.json) return jsonRenderer();
  return process.stdout.isTTY ? (await import("./live.ts")).liveRenderer(title) : lineRenderer(title);
}
