import { styleText } from "node:util";
import type { State } from "../../operations/progress.ts";

type Style = Parameters<typeof styleText>[0];

/** Colours `text` where the stream is a terminal that wants colour (NO_COLOR and FORCE_COLOR are kept). */
export function paint(style: Style, text: string, stream: NodeJS.WriteStream = process.stdout): string {
  return styleText(style, text, { stream });
}

export const marks: Record<State, string> = { running: "•", done: "✔", failed: "✖" };
export const markStyle: Record<State, Style> = { running: "cyan", done: "green", failed: "red" };

/** Terminal width, never more than 100: long lines are hard to read. */
export const width = (stream: NodeJS.WriteStream = process.stdout): number =>
  Math.min(stream.columns || 80, 100);

/** `text` cut to `length` with an ellipsis. */
export const fit = (text: string, length: number): string =>
  text.length <= length ? text : `${text.slice(0, Math.max(0, length - 1))}…`;

/**
 * `text` broken between words to the terminal's width, and within a word that is longer than a line; lines after the
 * first are set in by `hanging`.
 */
export function wrap(text: string, indent = "  ", hanging = indent): string {
  const lines: string[] = [];
  let line = indent;
  const room = width() - Math.max(indent.length, hanging.length);
  for (const word of text.split(" ").flatMap((whole) => pieces(whole, room))) {
    const start = lines.length === 0 ? indent : hanging;
    if (line.length > start.length && line.length + 1 + word.length > width()) {
      lines.push(line);
      line = hanging + word;
    } else line = line.length === start.length ? line + word : `${line} ${word}`;
  }
  return [...lines, line].join("\n");
}

const pieces = (word: string, length: number): string[] =>
  word.length <= length
    ? [word]
    : Array.from({ length: Math.ceil(word.length / length) }, (_, i) =>
        word.slice(i * length, (i + 1) * length),
      );

/** Aligns columns with two spaces between; the last column is cut to the terminal's width. */
export function columns(rows: readonly (readonly string[])[], indent = "  "): string {
  const count = Math.max(0, ...rows.map((row) => row.length));
  const widths = Array.from({ length: count }, (_, i) =>
    Math.max(0, ...rows.map((row) => row[i]?.length ?? 0)),
  );
  return rows
    .map((row) => {
      const cells = row.map((cell, i) => (i === row.length - 1 ? cell : cell.padEnd(widths[i] ?? 0)));
      return fit(indent + cells.join("  "), width()).trimEnd();
    })
    .join("\n");
}

export const secondsText = (seconds: number): string =>
  seconds < 60 ? `${seconds.toFixed(1)} s` : `${Math.floor(seconds / 60)} m ${Math.round(seconds % 60)} s`;
