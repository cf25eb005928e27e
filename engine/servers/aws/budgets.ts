import type { Handlers } from "./index.ts";
import type { Inventory } from "./inventory.ts";
import { AwsRefusal } from "./refusal.ts";

/** The account of every stand-in. */
export const account = "111122223333";

/** AWS Budgets, by what the account holds: docs.aws.amazon.com/aws-cost-management, 2026-11. */
export function budgetHandlers(world: { readonly inventory?: Inventory }): Handlers {
  const held = () => world.inventory?.held().filter(({ type }) => type === "aws:budgets/budget:Budget") ?? [];
  const mine = (AccountId: unknown) => {
    if (AccountId !== account)
      throw new AwsRefusal("AccessDeniedException", `Account ${String(AccountId)} is not authorized`);
  };
  return {
    "AWSBudgetServiceGateway.DescribeBudgets": ({ AccountId, NextToken }) => {
      mine(AccountId);
      const from = Number(NextToken ?? 0);
      const all = held();
      return {
        Budgets: all.slice(from, from + 1).map(({ outputs: { name } }) => ({
          BudgetName: String(name),
          TimeUnit: "MONTHLY",
          BudgetType: "COST",
        })),
        ...(from + 1 < all.length && { NextToken: String(from + 1) }),
      };
    },
    "AWSBudgetServiceGateway.DeleteBudget": ({ AccountId, BudgetName }) => {
      mine(AccountId);
      const found = held().find(({ outputs: { name } }) => name === BudgetName);
      if (!found) throw new AwsRefusal("NotFoundException", `Unable to get budget: ${String(BudgetName)}`);
      world.inventory?.remove(found);
      return {};
    },
  };
}
