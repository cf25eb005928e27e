import type * as pulumi from "@pulumi/pulumi";
import { child, made, named } from "../aws/here.ts";
import { ec2, eks } from "../aws/sdk.ts";
import { networkAddons } from "./addons.ts";
import { nodePool } from "./autoMode.ts";
import type { Bare, NodeRole } from "./cluster.ts";
import type { Place } from "./eks.ts";
import type { EksNodes } from "./sizes.ts";

/** What pods run on, by size. @returns what must be there before any pod can run */
export function nodes(place: Place, cluster: Bare, role: NodeRole): pulumi.Resource[] {
  const { nodes } = place.plan.app.detail;
  return nodes.mode === "auto"
    ? [nodePool(place, cluster, role, nodes.cores)]
    : [nodeGroup(place, cluster, role, nodes)];
}

/**
 * Managed nodes in three zones on Bottlerocket: a read-only system without a shell, disks encrypted, and the metadata
 * service out of the pods' reach.
 */
function nodeGroup(
  place: Place,
  cluster: Bare,
  { role, rights }: NodeRole,
  { instance, count, most }: Extract<EksNodes, { mode: "managed" }>,
) {
  const name = `${place.prefix}nodes`;
  const disk = (deviceName: string, volumeSize: number) => ({
    deviceName,
    ebs: { volumeSize, volumeType: "gp3", encrypted: "true", deleteOnTermination: "true" },
  });
  const template = new ec2.LaunchTemplate(
    name,
    {
      ...made(place, name),
      name: named(place, "nodes", 100),
      updateDefaultVersion: true,
      metadataOptions: { httpEndpoint: "enabled", httpTokens: "required", httpPutResponseHopLimit: 1 },
      // Bottlerocket's own two: the system's, and that of images and pods.
      blockDeviceMappings: [disk("/dev/xvda", 4), disk("/dev/xvdb", 80)],
      tagSpecifications: (["instance", "volume"] as const).map((resourceType) => ({
        resourceType,
        tags: made(place, name).tags,
      })),
    },
    child(place),
  );
  const network = networkAddons(place, cluster);
  return new eks.NodeGroup(
    name,
    {
      ...made(place, name),
      clusterName: cluster.name,
      nodeRoleArn: role.arn,
      subnetIds: place.network.privateSubnets.map(({ id }) => id),
      amiType: "BOTTLEROCKET_ARM_64",
      capacityType: "ON_DEMAND",
      instanceTypes: [instance],
      launchTemplate: { id: template.id, version: template.latestVersion.apply(String) },
      scalingConfig: { minSize: count, desiredSize: count, maxSize: most },
      updateConfig: { maxUnavailable: 1 },
      nodeRepairConfig: { enabled: true },
    },
    // Without a network no node gets ready, and none is drained.
    { ...child(place), dependsOn: [...rights, ...network] },
  );
}
