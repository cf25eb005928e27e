import { columns, fit, paint, width, wrap } from "../../cli/render/text.ts";
import { type Finding, type Review, ranks, type StackReview, type Verdict } from "../model.ts";
import {
  causeText,
  changesShown,
  costDifference,
  hangsOnText,
  operationMarks,
  policyText,
  propertyText,
  untouchedText,
  viaText,
} from "./text.ts";

const styles = { SAFE: "green", REVIEW: "yellow", BLOCK: "red" } as const satisfies Record<Verdict, string>;
const marks = { block: "✖", review: "!", note: "·" } as const;

/** A review for a terminal, no wider than it is. */
export function renderTerminal(review: Review): string {
  const { verdict, reason, base, head, stacks } = review;
  const parts = [
    wrap(`${verdict}  ${reason}`, "", "  ").replace(verdict, paint(["bold", styles[verdict]], verdict)),
    paint("dim", wrap(`${head}, compared with ${base}`, "")),
    ...findings("of the repository", review.findings),
    ...stacks.flatMap(stackText),
    ...table(stacks),
    untouchedText(review) && paint("dim", wrap(untouchedText(review), "")),
  ];
  return `${parts.filter((part) => part !== "").join("\n\n")}\n`;
}

function stackText(stack: StackReview): string[] {
  const title = `${stack.stack} · ${stack.stage ?? "?"} · ${stack.size ?? "?"} · ${stack.verdict}`;
  return [
    `${paint("bold", title)}\n${paint("dim", wrap(`${stack.basis}: ${stack.base}`))}`,
    intents(stack),
    ...findings("", stack.findings),
    diffs(stack),
    stack.unknowns.length === 0
      ? ""
      : paint(
          "dim",
          ["  not known:", ...stack.unknowns.map((one) => wrap(one, "    ", "      "))].join("\n"),
        ),
  ];
}

const intents = ({ intents: all }: StackReview): string =>
  all.map(({ subject, change }) => wrap(`${subject}: ${change}`, "  ", "      ")).join("\n");

/** By rank, worst first; none is left out. */
function findings(title: string, all: readonly Finding[]): string[] {
  return ranks.flatMap((rank) => {
    const found = all.filter((one) => one.rank === rank);
    if (found.length === 0) return [];
    const heading = paint("bold", `  ${rank}${title ? ` ${title}` : ""}`);
    return [`${heading}\n${found.map(findingText).join("\n")}`];
  });
}

function findingText(finding: Finding): string {
  const { severity, what, properties, cause, protection, lastBackup, instead } = finding;
  const rows: [string, string][] = [
    ...properties.slice(0, 4).map((one): [string, string] => ["forced by", propertyText(one)]),
    ["comes from", causeText(cause)],
    ["through", viaText(cause)],
    ["hangs on it", hangsOnText(finding)],
    ["protection", protection ?? ""],
    ["last backup", lastBackup ?? ""],
    ["instead", instead],
  ];
  const colour = severity === "block" ? "red" : severity === "review" ? "yellow" : "dim";
  return [
    wrap(`${marks[severity]} ${what}`, "  ", "    ").replace(marks[severity], paint(colour, marks[severity])),
    ...rows
      .filter(([, text]) => text !== "")
      .map(([name, text]) => wrap(`${name.padEnd(12)}${text}`, "      ", "                  ")),
  ].join("\n");
}

const longestDiff = 40;

function diffs(stack: StackReview): string {
  const { shown, left } = changesShown(stack);
  const lines = shown
    .slice(0, longestDiff)
    .flatMap(({ operation, type, name, properties, reason }) => [
      fit(`  ${operationMarks[operation]} ${operation.padEnd(8)}${name}  ${type.split(":").at(-1)}`, width()),
      ...(reason ? [fit(`      ${reason}`, width())] : []),
      ...properties.slice(0, 6).map((one) => fit(`      ${propertyText(one)}`, width())),
      ...(properties.length > 6 ? [`      and ${properties.length - 6} more`] : []),
    ]);
  const rest = shown.length > longestDiff ? [`${shown.length - longestDiff} more resources`] : [];
  const out = [...rest, ...left];
  return [...lines, ...(out.length > 0 ? [paint("dim", wrap(`not shown: ${out.join(", ")}`))] : [])].join(
    "\n",
  );
}

function table(stacks: readonly StackReview[]): string[] {
  if (stacks.length === 0) return [];
  const head = ["stack", "create", "update", "replace", "delete", "cost a month", "policy"];
  const rows = stacks.map((one) => [
    one.stack,
    ...(["create", "update", "replace", "delete"] as const).map((name) => String(one.counts[name] || "-")),
    costDifference(one),
    policyText(one),
  ]);
  return [columns([head, ...rows])];
}
