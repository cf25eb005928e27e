import type * as pulumi from "@pulumi/pulumi";
import type { Site } from "./eks.ts";
import { labelsOf, metadata, networking } from "./kubernetes.ts";
import { dataCidrOf, nameServer, publicCidrOf } from "./regions.ts";

type Spec = NonNullable<ConstructorParameters<typeof networking.NetworkPolicy>[1]>["spec"];

/** Fixed by EKS: what gives pods their roles. */
const identityAgent = "169.254.170.23/32";
/** Where nodes learn who they are: none of the pods' business. */
const linkLocal = "169.254.0.0/16";

const tcp = (...ports: number[]) => ports.map((port) => ({ protocol: "TCP", port }));
const to = (cidr: string, except: readonly string[] = []) => ({
  ipBlock: { cidr, ...(except.length > 0 ? { except: [...except] } : {}) },
});

/**
 * Nothing speaks in the app's namespace but this: the load balancer to the app; app and jobs to names, to the stores of
 * every region, to AWS by HTTPS, and to what gives them their role; migrations to names and the database.
 */
export function networkPolicies(site: Site, options: pulumi.CustomResourceOptions): pulumi.Resource[] {
  const policy = (name: string, spec: Spec) =>
    new networking.NetworkPolicy(
      `${site.prefix}${name}`,
      { metadata: metadata(site, name, "app"), spec },
      options,
    );
  const of = (part: string) => ({ matchLabels: labelsOf(site, part) });
  const { port } = site.context.spec.container;
  const stores = site.regions.all.map((region) => to(dataCidrOf(region)));
  const names = {
    ports: [
      { protocol: "UDP", port: 53 },
      { protocol: "TCP", port: 53 },
    ],
    to: [
      { namespaceSelector: { matchLabels: { "kubernetes.io/metadata.name": "kube-system" } } },
      // Auto mode answers on the node, at the service's address.
      to(`${nameServer}/32`),
    ],
  };
  const serving = [
    names,
    { to: stores, ports: tcp(5432, 6379) },
    { to: [to("0.0.0.0/0", [linkLocal])], ports: tcp(443) },
    { to: [to(identityAgent)], ports: tcp(80) },
  ];
  return [
    policy("default-deny", { podSelector: {}, policyTypes: ["Ingress", "Egress"] }),
    policy("app", {
      podSelector: of("app"),
      policyTypes: ["Ingress", "Egress"],
      ingress: [{ from: [to(publicCidrOf(site.region))], ports: tcp(port) }],
      egress: serving,
    }),
    policy("job", { podSelector: of("job"), policyTypes: ["Egress"], egress: serving }),
    policy("migrate", {
      podSelector: of("migrate"),
      policyTypes: ["Egress"],
      egress: [names, { to: stores, ports: tcp(5432) }],
    }),
  ];
}
