import type * as pulumi from "@pulumi/pulumi";
import { ingress, type SecurityGroup } from "../aws/securityGroup.ts";
import type { Cache } from "./cache.ts";
import type { Database } from "./database.ts";
import type { Site } from "./eks.ts";
import { privateCidrOf } from "./regions.ts";

/** Lets the pods of every region reach a region's stores: its own by their group, the others' by where they live. */
export function reach(
  site: Site,
  database: Database | undefined,
  cache: Cache | undefined,
): pulumi.Resource[] {
  const { prefix, region } = site;
  const doors = (part: string, group: SecurityGroup | undefined, port: number) =>
    group === undefined
      ? []
      : [
          ingress(site, `${prefix}${part}-from-app`, group, {
            referencedSecurityGroupId: site.cluster.securityGroupId,
            fromPort: port,
            toPort: port,
          }),
          ...site.regions.all
            .filter((other) => other !== region)
            .map((other) =>
              ingress(site, `${prefix}${part}-from-${other}`, group, {
                cidrIpv4: privateCidrOf(other),
                fromPort: port,
                toPort: port,
              }),
            ),
        ];
  return [
    ...doors("database", database?.clusters.get(region)?.group, 5432),
    ...doors("cache", cache?.groups.get(region)?.group, 6379),
  ];
}
