import * as cloudflare from "@pulumi/cloudflare";
import * as hcloud from "@pulumi/hcloud";
import type * as pulumi from "@pulumi/pulumi";
import * as tls from "@pulumi/tls";
import { nameOf } from "../kit/context.ts";
import { child, type Hetzner, kept, labelsOf } from "./coolify.ts";
import type { Network } from "./network.ts";
import type { Servers } from "./servers.ts";

/**
 * What Cloudflare reaches: the one server's Traefik, which gets its certificate from Let's Encrypt; or a load balancer
 * over the app's servers, with a certificate of Cloudflare's for origins.
 * @returns its address
 */
export function edge(here: Hetzner, net: Network, on: Servers): pulumi.Output<string> {
  const type = here.plan.edge.detail.loadBalancer;
  if (!type) return on.address.ipAddress;
  const labels = labelsOf(here, "edge");
  const balancer = new hcloud.LoadBalancer(
    "edge",
    {
      name: nameOf(here.context, "edge"),
      loadBalancerType: type,
      location: here.plan.network.detail.location,
      algorithm: { type: "least_connections" },
      labels,
    },
    child(here),
  );
  const loadBalancerId = balancer.id.apply(Number);
  const attached = new hcloud.LoadBalancerNetwork(
    "edge",
    { loadBalancerId, networkId: net.networkId, ip: "10.30.1.5" },
    { ...child(here), dependsOn: [net.subnet] },
  );
  for (const [index, { server }] of on.apps.entries()) {
    new hcloud.LoadBalancerTarget(
      `edge-${index + 1}`,
      { loadBalancerId, type: "server", serverId: server.id.apply(Number), usePrivateIp: true },
      { ...child(here), dependsOn: [attached] },
    );
  }
  const { ready } = here.context.spec.container.health;
  new hcloud.LoadBalancerService(
    "edge",
    {
      loadBalancerId: balancer.id,
      protocol: "https",
      listenPort: 443,
      destinationPort: 80,
      http: { certificates: [certificate(here, labels)], redirectHttp: true },
      healthCheck: {
        protocol: "http",
        port: 80,
        interval: 5,
        timeout: 4,
        retries: 2,
        http: { domain: here.platform.domain, path: ready, statusCodes: ["200"], tls: false },
      },
    },
    child(here),
  );
  return balancer.ipv4;
}

function certificate(here: Hetzner, labels: Record<string, string>): pulumi.Output<number> {
  const { domain } = here.platform;
  const key = new tls.PrivateKey("origin-key", { algorithm: "RSA", rsaBits: 2048 }, kept(here));
  const request = new tls.CertRequest(
    "origin",
    { privateKeyPem: key.privateKeyPem, subject: { commonName: domain }, dnsNames: [domain] },
    kept(here),
  );
  const signed = new cloudflare.OriginCaCertificate(
    "origin",
    { csr: request.certRequestPem, hostnames: [domain], requestType: "origin-rsa", requestedValidity: 5475 },
    child(here),
  );
  return new hcloud.UploadedCertificate(
    "origin",
    {
      name: nameOf(here.context, "origin"),
      certificate: signed.certificate,
      privateKey: key.privateKeyPem,
      labels,
    },
    child(here),
  ).id.apply(Number);
}
