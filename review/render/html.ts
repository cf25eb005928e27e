import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { amountText, type Currency, currencies, moneyText } from "../../components/model/money.ts";
import { capabilities } from "../../components/model/words.ts";
import { type CostLine, type Finding, type Node, type Review, ranks, type StackReview } from "../model.ts";
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

const asset = (name: string): string => readFileSync(join(import.meta.dirname, "html", name), "utf8");

/** A review as one page that needs nothing else: no network, no other file. */
export function renderHtml(review: Review): string {
  const { verdict, reason, app, base, head, stacks } = review;
  const [style, script] = [asset("page.css"), asset("page.js")];
  const policy = [
    "default-src 'none'",
    "img-src data:",
    // the bars' widths are styles of their own elements
    "style-src 'unsafe-inline'",
    `script-src '${digest(script)}'`,
  ].join("; ");
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="${policy}">
<link rel="icon" href="data:,">
<title>${verdict} · ${safe(app)}</title>
<style>${style}</style>
</head>
<body>
<a class="skip" href="#findings">To the findings</a>
<main>
<header class="verdict" data-tone="${verdict}">
<h1>${verdict}</h1>
<p class="reason">${safe(reason)}</p>
<p class="soft">${safe(app)}: ${safe(head)}, compared with ${safe(base)}</p>
</header>
<div id="findings" tabindex="-1">
${review.findings.length > 0 ? `<section><h2>The repository</h2>${findings(review.findings)}</section>` : ""}
${stacks.map(stackSection).join("\n")}
</div>
${stacks.length > 0 ? `<section><h2>All stacks</h2>${table(stacks)}</section>` : ""}
<p class="soft">${safe(untouchedText(review))}</p>
</main>
<script>${script}</script>
</body>
</html>
`;
}

const digest = (text: string): string => `sha256-${createHash("sha256").update(text).digest("base64")}`;

const safe = (text: string): string => text.replaceAll(/[&<>"']/g, (letter) => `&#${letter.codePointAt(0)};`);

function stackSection(stack: StackReview): string {
  return `<section aria-label="${safe(stack.stack)}">
<h2 data-tone="${stack.verdict}">${safe(`${stack.stack} · ${stack.stage ?? "?"} · ${stack.size ?? "?"}`)}</h2>
<p class="soft">${stack.basis}: ${safe(stack.base)}</p>
${intents(stack)}
${findings(stack.findings)}
${costs(stack)}
${graph(stack)}
${policies(stack)}
${diffs(stack)}
${unknowns(stack)}
</section>`;
}

const intents = ({ intents: all }: StackReview): string =>
  all.length === 0
    ? ""
    : `<h3>What is wanted</h3><dl>${all.map(({ subject, change }) => row(subject, safe(change))).join("")}</dl>`;

const row = (name: string, html: string): string =>
  html === "" ? "" : `<dt>${safe(name)}</dt><dd>${html}</dd>`;

function findings(all: readonly Finding[]): string {
  return ranks
    .map((rank) => {
      const found = all.filter((one) => one.rank === rank);
      return found.length === 0 ? "" : `<h3>${rank}</h3>${found.map(finding).join("\n")}`;
    })
    .join("\n");
}

const words = { block: "blocks", review: "to review", note: "note" } as const;

function finding(one: Finding): string {
  const { severity, what, properties, cause, protection, lastBackup, instead } = one;
  const code = (text: string) => (text === "" ? "" : `<code>${safe(text)}</code>`);
  return `<article class="finding" data-tone="${severity}">
<strong>${safe(what)}</strong> <span class="severity">${words[severity]}</span>
<dl>
${properties
  .slice(0, 4)
  .map((property) => row("forced by", code(propertyText(property))))
  .join("")}
${row("comes from", code(causeText(cause)))}
${row("through", code(viaText(cause)))}
${row("hangs on it", safe(hangsOnText(one)))}
${row("protection", safe(protection ?? ""))}
${row("last backup", safe(lastBackup ?? ""))}
${row("instead", safe(instead))}
</dl>
</article>`;
}

/** A capability's cost in each currency that it has one in: a bar is as long as the most in the same. */
const linesByCurrency = ({ capability, before = {}, after = {} }: CostLine) =>
  currencies.flatMap((currency) => {
    const [from, to] = [before[currency] ?? 0, after[currency] ?? 0];
    return from > 0 || to > 0 ? [{ capability, currency, before: from, after: to }] : [];
  });

function costs(stack: StackReview): string {
  const { cost } = stack;
  const lines = cost.lines.flatMap(linesByCurrency);
  if (lines.length === 0) return "";
  const share = (amount: number, currency: Currency) =>
    Math.round(
      (amount /
        Math.max(
          ...lines.filter((one) => one.currency === currency).flatMap((one) => [one.before, one.after]),
        )) *
        1000,
    ) / 10;
  const money = ({ before, after, currency }: (typeof lines)[number]) =>
    before === after
      ? amountText(after, currency)
      : `${amountText(before, currency)} → ${amountText(after, currency)}`;
  return `<h3>A month</h3>
<p>${cost.before === undefined ? "-" : moneyText(cost.before)} → ${cost.after === undefined ? "-" : moneyText(cost.after)} (${safe(costDifference(stack))})${
    cost.unknown.length > 0
      ? `<span class="soft">; not counted, for want of a price: ${safe(cost.unknown.join(", "))}</span>`
      : ""
  }</p>
<div class="bars">
${lines
  .map(
    (line) => `<span>${line.capability}</span>
<span class="bar" role="img" aria-label="${safe(money(line))}"><span class="before" style="--share:${share(line.before, line.currency)}"></span><span class="after" style="--share:${share(line.after, line.currency)}"></span></span>
<span class="money">${safe(money(line))}</span>`,
  )
  .join("\n")}
</div>`;
}

/** Resources in lanes by capability, what changes first; the script shows what hangs on which. */
function graph({ graph: all, stack }: StackReview): string {
  if (all.length === 0) return "";
  const lanes = [...capabilities, "other" as const]
    .map((name) => ({
      name,
      members: all.flatMap((node, index) => (node.capability === name ? [{ node, index }] : [])),
    }))
    .filter(({ members }) => members.length > 0);
  const ordered = lanes.flatMap(({ members }) =>
    members.toSorted((a, b) => changed(b.node) - changed(a.node)),
  );
  const place = new Map(ordered.map(({ index }, at) => [index, at]));
  const needs = ordered.map(({ node }) => node.needs.flatMap((needed) => place.get(needed) ?? []));
  const first = Math.max(
    0,
    ordered.findIndex(({ node }) => changed(node)),
  );
  const chip = (node: Node, at: number) =>
    `<button type="button" class="node" data-operation="${node.operation}" aria-pressed="false" tabindex="${at === first ? 0 : -1}" title="${safe(`${node.name} (${node.type.split(":").at(-1)}), ${node.operation}`)}">${operationMarks[node.operation] ?? ""} ${safe(node.name)}</button>`;
  let at = 0;
  return `<h3 id="graph-${safe(stack)}">What hangs on what</h3>
<ul class="legend">${["create", "update", "replace", "delete", "same"].map((name) => `<li data-operation="${name}">${name}</li>`).join("")}</ul>
<div class="graph" role="group" aria-labelledby="graph-${safe(stack)}">
<svg aria-hidden="true"></svg>
<div class="lanes">
${lanes
  .map(
    ({ name, members }) =>
      `<div class="lane"><h4>${name}</h4><div>${members
        .toSorted((a, b) => changed(b.node) - changed(a.node))
        .map(({ node }) => chip(node, at++))
        .join("")}</div></div>`,
  )
  .join("\n")}
</div>
<p class="radius soft" aria-live="polite">Point at a resource, or go to it with the arrow keys, to see what hangs on it.</p>
<script type="application/json">${JSON.stringify(needs)}</script>
</div>`;
}

const changed = ({ operation }: Node): number => (operation === "same" ? 0 : 1);

function policies({ policies: all }: StackReview): string {
  if (all.length === 0) return "";
  const rows = newFirst(all).map(
    ({ level, pack, policy, resource, message, known }) =>
      `<tr><td>${level}${known ? ", as before" : ""}</td><td><code>${safe(`${pack}/${policy}`)}</code></td><td>${safe(resource ?? "")}</td><td>${safe(message)}</td></tr>`,
  );
  return `<h3>Policies</h3><div class="scroll" tabindex="0" role="region" aria-label="Policies"><table><thead><tr><th>level</th><th>policy</th><th>resource</th><th>what it says</th></tr></thead><tbody>${rows.join("")}</tbody></table></div>`;
}

function diffs(stack: StackReview): string {
  const { shown, left } = changesShown(stack);
  if (shown.length === 0 && left.length === 0) return "";
  const text = shown.flatMap(({ operation, type, name, properties, reason }) => [
    `${operationMarks[operation]} ${operation} ${name}  (${type.split(":").at(-1)})`,
    ...(reason ? [`    ${reason}`] : []),
    ...properties.map((one) => `    ${propertyText(one)}`),
  ]);
  return `<details><summary>${shown.length} ${shown.length === 1 ? "resource changes" : "resources change"}</summary>
<pre tabindex="0"><code>${safe(text.join("\n"))}</code></pre></details>
${left.length > 0 ? `<p class="soft">Not shown: ${safe(left.join(", "))}.</p>` : ""}`;
}

const unknowns = ({ unknowns: all }: StackReview): string =>
  all.length === 0
    ? ""
    : `<details><summary>Not known</summary><ul>${all.map((one) => `<li>${safe(one)}</li>`).join("")}</ul></details>`;

function table(stacks: readonly StackReview[]): string {
  const numbers = ["create", "update", "replace", "delete"] as const;
  return `<div class="scroll" tabindex="0" role="region" aria-label="All stacks"><table><thead><tr><th>stack</th>${numbers
    .map((name) => `<th class="number">${name}</th>`)
    .join("")}<th class="number">cost a month</th><th>policy</th></tr></thead><tbody>${stacks
    .map(
      (one) =>
        `<tr><td>${safe(one.stack)}</td>${numbers.map((name) => `<td class="number">${one.counts[name] || "-"}</td>`).join("")}<td class="number">${safe(costDifference(one))}</td><td>${safe(policyText(one))}</td></tr>`,
    )
    .join("")}</tbody></table></div>`;
}
