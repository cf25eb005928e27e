import { inWords } from "../../components/model/duration.ts";
import type { Evidence } from "./evidence.ts";

/** The evidence for people: what was done, found and measured, on one page of Markdown. */
export function page(evidence: Evidence, hash: string): string {
  const { stack, app, stage, size, began, ended, backup, good, checks, measured, promised } = evidence;
  const row = (what: string, found: number | undefined, most: number) =>
    `| ${what} | ${found === undefined ? "not measured" : figure(found)} | ${inWords(most)} | ${found !== undefined && found <= most ? "kept" : "**not kept**"} |`;
  const [since, age] =
    evidence.by === "dump"
      ? [": one dump, and nothing written since", "the age of the newest dump"]
      : [", and all WAL since", "a commit until it is in the archive"];
  // At a provider's the copy is looked into, and no app is put onto it.
  const until = stage === "local" ? "an app that answers" : "a copy that was compared";
  return [
    `# Restore drill of ${app}, stack ${stack}: ${good ? "passed" : "FAILED"}`,
    "",
    `${stage}, ${size}. From ${began} to ${ended}.`,
    backup
      ? `Restored: backup ${backup.name} (${backup.kind}), finished ${backup.finished}${since}.`
      : "No backup could be restored.",
    "",
    "| | measured | promised | |",
    "| --- | --- | --- | --- |",
    row(`RTO: from nothing to ${until}`, measured.rtoMinutes, promised.rtoMinutes),
    row(`RPO: ${age}`, measured.rpoMinutes, promised.rpoMinutes),
    "",
    `Tiers kept: ${evidence.tiers.join(", ") || "none"}.`,
    "",
    "| check | | found |",
    "| --- | --- | --- |",
    ...checks.map(({ name, ok, found }) => `| ${name} | ${ok ? "passed" : "**failed**"} | ${cell(found)} |`),
    "",
    "| table | rows | digest |",
    "| --- | --- | --- |",
    ...Object.entries(evidence.tables).map(([name, { rows, digest }]) => `| ${name} | ${rows} | ${digest} |`),
    "",
    `SHA-256 of the JSON beside this page: \`${hash}\`. Of the evidence before: \`${evidence.previous ?? "none"}\`.`,
    "",
  ].join("\n");
}

const figure = (minutes: number): string =>
  minutes < 1 ? `${(minutes * 60).toFixed(1)} s` : `${minutes.toFixed(1)} min`;

const cell = (text: string): string => text.replaceAll("|", "\\|").replace(/\s*\n\s*/g, "<br>");
