import { moreText } from "../../components/model/money.ts";
import type { Cause, Finding, ResourceChange, Review, StackReview } from "../model.ts";

/** Words that every renderer says alike. */

export const causeText = ({ kind, file, line, change }: Cause): string => {
  const place = file ? `${file}${line ? `:${line}` : ""}` : "";
  if (kind === "unknown") return change ? `not traced: ${change}` : "";
  return [place, change].filter((part) => part !== "").join("  ");
};

export const viaText = ({ via }: Cause): string => (via.length > 1 ? via.join(" ← ") : "");

const most = 6;

export const hangsOnText = ({ hangsOn }: Finding): string =>
  hangsOn.length === 0
    ? ""
    : `${hangsOn.slice(0, most).join(", ")}${hangsOn.length > most ? ` and ${hangsOn.length - most} more` : ""}`;

export const propertyText = ({ path, from, to, replaces }: ResourceChange["properties"][number]): string =>
  `${path}: ${from ?? "not there"} → ${to ?? "not there"}${replaces ? "  (replaces)" : ""}`;

/** `+$47.50`, `-€3.10 +$2`, `0`, or nothing where a side is not known. */
export const costDifference = ({ cost }: StackReview): string =>
  cost.before === undefined || cost.after === undefined ? "-" : moreText(cost.before, cost.after);

/** `2 mandatory, 1 advisory` of what the change brings; `3 as before` of what was so already. */
export function policyText({ policies }: StackReview): string {
  const count = (level: string) => policies.filter((one) => one.level === level && !one.known).length;
  const known = policies.filter((one) => one.known).length;
  const told = [
    ...(["mandatory", "advisory"] as const).flatMap((level) =>
      count(level) > 0 ? `${count(level)} ${level}` : [],
    ),
    ...(known > 0 ? [`${known} as before`] : []),
  ];
  return told.length > 0 ? told.join(", ") : "-";
}

/** What the change brings stands before what was so already. */
export const newFirst = (all: StackReview["policies"]): StackReview["policies"] =>
  all.toSorted((a, b) => Number(a.known) - Number(b.known));

export const operationMarks: Readonly<Record<string, string>> = {
  create: "+",
  update: "~",
  replace: "±",
  delete: "-",
  import: ">",
  forget: "<",
};

/** What is shown as a diff, and how much is left out of it. */
export function changesShown({ changes }: StackReview) {
  const shown = changes.filter(({ quiet }) => quiet === undefined);
  const tags = changes.filter(({ quiet }) => quiet === "tags").length;
  const churn = changes.filter(({ quiet }) => quiet === "churn").length;
  const left = [
    ...(tags > 0 ? [`${tags} that change only their tags`] : []),
    ...(churn > 0 ? [`${churn} that change with every rollout`] : []),
  ];
  return { shown, left };
}

export const allFindings = (
  review: Review,
): readonly { readonly stack: string; readonly finding: Finding }[] => [
  ...review.stacks.flatMap(({ stack, findings }) => findings.map((finding) => ({ stack, finding }))),
  ...review.findings.map((finding) => ({ stack: "", finding })),
];

export const untouchedText = ({ untouched }: Review): string =>
  untouched.length === 0
    ? ""
    : `${untouched.length} ${untouched.length === 1 ? "stack" : "stacks"} without a change: ${untouched.join(", ")}`;
