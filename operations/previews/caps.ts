import { type Diagnostic, DiagnosticsError } from "../../components/model/diagnostics.ts";
import {
  amountsOf,
  isNothing,
  type Money,
  moneyText,
  notLimited,
  over,
  sumOf,
} from "../../components/model/money.ts";
import type { Toolchain } from "../../engine/toolchain.ts";
import type { Target } from "../target.ts";
import { type Preview, previews } from "./list.ts";
import { capOf, type Template } from "./template.ts";

/**
 * Lets a preview in: a new one only while there are fewer than the cap, and none that takes all of them together, or
 * itself, over what may be spent.
 * @throws DiagnosticsError (exit code 3) saying which cap, and what is in the way
 */
export async function admit(toolchain: Toolchain, template: Template, target: Target): Promise<void> {
  const { context, plan } = target;
  const { budgetUsd } = context.platform;
  const others = (await previews(toolchain, template)).filter(({ stack }) => stack !== context.stack);
  const problems = inTheWay(template, others, {
    stack: context.stack,
    monthly: plan.price.monthly,
    unpriced: plan.price.unknown,
    budget: budgetUsd === undefined ? {} : { USD: budgetUsd },
  });
  if (problems.length > 0) throw new DiagnosticsError(problems, 3);
}

interface Asked {
  readonly stack: string;
  readonly monthly: Money;
  readonly unpriced: readonly string[];
  /** Of this preview alone. */
  readonly budget: Money;
}

/**
 * What keeps a preview out. Each currency has a cap of its own; one without is never let in unseen. A part without a
 * known price counts as much as `preview:unpricedUsd` says; where that says nothing, no cap can be held. Pure.
 */
export function inTheWay(
  { limits, file }: Pick<Template, "limits" | "file">,
  others: readonly Pick<Preview, "stack" | "monthly" | "unpriced">[],
  asked: Asked,
): Diagnostic[] {
  const { stack, budget } = asked;
  const { unpricedUsd } = limits;
  const counted = ({ monthly = {}, unpriced }: Pick<Preview, "monthly" | "unpriced">): Money =>
    sumOf([monthly, unpriced.length > 0 && unpricedUsd ? { USD: unpriced.length * unpricedUsd } : {}]);
  const mine = counted(asked);
  const total = sumOf([mine, ...others.map(counted)]);
  const cap = capOf(limits);
  const problems: Diagnostic[] = [];
  if (others.length >= limits.maxCount) {
    problems.push({
      what: "there are as many previews as may be",
      where: { file, key: "config.preview:maxCount" },
      found: others.map(({ stack }) => stack).join(", "),
      allowed: String(limits.maxCount),
      mend: "rung pr sweep, or close one: rung pr down --pr N",
    });
  }
  const unpriced = [asked, ...others].flatMap((one) => one.unpriced.map((part) => `${one.stack}: ${part}`));
  if (unpricedUsd === undefined && unpriced.length > 0) {
    problems.push({
      what: "the price of some parts is not known, and no cap on cost can be held",
      where: { file, key: "config.preview:unpricedUsd" },
      found: unpriced.join(", "),
      allowed: "parts with a price, or a figure that each other part counts as",
      mend: "look them up, and set preview:unpricedUsd to what one may cost a month (0 leaves them out)",
    });
  }
  for (const [currency] of amountsOf(over(total, cap))) {
    problems.push({
      what: "all previews together would cost more than they may",
      where: { file, key: `config.preview:${currency === "USD" ? "maxMonthlyUsd" : "maxMonthlyEur"}` },
      found: `${moneyText(total)} a month, of which ${stack} is ${moneyText(mine)}`,
      allowed: moneyText(cap),
      mend: "a smaller size, fewer previews, or another cap",
    });
  }
  const uncapped = notLimited(mine, cap);
  if (!isNothing(uncapped)) {
    problems.push({
      what: "a preview is billed in a currency that no cap is set for, and none is converted",
      where: { file, key: "config.preview:maxMonthlyEur" },
      found: `${moneyText(uncapped)} a month by its blueprint`,
      allowed: `${moneyText(cap)} for all previews together`,
      mend: "set preview:maxMonthlyEur, or --stage with one that is billed in dollars",
    });
  }
  if (!isNothing(over(mine, budget))) {
    problems.push({
      what: "a preview would cost more than its budget",
      where: { file, key: "config.rung:budgetUsd" },
      found: `${moneyText(mine)} a month by its blueprint`,
      allowed: moneyText(budget),
      mend: "a smaller size, or another budget",
    });
  }
  const beside = notLimited(mine, budget);
  if (!isNothing(beside)) {
    problems.push({
      what: "a preview's budget is in dollars, and it is billed in another currency",
      where: { file, key: "config.rung:budgetUsd" },
      found: `${moneyText(beside)} a month by its blueprint`,
      allowed: moneyText(budget),
      mend: "leave rung:budgetUsd out, and cap all previews with preview:maxMonthlyEur",
    });
  }
  return problems;
}
