import { cdkNag } from "../../policies/peers/cdkNag.ts";
import { type Answer, checkov } from "../../policies/peers/checkov.ts";

/** Checks of a peer's as a Markdown table, with what answers them. */
const tableOf = (title: string, answers: Readonly<Record<string, Answer>>): string =>
  [
    `| ${title} | our rule | why it stands |`,
    "| --- | --- | --- |",
    ...Object.entries(answers).map(([id, { rules = [], because = "" }]) =>
      `| ${id} | ${rules.map((rule) => `\`${rule}\``).join(" ")} | ${because} |`.replaceAll(/ {2,}/g, " "),
    ),
  ].join("\n");

/** By peer, as it stands in docs/peers.md between its marks. */
export const peerTables: Readonly<Record<string, string>> = {
  checkov: tableOf("Checkov", checkov),
  "cdk-nag": tableOf("cdk-nag", cdkNag),
};
