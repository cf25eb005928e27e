import { PolicyPack } from "@pulumi/policy";
import { compliancePacks } from "./compliance/index.ts";
import { exceptions } from "./exceptions.ts";
import { compliancePolicy, packName, remembers, resourcePolicy, stackPolicy } from "./pack.ts";
import { rules, stackRules } from "./rules/index.ts";

/** What runs under `pulumi preview --policy-pack policies`: one process for every rule. */
const today = new Date().toISOString().slice(0, 10);
new PolicyPack(packName, {
  description: "Security, data safety, cost, objectives and compliance of what Rung makes, on every stage.",
  policies: [
    remembers,
    ...rules.map((rule) => resourcePolicy(rule, exceptions, today)),
    ...stackRules.map((rule) => stackPolicy(rule, exceptions, today)),
    compliancePolicy(Object.values(compliancePacks), exceptions, today),
  ],
});
