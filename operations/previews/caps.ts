import { type Diagnostic, DiagnosticsError } from "../../components/model/diagnostics.ts";
import type { Toolchain } from "../../engine/toolchain.ts";
import type { Target } from "../target.ts";
import { previews } from "./list.ts";
import type { Template } from "./template.ts";

/**
 * Lets a preview in: a new one only while there are fewer than the cap, and none that takes all of them together, or
 * itself, over what may be spent.
 * @throws DiagnosticsError (exit code 3) saying which cap, and what is in the way
 */
export async function admit(toolchain: Toolchain, template: Template, target: Target): Promise<void> {
  const { limits, file } = template;
  const { context, plan } = target;
  const others = (await previews(toolchain, template)).filter(({ stack }) => stack !== context.stack);
  const mine = plan.price.monthlyUsd;
  const total = others.reduce((sum, { monthlyUsd = 0 }) => sum + monthlyUsd, mine);
  const { budgetUsd } = context.platform;
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
  if (total > limits.maxMonthlyUsd) {
    problems.push({
      what: "all previews together would cost more than they may",
      where: { file, key: "config.preview:maxMonthlyUsd" },
      found: `$${total.toFixed(2)} a month, of which ${context.stack} is $${mine.toFixed(2)}`,
      allowed: `$${limits.maxMonthlyUsd}`,
      mend: "a smaller size, fewer previews, or another cap",
    });
  }
  if (budgetUsd !== undefined && mine > budgetUsd) {
    problems.push({
      what: "a preview would cost more than its budget",
      where: { file, key: "config.rung:budgetUsd" },
      found: `$${mine.toFixed(2)} a month by its blueprint`,
      allowed: `$${budgetUsd}`,
      mend: "a smaller size, or another budget",
    });
  }
  if (problems.length > 0) throw new DiagnosticsError(problems, 3);
}
