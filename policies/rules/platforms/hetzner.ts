import { all, filled, is, isNot, type Rule } from "../../model.ts";

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
    check: all(filled("firewallIds"), filled("sshKeys")),
    good: [{ firewallIds: [1], sshKeys: ["a"] }],
    bad: [{ sshKeys: ["a"] }, { firewallIds: [1] }, { firewallIds: [], sshKeys: ["a"] }],
  },
  {
    id: "hcloud-deletion-protection",
    types: ["hcloud:index/server:Server", "hcloud:index/volume:Volume"],
    must: "what holds data refuses to be deleted",
    why: "one wrong click and it is gone",
    mend: "set deleteProtection: true (servers: rebuildProtection too)",
    severity: "high",
    controls: [],
    check: (see, subject) =>
      subject.protect
        ? (is("deleteProtection", true)(see, subject) ?? isNot("rebuildProtection", false)(see, subject))
        : undefined,
    good: [{ deleteProtection: true, rebuildProtection: true }, { deleteProtection: true }],
    bad: [{}, { deleteProtection: false }, { deleteProtection: true, rebuildProtection: false }],
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
  {
    id: "hcloud-backups",
    types: ["hcloud:index/server:Server"],
    must: "a server that holds data is backed up",
    why: "Coolify's own settings and keys are on its disk",
    mend: "set backups: true",
    severity: "medium",
    controls: [],
    check: (see, subject) => (subject.protect ? is("backups", true)(see, subject) : undefined),
    good: [{ backups: true }],
    bad: [{}, { backups: false }],
  },
  {
    id: "coolify-image-by-digest",
    types: ["coolify:index:Application"],
    must: "images are named by digest",
    why: "a tag may be another image tomorrow",
    mend: "name the image as registry/name@sha256:…",
    severity: "medium",
    controls: [],
    check: (see) =>
      String(see.at("image")).includes("@sha256:") ? undefined : `image is ${see.at("image")}`,
    good: [{ image: "a@sha256:b" }],
    bad: [{ image: "a:latest" }],
  },
  {
    id: "coolify-hardened",
    types: ["coolify:index:Application"],
    must: "containers are read-only, without special rights, and cannot get more",
    why: "what gets into one should find nothing to use",
    mend: "set dockerOptions: --read-only --cap-drop=ALL --security-opt=no-new-privileges:true",
    severity: "high",
    controls: ["CIS Docker 5.12", "CIS Docker 5.3", "CIS Docker 5.25"],
    check: (see) => {
      const options = String(see.at("dockerOptions") ?? "").split(/\s+/);
      const missing = ["--read-only", "--cap-drop=ALL", "--security-opt=no-new-privileges:true"].find(
        (option) => !options.includes(option),
      );
      return missing && `dockerOptions lack ${missing}`;
    },
    good: [{ dockerOptions: "--read-only --cap-drop=ALL --security-opt=no-new-privileges:true" }],
    bad: [{}, { dockerOptions: "--read-only --cap-drop=ALL" }],
  },
  {
    id: "coolify-previews-off",
    types: ["coolify:index:Application"],
    must: "Coolify makes no previews by itself",
    why: "a pull request's code would run beside production, with its variables",
    mend: "leave previews out: rung pr makes them apart",
    severity: "high",
    controls: [],
    check: isNot("previews", true),
    good: [{}, { previews: false }],
    bad: [{ previews: true }],
  },
];
