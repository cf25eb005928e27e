import { readdirSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { expect, test } from "vitest";
import spec from "../../../app/spec.ts";
import { sizeTable, stageTable } from "../../../cli/render/planMarkdown.ts";
import { policyTable } from "../../../cli/render/policy.ts";
import { stageNames } from "../../../components/model/words.ts";
import { stages } from "../../../components/stages.ts";
import { rules, stackRules } from "../../../policies/rules/index.ts";
import { root } from "../../support/rung.ts";

const readme = readFileSync(join(root, "README.md"), "utf8");

test("the README's table of stages is the one that the blueprints make (rung plan --all --md)", () => {
  const between = /<!-- stages -->\n([\s\S]*?)\n<!-- \/stages -->/.exec(readme)?.[1];
  expect(between).toBe(stageTable(spec));
});

test("every stage has its page, with what each size is and costs (rung plan --stage … --md)", () => {
  for (const stage of stageNames.filter((name) => name in stages)) {
    const page = readFileSync(join(root, "docs", "stages", `${stage}.md`), "utf8");
    for (const heading of [
      "What is made",
      "What it costs",
      "The first up",
      "Rehearsed, and not",
      "Take it down",
      "Grow out of it",
    ]) {
      expect(page, stage).toContain(`## ${heading}`);
    }
    const between = /<!-- sizes -->\n([\s\S]*?)\n<!-- \/sizes -->/.exec(page)?.[1];
    expect(between, stage).toBe(sizeTable(spec, stage));
  }
});

test("the page of policies holds every rule (rung policy --md)", () => {
  const page = readFileSync(join(root, "docs", "policies.md"), "utf8");
  const between = /<!-- policies -->\n([\s\S]*?)\n<!-- \/policies -->/.exec(page)?.[1];
  expect(between).toBe(policyTable([...stackRules, ...rules]));
});

test("the README names every command that there is", async () => {
  const main = readFileSync(join(root, "cli", "main.ts"), "utf8");
  const commands = [...main.matchAll(/\bcommand\(\s*"(\w+)/g)].map(([, name]) => name);
  for (const name of new Set(commands))
    expect(readme, name).toMatch(new RegExp(`rung (?:\\w+ [\\w|]*)?${name}\\b`));
});

test("links of the README and the docs lead somewhere", () => {
  for (const [, to] of readme.matchAll(/\]\((?!http)([^)#]+)/g)) {
    expect(() => readFileSync(join(root, to ?? "")), to).not.toThrow();
  }
});

test("links of the pages about moves lead somewhere", () => {
  const pages = readdirSync(join(root, "docs", "moves")).map((page) => join("moves", page));
  for (const page of ["moving.md", ...pages]) {
    const text = readFileSync(join(root, "docs", page), "utf8");
    for (const [, to] of text.matchAll(/\]\((?!http)([^)#]+)/g))
      expect(() => readFileSync(join(root, "docs", dirname(page), to ?? "")), `${page}: ${to}`).not.toThrow();
  }
});

test("every option and variable that the pages about moves name is there", async () => {
  const pages = ["moving.md", ...readdirSync(join(root, "docs", "moves")).map((page) => join("moves", page))];
  const text = pages.map((page) => readFileSync(join(root, "docs", page), "utf8")).join("\n");
  const code = ["promote.ts", "promoteStores.ts", "promoteTraffic.ts"]
    .map((file) => readFileSync(join(root, "operations", file), "utf8"))
    .join("\n");
  for (const [variable] of text.matchAll(/\bRUNG_PROMOTE_[A-Z0-9_]+/g))
    expect(code).toContain(`"${variable}"`);
  const commands = readFileSync(join(root, "cli", "commands", "data.ts"), "utf8");
  for (const [, step] of text.matchAll(/^ *rung promote (\w+)/gm)) expect(commands).toContain(`["${step}"`);
});
