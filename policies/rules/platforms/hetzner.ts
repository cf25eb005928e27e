import { all, given, is, type Rule } from "../../model.ts";

const everywhere = ["0.0.0.0/0", "::/0"];
const web = ["80", "443"];

/** Hetzner, and Coolify on it. */
export const hetzner: readonly Rule[] = [
  {
    id: "hcloud-no-open-ports",
    types: ["hcloud:index/firewall:Firewall"],
    must: "the internet reaches ports 80 and 443 alone",
    why: "every scanner tries SSH and databases",
    mend: "name the addresses that need it in sourceIps",
    severity: "critical",
    controls: [],
    check: (see) => {
      const rules = see.list("rules") as readonly {
        direction?: string;
        protocol?: string;
        port?: string;
        sourceIps?: readonly string[];
      }[];
      const open = rules.find(
        ({ direction, protocol, port = "any", sourceIps = [] }) =>
          direction === "in" &&
          protocol !== "icmp" &&
          sourceIps.some((one) => everywhere.includes(one)) &&
          !web.includes(String(port)),
      );
      return open ? `port ${open.port ?? "any"} is open to everyone` : undefined;
    },
    good: [
      {
        rules: [
          { direction: "in", protocol: "tcp", port: "443", sourceIps: ["0.0.0.0/0"] },
          { direction: "in", protocol: "tcp", port: "22", sourceIps: ["203.0.113.0/24"] },
          { direction: "in", protocol: "icmp", sourceIps: ["::/0"] },
        ],
      },
    ],
    bad: [
      { rules: [{ direction: "in", protocol: "tcp", port: "22", sourceIps: ["0.0.0.0/0"] }] },
      { rules: [{ direction: "in", protocol: "tcp", port: "5432", sourceIps: ["::/0"] }] },
    ],
  },
  {
    id: "hcloud-firewall-on",
    types: ["hcloud:index/server:Server"],
    must: "a server stands behind a firewall, and is logged in to by key",
    why: "Hetzner mails a root password to whoever gives no key",
    mend: "set firewallIds and sshKeys",
    severity: "critical",
    controls: [],
    check: all(given("firewallIds"), given("sshKeys")),
    good: [{ firewallIds: [1], sshKeys: ["a"] }],
    bad: [{ sshKeys: ["a"] }, { firewallIds: [1] }],
  },
  {
    id: "hcloud-deletion-protection",
    types: ["hcloud:index/server:Server", "hcloud:index/volume:Volume"],
    must: "what holds data refuses to be deleted",
    why: "one wrong click and it is gone",
    mend: "set deleteProtection: true (servers: rebuildProtection too)",
    severity: "high",
    controls: [],
    check: (see, subject) => (subject.protect ? is("deleteProtection", true)(see, subject) : undefined),
    good: [{ deleteProtection: true }],
    bad: [{}, { deleteProtection: false }],
  },
  {
    id: "hcloud-balancer-tls",
    types: ["hcloud:index/loadBalancerService:LoadBalancerService"],
    must: "a load balancer takes HTTPS, or passes it on",
    why: "sessions would cross the internet in the clear",
    mend: 'set protocol: "https" with a certificate, or "tcp" on 443',
    severity: "high",
    controls: [],
    check: (see) =>
      see.at("protocol") === "http" && see.at("http.redirectHttp") !== true ? "protocol is http" : undefined,
    good: [{ protocol: "https" }, { protocol: "tcp", listenPort: 443 }],
    bad: [{ protocol: "http", listenPort: 80 }],
  },
  {
    id: "coolify-database-private",
    types: ["coolify:index:Postgresql", "coolify:index:Redis", "coolify:index:Dragonfly"],
    must: "databases have no port of the server's",
    why: "Docker opens it around the server's own firewall",
    mend: "leave publicPort out",
    severity: "critical",
    controls: [],
    check: (see) => (see.has("publicPort") ? `publicPort is ${see.at("publicPort")}` : undefined),
    good: [{}],
    bad: [{ publicPort: 5432 }],
  },
];
