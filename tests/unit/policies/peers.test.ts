import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { terraformType } from "../../../bench/peers/terraformPlan.ts";
import { peerTables } from "../../../cli/render/peers.ts";
import { root } from "../../../engine/paths.ts";
import { cdkNag } from "../../../policies/peers/cdkNag.ts";
import { checkov } from "../../../policies/peers/checkov.ts";
import { rules, stackRules } from "../../../policies/rules/index.ts";

test("every rule that answers a peer's check is there", () => {
  const ids = new Set([...rules, ...stackRules].map(({ id }) => id));
  const named = [checkov, cdkNag].flatMap((answers) =>
    Object.values(answers).flatMap((one) => one.rules ?? []),
  );
  expect(named.filter((id) => !ids.has(id))).toEqual([]);
});

test("docs/peers.md holds every answer", () => {
  const page = readFileSync(join(root, "docs", "peers.md"), "utf8");
  for (const [peer, table] of Object.entries(peerTables)) {
    const between = new RegExp(`<!-- ${peer} -->\\n([\\s\\S]*?)\\n<!-- /${peer} -->`).exec(page)?.[1];
    expect(between, peer).toBe(table);
  }
});

test("kinds of AWS's are named as Terraform names them", () => {
  expect(terraformType("aws:rds/instance:Instance")).toBe("aws_db_instance");
  expect(terraformType("aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule")).toBe(
    "aws_vpc_security_group_ingress_rule",
  );
  expect(terraformType("aws:ec2/natGateway:NatGateway")).toBe("aws_nat_gateway");
});
