import { createLogUpdate } from "log-update";
import { Board, type Row } from "./board.ts";
import type { Renderer } from "./renderer.ts";
import { fit, markStyle, marks, paint, secondsText, width } from "./text.ts";

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
