import type { Counts, Rehearsed, ResourceChange, StepResult } from "./result.ts";

const width = 80;

/** A rehearsal for a person to read, 80 columns wide. */
export function renderRehearsal(result: Rehearsed): string {
  if ("cannot" in result) {
    const reasons = result.cannot.flatMap(({ what, allowed }) =>
      fold(`${what}${allowed ? ` (can: ${allowed})` : ""}`, "  "),
    );
    return [`${result.stage}  cannot be rehearsed so`, ...reasons].join("\n");
  }
  const { stage, from, to, ok, seconds, resources, standIns, steps } = result;
  return [
    `${stage}  ${from} -> ${to}  ${resources} resources  ${seconds} s  ${ok ? "rehearsed" : "FAILED"}`,
    ...fold(`made with stand-ins, no account was reached: ${standIns.join(", ") || "none"}`, "  "),
    "",
    `  ${"step".padEnd(15)}${"seconds".padStart(8)}   ${columns.map((name) => name.padStart(8)).join("")}`,
    ...steps.flatMap(renderStep),
  ]
    .join("\n")
    .trimEnd();
}

const columns = ["create", "update", "replace", "delete", "same"] as const;

function renderStep({ step, seconds, counts, changes, problems }: StepResult): string[] {
  const details = step === "resize" || step === "failover" ? changes.flatMap(renderChange) : [];
  return [
    `  ${step.padEnd(15)}${seconds.toFixed(1).padStart(8)}   ${cells(counts)}${problems.length > 0 ? "  !" : ""}`,
    ...details,
    ...problems.flatMap((problem) => fold(`! ${problem}`, "      ")),
  ];
}

const cells = (counts: Counts): string =>
  columns.map((name) => String(counts[name] || "-").padStart(8)).join("");

const marks = { create: "+", update: "~", replace: "+-", delete: "-" } as const;

function renderChange({ operation, type, name, paths, replacedBy }: ResourceChange): string[] {
  const kind = type.replace(/:([\w.]+)\/[^:]*:/, ":$1:");
  const why = paths.map((path) => (replacedBy.includes(path) ? `${path} (replaces)` : path)).join(", ");
  const shown = operation === "create" || operation === "delete" || why === "" ? "" : `: ${why}`;
  return fold(`${marks[operation].padEnd(2)} ${kind} ${name}${shown}`, "      ");
}

/** Breaks text at spaces so that no line is wider than a terminal of 80 columns. */
function fold(text: string, indent: string): string[] {
  const lines: string[] = [];
  for (const paragraph of text.split("\n")) {
    let line = "";
    for (const word of paragraph.split(" ")) {
      if (line && indent.length + line.length + 1 + word.length > width) {
        lines.push(indent + line);
        line = `  ${word}`;
      } else line = line ? `${line} ${word}` : word;
    }
    lines.push(indent + line);
  }
  return lines;
}
