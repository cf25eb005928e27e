import type { Blueprint } from "../../components/model/blueprint.ts";
import { monthlyUsers } from "../../components/model/words.ts";
import type { Planned } from "../../operations/plans.ts";
import { monthText, plansOf, promised, promisesOf, source, sum } from "./plan.ts";
import { columns, paint, wrap } from "./text.ts";

/** A plan for a terminal: no line is wider than it. */
export function planText(planned: Planned): string {
  if ("cannot" in planned) return cannotText(planned);
  const { blueprint } = planned;
  const { app, stage, size } = blueprint;
  return [
    `${paint("bold", `${app} on ${stage}, ${size} (${monthlyUsers[size]})`)}\nregion: ${homeOf(blueprint)}`,
    `${products(blueprint)}\n\n${wrap(`${monthText(blueprint.price)} a month. ${promised(blueprint)}`)}`,
    ...[limits, recovery, prices, losses].flatMap((section) => section(blueprint) ?? []),
  ].join("\n\n");
}

function cannotText(planned: Extract<Planned, { cannot: unknown }>): string {
  const { stage, cannot, sizes, stages } = planned;
  return [
    paint("bold", stage),
    ...cannot.map(({ what }) => wrap(`cannot: ${what}`, "  ", "    ")),
    wrap(`sizes it carries: ${sizes.join(", ") || "none"}`, "  ", "    "),
    wrap(`stages that carry this: ${stages.join(", ") || "none"}`, "  ", "    "),
  ].join("\n");
}

/** Name, price and count stand in columns; what follows is wrapped under itself. */
function products(blueprint: Blueprint): string {
  const plans = plansOf(blueprint);
  const home = homeOf(blueprint);
  const wide = Math.max(10, ...plans.map(([name]) => name.length)) + 2;
  const dear = Math.max(7, ...plans.map(([, { price }]) => monthText(price).length)) + 2;
  const row = (name: string, price: string, count: string, rest: string) =>
    wrap(
      rest,
      `  ${name.padEnd(wide)}${price.padEnd(dear)}${count.padStart(2)}  `,
      " ".repeat(wide + dear + 6),
    );
  return [
    row("CAPABILITY", "A MONTH", "N", "PRODUCT, CLASS; REGION IF ANOTHER"),
    ...plans.map(([name, p]) =>
      row(
        name,
        monthText(p.price),
        String(p.count),
        `${p.product}, ${p.class}${p.region === home ? "" : `; ${p.region}`}`,
      ),
    ),
  ].join("\n");
}

/** The region that most capabilities are in. */
function homeOf(blueprint: Blueprint): string {
  const regions = plansOf(blueprint).map(([, { region }]) => region);
  const often = (region: string) => regions.filter((one) => one === region).length;
  return regions.toSorted((a, b) => often(b) - often(a))[0] ?? "any";
}

function limits(blueprint: Blueprint): string | undefined {
  const rows = plansOf(blueprint).flatMap(([name, p]) =>
    p.limits.map(({ what, value, unit }) => [name, what, `${value}${unit ? ` ${unit}` : ""}`]),
  );
  return rows.length > 0 ? `${paint("bold", "Limits")}\n${columns(rows)}` : undefined;
}

function recovery(blueprint: Blueprint): string | undefined {
  const lines = promisesOf(blueprint).map(({ names, text }) => wrap(`${names}: ${text}`, "  ", "    "));
  return lines.length > 0 ? [paint("bold", "Recovery"), ...lines].join("\n") : undefined;
}

function prices(blueprint: Blueprint): string | undefined {
  // Each source once: most carry several parts, and addresses are long.
  const sources = [...new Set(blueprint.price.parts.map(source))];
  const lines = plansOf(blueprint).flatMap(([name, { price }]) =>
    price.parts.map((part) =>
      wrap(`${name}: ${part.what}, ${sum(part)} [${sources.indexOf(source(part)) + 1}]`, "  ", "    "),
    ),
  );
  if (lines.length === 0) return undefined;
  const head = "Price, its parts; ? is not known to us, and not in the sum";
  const from = sources.map((text, index) => wrap(`[${index + 1}] ${text}`, "  ", "    "));
  return [paint("bold", head), ...lines, "", paint("bold", "Where each is from"), ...from].join("\n");
}

function losses(blueprint: Blueprint): string | undefined {
  const lines = blueprint.losses.flatMap((loss) => [
    wrap(`${loss.capability}: ${loss.what}`, "  ", "    "),
    ...(loss.instead ? [wrap(`instead: ${loss.instead}`, "    ", "      ")] : []),
  ]);
  return lines.length > 0 ? [paint("bold", "Lost against the spec"), ...lines].join("\n") : undefined;
}
