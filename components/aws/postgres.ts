import type * as pulumi from "@pulumi/pulumi";
import type { Spec } from "../model/spec.ts";
import { type Aws, child, tagsOf, trust } from "./here.ts";
import { iam } from "./sdk.ts";

/** What PostgreSQL is told on RDS and Aurora: TLS or nothing, slow statements logged, the spec's extensions loaded. */
export function postgresParameters({ database }: Spec) {
  const { extensions = [] } = database ?? {};
  const preloaded = ["pg_stat_statements", ...(extensions.includes("pg_cron") ? ["pg_cron"] : [])];
  return [
    { name: "rds.force_ssl", value: "1" },
    { name: "log_min_duration_statement", value: "1000" },
    { name: "shared_preload_libraries", value: preloaded.join(","), applyMethod: "pending-reboot" },
  ];
}

/** The role by which RDS tells of the machine under a database. @returns its ARN */
export function monitoringRole(aws: Aws): pulumi.Output<string> {
  const role = new iam.Role(
    "database-monitoring",
    { tags: tagsOf(aws, "database-monitoring"), assumeRolePolicy: trust("monitoring.rds.amazonaws.com") },
    child(aws),
  );
  new iam.RolePolicyAttachment(
    "database-monitoring",
    {
      role: role.name,
      policyArn: "arn:aws:iam::aws:policy/service-role/AmazonRDSEnhancedMonitoringRole",
    },
    child(aws),
  );
  return role.arn;
}

/** The name of the app's database: of letters, digits and underscores. */
export const databaseName = ({ name }: Spec): string => name.replaceAll("-", "_");
