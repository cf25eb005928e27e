import type { StateResource } from "../../engine/backend.ts";
import { nameOfUrn } from "../../operations/rehearse/events.ts";

/** Where Terraform's name is not the module and the kind: `aws:rds/instance:Instance` is `aws_db_instance`. */
const unlike: Readonly<Record<string, string>> = {
  "lb/loadBalancer": "lb",
  "rds/instance": "db_instance",
  "rds/subnetGroup": "db_subnet_group",
  "rds/parameterGroup": "db_parameter_group",
  "s3/bucketObjectv2": "s3_object",
  "s3/bucketReplicationConfig": "s3_bucket_replication_configuration",
  "cloudwatch/eventRule": "cloudwatch_event_rule",
};
/** Modules of Pulumi's that Terraform's names leave out. */
const silent = new Set(["ec2"]);
/** Properties that are maps in Terraform too, and not blocks. */
const maps = new Set([
  "tags",
  "tagsAll",
  "variables",
  "resourceTags",
  "labels",
  "triggers",
  "configurationOverrides",
]);

/** The AWS provider is bridged: its kinds, names and blocks are Terraform's, written in another case. */
export function terraformType(type: string): string {
  const [, module = "", kind = ""] = /^aws:(\w+)\/(\w+):/.exec(type) ?? [];
  const name = unlike[`${module}/${kind}`] ?? (silent.has(module) ? snake(kind) : `${module}_${snake(kind)}`);
  return `aws_${name}`;
}

const snake = (name: string): string => name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);

/** Blocks that repeat are in the plural in Pulumi, and those that come once are no list. */
function asTerraform(key: string, value: unknown): readonly [string, unknown] {
  const name = snake(key);
  if (typeof value !== "object" || value === null || maps.has(key)) return [name, value];
  if (!Array.isArray(value)) return [name, [blockOf(value as Readonly<Record<string, unknown>>)]];
  if (!value.some((one) => typeof one === "object" && one !== null)) return [name, value];
  const singular = name
    .replace(/ies$/, "y")
    .replace(/(ss|ch|x)es$/, "$1")
    .replace(/([^s])s$/, "$1");
  return [singular, value.map((one) => blockOf(one as Readonly<Record<string, unknown>>))];
}

const blockOf = (inputs: Readonly<Record<string, unknown>>): Record<string, unknown> =>
  Object.fromEntries(
    Object.entries(inputs)
      .filter(([key]) => !key.startsWith("__"))
      .map(([key, value]) => asTerraform(key, value)),
  );

/** What a rehearsal made, as Terraform would print the plan that makes it: AWS's part of it. */
export function terraformPlan(state: readonly StateResource[]) {
  const made = state.filter(({ custom, type, inputs }) => custom && inputs && type.startsWith("aws:"));
  const addresses = new Map(
    made.map(({ urn, type }) => [urn, `${terraformType(type)}.${nameOfUrn(urn).replace(/\W/g, "_")}`]),
  );
  const resources = made.map(({ urn, type, inputs = {} }) => {
    const address = addresses.get(urn) ?? "";
    const name = address.split(".")[1] ?? "";
    return { address, mode: "managed", type: terraformType(type), name, values: blockOf(inputs) };
  });
  return {
    format_version: "1.2",
    terraform_version: "1.9.0",
    planned_values: { root_module: { resources } },
    resource_changes: resources.map(({ values, ...one }) => ({
      ...one,
      change: { actions: ["create"], before: null, after: values },
    })),
    configuration: {
      root_module: {
        resources: made.map(({ urn, type, inputs = {}, propertyDependencies = {} }) => {
          const [address = "", name = ""] = [addresses.get(urn), addresses.get(urn)?.split(".")[1]];
          const expressions = Object.fromEntries(
            Object.keys(inputs)
              .filter((key) => !key.startsWith("__"))
              .map((key) => {
                const from = (propertyDependencies[key] ?? []).flatMap((one) => addresses.get(one) ?? []);
                const [as, value] = asTerraform(key, inputs[key]);
                const said =
                  from.length > 0
                    ? { references: from.flatMap((one) => [`${one}.id`, one]) }
                    : { constant_value: value };
                return [as, said];
              }),
          );
          return { address, mode: "managed", type: terraformType(type), name, expressions };
        }),
      },
    },
  };
}
