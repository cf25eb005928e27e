import { compliancePacks } from "./compliance/index.ts";
import { exceptions } from "./exceptions.ts";
import { packName } from "./pack.ts";
import about from "./package.json" with { type: "json" };
import { rules, stackRules } from "./rules/index.ts";
import { Analyzer } from "./server/analyzer.ts";
import { serveAnalyzer } from "./server/serve.ts";

/** What runs under `pulumi preview --policy-pack policies`: one process for every rule. */
const { version, description } = about;
const today = new Date().toISOString().slice(0, 10);
const judges = { rules, stackRules, packs: Object.values(compliancePacks), exceptions, today };
const analyzer = new Analyzer({ name: packName, version, description }, judges, (line) =>
  process.stderr.write(`${line}\n`),
);
// The engine reads the port from here.
process.stdout.write(`${await serveAnalyzer(analyzer, version)}\n`);
