import { packNames } from "../../components/model/packNames.ts";
import type { Clause, CompliancePack } from "../../policies/compliance/clause.ts";
import { compliancePacks } from "../../policies/compliance/index.ts";
import { wrap } from "./text.ts";

const held = (clause: Clause): readonly [how: string, by: string] => {
  switch (clause.by) {
    case "rules":
      return ["checked", clause.rules.map((id) => `\`${id}\``).join(" ")];
    case "people":
      return ["attested", clause.show];
    case "nothing":
      return ["no tool can", clause.because];
  }
};

const counts = ({ clauses }: CompliancePack): string => {
  const of = (by: Clause["by"]) => clauses.filter((clause) => clause.by === by).length;
  return `${of("rules")} checked, ${of("people")} attested by people, ${of("nothing")} that no tool can check`;
};

/** One pack as a Markdown section. */
export const complianceTable = (pack: CompliancePack): string =>
  [
    `## ${pack.title} (\`${pack.name}\`)`,
    "",
    `${pack.source}: ${pack.covers}. ${counts(pack)}.`,
    "",
    "| clause | asks | held | by | and people show |",
    "| --- | --- | --- | --- | --- |",
    ...pack.clauses.map((clause) => {
      const [how, by] = held(clause);
      return `| ${clause.id} | ${clause.asks} | ${how} | ${by} | ${(clause.by === "rules" && clause.and) || ""} |`;
    }),
  ].join("\n");

export const complianceTables = (): string =>
  packNames.map((name) => complianceTable(compliancePacks[name])).join("\n\n");

/** One pack for a terminal. */
export const complianceText = (pack: CompliancePack): string =>
  [
    pack.title,
    wrap(`${pack.source}: ${pack.covers}. ${counts(pack)}.`, "  "),
    "",
    ...pack.clauses.flatMap((clause) => {
      const [how, by] = held(clause);
      return [
        wrap(`${clause.id}  ${clause.asks}`, "  "),
        wrap(`${how}: ${by.replaceAll("`", "")}`, "      "),
        ...(clause.by === "rules" && clause.and ? [wrap(`people show: ${clause.and}`, "      ")] : []),
      ];
    }),
  ].join("\n");
