import { fsbp, rulesFor } from "../../policies/fsbp.ts";

const rows = Object.entries(fsbp).map(([control, why]) => {
  const found = rulesFor(control);
  const held = found.length > 0 ? "checked" : (why?.by ?? "");
  return { control, held, by: found.length > 0 ? found.map((id) => `\`${id}\``).join(" ") : why?.because };
});

/** Every control as a Markdown table, after a line that counts them. */
export const fsbpTable = (): string =>
  [
    [...Map.groupBy(rows, ({ held }) => held)].map(([held, all]) => `${all.length} ${held}`).join(", "),
    "",
    "| control | held | by |",
    "| --- | --- | --- |",
    ...rows.map(({ control, held, by }) => `| ${control} | ${held} | ${by} |`),
  ].join("\n");
