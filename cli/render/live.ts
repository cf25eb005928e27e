import { createLogUpdate } from "log-update";
import type { Operation, Progress } from "../../operations/progress.ts";
import { Board, type Row } from "./board.ts";
import { fit, markStyle, marks, paint, secondsText, width } from "./text.ts";

/** How progress reaches the reader; `end` leaves the last picture standing. */
export interface Renderer {
  take(progress: Progress): void;
  end(): void;
}

const spinner = ["⠋", "⠙", "⠹", "⠸", "⠼", "⠴", "⠦", "⠧", "⠇", "⠏"];

/** On a terminal: one line a capability, redrawn ten times a second. */
export function liveRenderer(title: string): Renderer {
  const board = new Board();
  const draw = createLogUpdate(process.stdout, { showCursor: false });
  const messages: string[] = [];
  let frame = 0;
  const rows = (now: number) => {
    const all = board.rows();
    const label = Math.max(13, ...all.map((row) => row.label.length));
    return all.map((row) => line(row, label, now, frame));
  };
  const picture = () => {
    frame += 1;
    const now = performance.now();
    draw([paint("bold", title), "", ...rows(now), ...messages].join("\n"));
  };
  const timer = setInterval(picture, 100);
  return {
    take(progress) {
      board.take(progress, performance.now());
      if (progress.event === "message" && progress.severity !== "info") messages.push(progress.text);
    },
    end() {
      clearInterval(timer);
      picture();
      draw.done();
    },
  };
}

function line(row: Row, label: number, now: number, frame: number): string {
  const mark = row.state === "running" ? (spinner[frame % spinner.length] ?? "") : marks[row.state];
  const time = secondsText(row.seconds ?? (now - row.began) / 1000);
  const room = width() - 4 - label - 1 - time.length - 2;
  const detail = fit(row.detail, room).padEnd(room);
  const shown = row.state === "running" ? detail : paint("dim", detail);
  return `  ${paint(markStyle[row.state], mark)} ${row.label.padEnd(label)} ${shown} ${paint("dim", time)}`;
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

export function rendererFor(options: { json?: boolean }, title: string): Renderer {
  if (options.json) return jsonRenderer();
  return process.stdout.isTTY ? liveRenderer(title) : lineRenderer(title);
}
