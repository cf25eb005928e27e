import { type Finding, type Review, ranks, type StackReview } from "../model.ts";
import {
  causeText,
  changesShown,
  costDifference,
  hangsOnText,
  newFirst,
  operationMarks,
  policyText,
  propertyText,
  untouchedText,
  viaText,
} from "./text.ts";

/** GitHub takes comments of 65,536 characters; the rest is room for what CI puts around it. */
export const mostCharacters = 60_000;

/** One comment is found again by this, and updated. */
export const marker = "<!-- rung review -->";

/** A piece of the report. What matters least goes first when it does not fit. */
interface Block {
  readonly text: string;
  /** 0 stays whatever happens. */
  readonly importance: 0 | 1 | 2 | 3 | 4 | 5 | 6;
  /** What is said when it was left out. */
  readonly name: string;
}

const badges = { SAFE: "🟢 SAFE", REVIEW: "🟡 REVIEW", BLOCK: "🔴 BLOCK" } as const;
const marks = { block: "🔴", review: "🟡", note: "⚪" } as const;

/** A review as Markdown, for a comment of a pull request. */
export function renderMarkdown(review: Review, limit = mostCharacters): string {
  const { verdict, reason, base, head, stacks } = review;
  const all: Block[] = [
    always(`${marker}\n## ${badges[verdict]}\n\n**${escapeMarkdown(reason)}**`),
    always(`<sub>${escapeMarkdown(head)}, compared with ${escapeMarkdown(base)}</sub>`),
    ...stacks.map(intents),
    ...findings(review),
    always(table(stacks)),
    { text: escapeMarkdown(untouchedText(review)), importance: 1, name: "the stacks without a change" },
    ...stacks.flatMap(diffs),
    ...stacks.map(policies),
    ...stacks.map(unknowns),
  ];
  return fitted(
    all.filter(({ text }) => text !== ""),
    limit,
  );
}

const always = (text: string): Block => ({ text, importance: 0, name: "" });

/** Drops what matters least until the rest fits, and says what it dropped. */
function fitted(blocks: readonly Block[], limit: number): string {
  let kept = [...blocks];
  const dropped: string[] = [];
  const whole = () => {
    const note = dropped.length > 0 ? `\n\n<sub>Left out, to fit: ${summary(dropped)}.</sub>` : "";
    return `${kept.map(({ text }) => text).join("\n\n")}${note}\n`;
  };
  for (let text = whole(); ; text = whole()) {
    if (text.length <= limit) return text;
    const least = Math.max(...kept.map(({ importance }) => importance));
    // All that stays whatever happens does not fit: its end is cut, and says so.
    if (least === 0) return cutOff(text, limit);
    const at = kept.findLastIndex(({ importance }) => importance === least);
    dropped.unshift(kept[at]?.name ?? "");
    kept = kept.filter((_, index) => index !== at);
  }
}

function summary(names: readonly string[]): string {
  const counted = new Map<string, number>();
  for (const name of names) counted.set(name, (counted.get(name) ?? 0) + 1);
  return [...counted].map(([name, count]) => (count > 1 ? `${name} (${count})` : name)).join(", ");
}

function cutOff(text: string, limit: number): string {
  const note = "\n\n<sub>Cut off, to fit: run rung review.</sub>\n";
  const lines = text.slice(0, limit - note.length).split("\n");
  return lines.slice(0, -1).join("\n") + note;
}

function intents({ stack, stage, size, basis, base, intents: all }: StackReview): Block {
  const title = `### ${escapeMarkdown(`${stack} · ${stage ?? "?"} · ${size ?? "?"}`)}`;
  const lines = all.map(
    ({ subject, change }) => `- **${escapeMarkdown(subject)}**: ${escapeMarkdown(change)}`,
  );
  return always([title, `<sub>${basis}: ${escapeMarkdown(base)}</sub>`, "", ...lines].join("\n"));
}

/** Never collapsed. Each stays at least as one line; how it was found goes before that. */
function findings(review: Review): Block[] {
  const all = [
    ...review.stacks.flatMap(({ stack, findings: found }) => found.map((finding) => ({ stack, finding }))),
    ...review.findings.map((finding) => ({ stack: "", finding })),
  ];
  return ranks.flatMap((rank) => {
    const found = all.filter(({ finding }) => finding.rank === rank);
    if (found.length === 0) return [];
    return [
      always(`#### ${rank}`),
      ...found.flatMap(({ stack, finding }) => [
        {
          text: `${marks[finding.severity]} ${stack && review.stacks.length > 1 ? `**${escapeMarkdown(stack)}** ` : ""}${escapeMarkdown(finding.what)}`,
          importance: finding.severity === "note" ? 2 : 0,
          name: "notes",
        } as const,
        {
          text: details(finding),
          importance: finding.severity === "block" ? 1 : finding.severity === "review" ? 2 : 3,
          name: "the details of findings",
        } as const,
      ]),
    ];
  });
}

function details(finding: Finding): string {
  const { properties, cause, protection, lastBackup, instead } = finding;
  const rows: [string, string][] = [
    ...properties.slice(0, 4).map((one): [string, string] => ["forced by", code(propertyText(one))]),
    ["comes from", cause.kind === "unknown" ? escapeMarkdown(causeText(cause)) : code(causeText(cause))],
    ["through", code(viaText(cause))],
    ["hangs on it", escapeMarkdown(hangsOnText(finding))],
    ["protection", escapeMarkdown(protection ?? "")],
    ["last backup", escapeMarkdown(lastBackup ?? "")],
    ["instead", escapeMarkdown(instead)],
  ];
  return rows
    .filter(([, text]) => text !== "")
    .map(([name, text]) => `- ${name}: ${text}`)
    .join("\n");
}

function table(stacks: readonly StackReview[]): string {
  if (stacks.length === 0) return "";
  const row = (cells: readonly string[]) => `| ${cells.join(" | ")} |`;
  return [
    row(["stack", "create", "update", "replace", "delete", "cost a month", "policy"]),
    row(["---", "--:", "--:", "--:", "--:", "--:", "---"]),
    ...stacks.map((one) =>
      row([
        escapeMarkdown(one.stack),
        ...(["create", "update", "replace", "delete"] as const).map((name) =>
          String(one.counts[name] || "-"),
        ),
        escapeMarkdown(costDifference(one)),
        escapeMarkdown(policyText(one)),
      ]),
    ),
  ].join("\n");
}

/** A resource a block, so that a long one does not take the others with it. */
function diffs(stack: StackReview): Block[] {
  const { shown, left } = changesShown(stack);
  if (shown.length === 0 && left.length === 0) return [];
  const size = 20;
  const groups = Array.from({ length: Math.ceil(shown.length / size) }, (_, index) =>
    shown.slice(index * size, (index + 1) * size),
  );
  const blocks = groups.map((group, index): Block => {
    const lines = group.flatMap(({ operation, type, name, properties, reason }) => [
      `${operationMarks[operation]} ${operation} ${name}  (${type.split(":").at(-1)})`,
      ...(reason ? [`    ${reason}`] : []),
      ...properties.slice(0, 12).map((one) => `    ${oneLine(propertyText(one))}`),
      ...(properties.length > 12 ? [`    and ${properties.length - 12} more properties`] : []),
    ]);
    const from = index * size + 1;
    const title = `${stack.stack}: resources ${from} to ${from + group.length - 1} of ${shown.length} that change`;
    return {
      text: `<details><summary>${escapeMarkdown(title)}</summary>\n\n${fenced(lines.join("\n"))}\n</details>`,
      importance: index === 0 ? 4 : 5,
      name: `the diff of ${escapeMarkdown(stack.stack)}`,
    };
  });
  const rest: Block = {
    text:
      left.length > 0 ? `<sub>${escapeMarkdown(stack.stack)}: not shown are ${left.join(", ")}</sub>` : "",
    importance: 3,
    name: "what is not shown",
  };
  return [...blocks, rest];
}

function policies({ stack, policies: all }: StackReview): Block {
  const lines = newFirst(all).map(
    ({ level, pack, policy, resource, message, known }) =>
      `- **${level}**${known ? ", as before" : ""} ${code(`${pack}/${policy}`)} ${resource ? code(resource) : ""} ${escapeMarkdown(message)}`,
  );
  return {
    text: lines.length > 0 ? `#### policies, ${escapeMarkdown(stack)}\n\n${lines.join("\n")}` : "",
    importance: 2,
    name: "what the policies said",
  };
}

function unknowns({ stack, unknowns: all }: StackReview): Block {
  const lines = all.map((one) => `- ${escapeMarkdown(one)}`);
  return {
    text:
      all.length > 0
        ? `<details><summary>not known, ${escapeMarkdown(stack)}</summary>\n\n${lines.join("\n")}\n</details>`
        : "",
    importance: 3,
    name: "what is not known",
  };
}

const oneLine = (text: string): string => text.replaceAll(/[\r\n]+/g, "⏎");

/** A fence longer than any in the text. */
export function fenced(text: string): string {
  const longest = Math.max(2, ...[...text.matchAll(/`+/g)].map(([run]) => run.length));
  const fence = "`".repeat(longest + 1);
  return `${fence}diff\n${text}\n${fence}`;
}

/** Text that means nothing to Markdown, to HTML, and calls nobody. */
export const escapeMarkdown = (text: string): string =>
  oneLine(text)
    .replaceAll("@", "@\u200b")
    .replaceAll(/[&<>"'`*_~|[\]\\#{}]/g, (letter) => `&#${letter.codePointAt(0)};`)
    .replaceAll("://", ":\u200b//");

/** A value, in the type of code. */
const code = (text: string): string => (text === "" ? "" : `<code>${escapeMarkdown(text)}</code>`);
