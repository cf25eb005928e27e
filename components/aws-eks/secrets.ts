import * as pulumi from "@pulumi/pulumi";
import { named, type Statement } from "../aws/here.ts";
import { passwordsFor } from "../aws/passwords.ts";
import { secret } from "../aws/secret.ts";
import type { Eks, Place, Site } from "./eks.ts";
import { apiextensions, inside, metadata } from "./kubernetes.ts";

/** The owner's of the database is ours to make: RDS keeps none for a member of a global database. */
export const passwords = (eks: Eks) =>
  passwordsFor(eks, {
    app: "database-app",
    owner: "database-owner",
    cache: "cache",
    auth: "auth",
    cron: "cron",
    origin: "origin",
  });

export type Passwords = ReturnType<typeof passwords>;

/** What is brought into the cluster: what the app reads, and what its migrations read besides. */
const parts = ["app", "owner"] as const;
type Part = (typeof parts)[number];

const nameOf = (place: Place, part: Part): string => `${place.prefix}secret-${part}`;

/** What External Secrets may read in a region: the stack's own secrets, and no other. */
export const readable = (place: Place): Statement[] => [
  {
    Effect: "Allow",
    Action: ["secretsmanager:GetSecretValue", "secretsmanager:DescribeSecret"],
    Resource: parts.map(
      (part) =>
        // Secrets Manager adds six characters to every name.
        pulumi.interpolate`arn:aws:secretsmanager:${place.region}:${place.account}:secret:${named(place, nameOf(place, part), 200)}-??????`,
    ),
  },
  { Effect: "Allow", Action: "kms:Decrypt", Resource: place.keys.secrets },
];

/** The region's Secrets Manager, as the app's namespace knows it; External Secrets logs in with its own pod's role. */
export const store = (site: Site, namespace: pulumi.Resource) =>
  new apiextensions.CustomResource(
    `${site.prefix}secrets`,
    {
      apiVersion: "external-secrets.io/v1",
      kind: "SecretStore",
      metadata: metadata(site, "secrets-manager", "app"),
      spec: { provider: { aws: { service: "SecretsManager", region: site.region } } },
    },
    { ...inside(site), dependsOn: [...site.cluster.ready, namespace] },
  );

/** A secret of the cluster by its name; pods that name it start once it is there. */
export interface Delivered {
  readonly name: pulumi.Output<string>;
  /** What tells one version of its values from another. */
  readonly version: pulumi.Output<string>;
  readonly ready: pulumi.Resource;
}

/**
 * Puts values into the region's Secrets Manager and brings exactly this version of them into the cluster, under a name of
 * its own that never changes: another version makes other pods, and the old ones keep theirs until they are gone.
 */
export function delivered(
  site: Site,
  part: Part,
  values: Readonly<Record<string, pulumi.Input<string>>>,
  store: pulumi.Resource,
): Delivered {
  const kept = secret(site, nameOf(site, part), values, { keyArn: site.keys.secrets });
  const version = shortOf(kept.version);
  const name = pulumi.interpolate`${part}-${version}`;
  const options = inside(site);
  const ready = new apiextensions.CustomResource(
    nameOf(site, part),
    {
      apiVersion: "external-secrets.io/v1",
      kind: "ExternalSecret",
      metadata: metadata(site, name, "app", { annotations: { "pulumi.com/waitFor": "condition=Ready" } }),
      spec: {
        refreshPolicy: "CreatedOnce",
        secretStoreRef: { kind: "SecretStore", name: "secrets-manager" },
        target: { name, creationPolicy: "Owner", immutable: true },
        dataFrom: [{ extract: { key: kept.arn, version: pulumi.interpolate`uuid/${kept.version}` } }],
      },
    },
    { ...options, dependsOn: [...site.cluster.ready, store] },
  );
  return { name, version, ready };
}

/** The end of a version's id, fit for a name in Kubernetes. */
const shortOf = (version: pulumi.Output<string>): pulumi.Output<string> =>
  version.apply((id) =>
    id
      .toLowerCase()
      .replace(/[^a-z0-9]/g, "")
      .slice(-20),
  );
