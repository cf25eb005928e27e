import * as pulumi from "@pulumi/pulumi";
import { child, made, named, tagsOf, trust } from "../aws/here.ts";
import { cloudwatch, eks, iam } from "../aws/sdk.ts";
import { addons } from "./addons.ts";
import { autoRights, mayTagNodes } from "./autoMode.ts";
import type { Place } from "./eks.ts";
import { Provider } from "./kubernetes.ts";
import { nodes } from "./nodes.ts";
import { serviceCidr } from "./regions.ts";

/** In standard support until 2027-03-27 (EKS User Guide, "Kubernetes release calendar", read 2026-04). */
export const kubernetesVersion = "1.35";

export interface Cluster {
  readonly name: pulumi.Output<string>;
  readonly arn: pulumi.Output<string>;
  /** EKS's own: nodes and pods are in it. */
  readonly securityGroupId: pulumi.Output<string>;
  readonly provider: pulumi.ProviderResource;
  /** Nodes and what every pod needs: pods wait for it, and are gone before it goes. */
  readonly ready: readonly pulumi.Resource[];
}

/**
 * A region's cluster: its API inside the network, and outside only for named addresses; access by entries alone; its
 * secrets encrypted with a customer key; every kind of log kept.
 */
export function cluster(place: Place): Cluster {
  const { prefix, network, platform } = place;
  const name = named(place, place.region, 100);
  const logs = new cloudwatch.LogGroup(
    `${prefix}cluster`,
    {
      ...made(place, `${prefix}cluster-logs`),
      // EKS's own name for it: made before, it has an end
      name: `/aws/eks/${name}/cluster`,
      retentionInDays: place.plan.alerts.detail.logDays,
    },
    child(place),
  );
  const { role, rights } = clusterRole(place);
  const node = nodeRole(place);
  const auto = place.plan.app.detail.nodes.mode === "auto";
  const admins = platform.adminCidrs ?? [];
  const it = new eks.Cluster(
    `${prefix}cluster`,
    {
      ...made(place, `${prefix}cluster`),
      name,
      version: kubernetesVersion,
      roleArn: role.arn,
      accessConfig: { authenticationMode: "API", bootstrapClusterCreatorAdminPermissions: true },
      // All of them stand below, so that a change of the nodes' kind replaces nothing.
      bootstrapSelfManagedAddons: false,
      encryptionConfig: { provider: { keyArn: place.keys.secrets }, resources: ["secrets"] },
      enabledClusterLogTypes: ["api", "audit", "authenticator", "controllerManager", "scheduler"],
      vpcConfig: {
        subnetIds: network.privateSubnets.map(({ id }) => id),
        endpointPrivateAccess: true,
        endpointPublicAccess: admins.length > 0,
        ...(admins.length > 0 ? { publicAccessCidrs: [...admins] } : {}),
      },
      // The three are switched together, or EKS refuses.
      computeConfig: auto
        ? { enabled: true, nodePools: ["system"], nodeRoleArn: node.role.arn }
        : { enabled: false },
      kubernetesNetworkConfig: {
        ipFamily: "ipv4",
        serviceIpv4Cidr: serviceCidr,
        elasticLoadBalancing: { enabled: auto },
      },
      storageConfig: { blockStorage: { enabled: auto } },
      upgradePolicy: { supportType: "STANDARD" },
      zonalShiftConfig: { enabled: true },
    },
    // Its nodes need a way out as long as they live, and it a place for its logs.
    { ...child(place), dependsOn: [logs, ...rights, ...network.routes] },
  );
  for (const [index, arn] of (platform.adminRoles ?? []).entries())
    access(place, `admin-${index}`, it.name, arn, "AmazonEKSClusterAdminPolicy");
  const provider = kubernetes(place, it);
  const securityGroupId = it.vpcConfig.clusterSecurityGroupId;
  const made_ = { name: it.name, arn: it.arn, securityGroupId, provider };
  const base = addons(place, made_, nodes(place, made_, node));
  return { ...made_, ready: base };
}

/** A cluster whose API answers, before anything can run on it. */
export type Bare = Omit<Cluster, "ready">;

/** Lets a role into a cluster, everywhere or in some namespaces. */
export function access(
  place: Place,
  part: string,
  clusterName: pulumi.Input<string>,
  principalArn: pulumi.Input<string>,
  policyName: string,
  namespaces: readonly string[] = [],
): void {
  const name = `${place.prefix}${part}`;
  const entry = new eks.AccessEntry(
    name,
    { ...made(place, name), clusterName, principalArn, type: "STANDARD" },
    child(place),
  );
  new eks.AccessPolicyAssociation(
    name,
    {
      region: place.region,
      clusterName,
      principalArn: entry.principalArn,
      policyArn: `arn:aws:eks::aws:cluster-access-policy/${policyName}`,
      accessScope:
        namespaces.length > 0 ? { type: "namespace", namespaces: [...namespaces] } : { type: "cluster" },
    },
    child(place),
  );
}

/** By a token that lives for minutes: nothing in the state opens the cluster. */
function kubernetes(place: Place, it: InstanceType<typeof eks.Cluster>) {
  const { region } = place;
  const kubeconfig = pulumi.jsonStringify({
    apiVersion: "v1",
    kind: "Config",
    clusters: [
      {
        name: region,
        cluster: { server: it.endpoint, "certificate-authority-data": it.certificateAuthority.data },
      },
    ],
    users: [
      {
        name: region,
        user: {
          exec: {
            apiVersion: "client.authentication.k8s.io/v1beta1",
            command: "aws",
            args: ["eks", "get-token", "--cluster-name", it.name, "--region", region, "--output", "json"],
            interactiveMode: "Never",
          },
        },
      },
    ],
    contexts: [{ name: region, context: { cluster: region, user: region } }],
    "current-context": region,
  });
  // A region that is lost must not keep the others from being changed.
  const lost = place.platform.allowDataLoss !== undefined;
  return new Provider(
    region,
    {
      kubeconfig,
      clusterIdentifier: it.arn,
      enableServerSideApply: true,
      ...(lost ? { skipUpdateUnreachable: true, deleteUnreachable: true } : {}),
    },
    { parent: place.stage },
  );
}

type Granted = { readonly role: InstanceType<typeof iam.Role>; readonly rights: readonly pulumi.Resource[] };

function clusterRole(place: Place): Granted {
  const auto = place.plan.app.detail.nodes.mode === "auto";
  const granted = role(
    place,
    "cluster",
    trust("eks.amazonaws.com", undefined, ["sts:AssumeRole", "sts:TagSession"]),
    ["AmazonEKSClusterPolicy", ...(auto ? autoRights : [])],
  );
  return auto ? { ...granted, rights: [...granted.rights, mayTagNodes(place, granted.role)] } : granted;
}

/** What a node may do: join its cluster and pull images. Pods have roles of their own. */
const nodeRole = (place: Place): Granted =>
  role(place, "node", trust("ec2.amazonaws.com"), [
    "AmazonEKSWorkerNodeMinimalPolicy",
    "AmazonEC2ContainerRegistryPullOnly",
  ]);

function role(place: Place, part: string, assumeRolePolicy: string, policies: readonly string[]): Granted {
  const name = `${place.prefix}${part}`;
  const it = new iam.Role(name, { tags: tagsOf(place, name), assumeRolePolicy }, child(place));
  const rights = policies.map(
    (each) =>
      new iam.RolePolicyAttachment(
        `${name}-${each}`,
        { role: it.name, policyArn: `arn:aws:iam::aws:policy/${each}` },
        child(place),
      ),
  );
  return { role: it, rights };
}

export type NodeRole = Granted;
