import type { Step } from "../../../read/steps.ts";

/** The values of an RDS or ElastiCache parameter group, by name. */
export const parametersOf = (inputs: Step["before"]): Map<string, string> =>
  new Map(
    ((inputs.parameters ?? []) as { name?: string; value?: unknown }[]).map(({ name, value }) => [
      name ?? "",
      String(value),
    ]),
  );
