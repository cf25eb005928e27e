import { all, atLeast, given, is, isNot, type Rule, where } from "../model.ts";

const everywhere = ["0.0.0.0/0", "::/0"];
const web = ["80", "443"];

/** Hetzner, Coolify, Cloudflare, Vercel, Supabase, Upstash and Docker. */
export const platforms: readonly Rule[] = [
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
  {
    id: "cloudflare-tls",
    types: ["cloudflare:index/zoneSetting:ZoneSetting"],
    must: "TLS is 1.2 or newer, forced, and checked up to the origin",
    why: "between Cloudflare and the origin anybody could listen",
    mend: 'set ssl: "strict", min_tls_version: "1.2", always_use_https: "on"',
    severity: "high",
    controls: [],
    check: (see) => {
      const [name, value] = [String(see.at("settingId")), see.at("value")];
      const wanted: Readonly<Record<string, readonly unknown[]>> = {
        ssl: ["strict", "origin_pull"],
        min_tls_version: ["1.2", "1.3"],
        always_use_https: ["on"],
        tls_1_3: ["on", "zrt"],
        security_level: ["low", "medium", "high", "under_attack"],
      };
      const allowed = wanted[name];
      return allowed && !allowed.includes(value) ? `${name} is ${value}` : undefined;
    },
    good: [
      { settingId: "ssl", value: "strict" },
      { settingId: "brotli", value: "off" },
    ],
    bad: [
      { settingId: "ssl", value: "flexible" },
      { settingId: "min_tls_version", value: "1.0" },
      { settingId: "always_use_https", value: "off" },
    ],
  },
  {
    id: "cloudflare-record-proxied",
    types: ["cloudflare:index/record:Record", "cloudflare:index/dnsRecord:DnsRecord"],
    must: "names that browsers use go through Cloudflare",
    why: "the origin's address would be everyone's, and the firewall beside the way",
    mend: "set proxied: true",
    severity: "medium",
    controls: [],
    check: where((see) => ["A", "AAAA"].includes(String(see.at("type"))), is("proxied", true)),
    good: [{ type: "A", proxied: true }, { type: "TXT" }],
    bad: [{ type: "A", proxied: false }, { type: "AAAA" }],
  },
  {
    id: "cloudflare-rules-on",
    types: ["cloudflare:index/ruleset:Ruleset"],
    must: "rules of a firewall are on, and do more than watch",
    why: "a rule that is off protects nobody",
    mend: "leave enabled out, and block or challenge",
    severity: "medium",
    controls: [],
    check: where(
      (see) => /firewall|ratelimit/.test(String(see.at("phase"))),
      (see) => {
        const rules = see.list("rules") as readonly { enabled?: boolean; action?: string; ref?: string }[];
        const idle = rules.find(({ enabled, action }) => enabled === false || action === "log");
        return rules.length === 0
          ? "it has no rules"
          : idle
            ? `rule ${idle.ref ?? ""} does nothing`.trim()
            : undefined;
      },
    ),
    good: [
      { phase: "http_ratelimit", rules: [{ action: "block" }] },
      { phase: "http_request_cache_settings", rules: [] },
    ],
    bad: [
      { phase: "http_request_firewall_custom", rules: [{ action: "block", enabled: false }] },
      { phase: "http_ratelimit", rules: [] },
    ],
  },
  {
    id: "r2-not-public",
    types: ["cloudflare:index/r2ManagedDomain:R2ManagedDomain"],
    must: "buckets have no public name of Cloudflare's",
    why: "what is in them is everyone's",
    mend: "set enabled: false",
    severity: "critical",
    controls: [],
    check: isNot("enabled", true),
    good: [{ enabled: false }],
    bad: [{ enabled: true }],
  },
  {
    id: "worker-no-plain-secrets",
    types: ["cloudflare:index/workerVersion:WorkerVersion", "cloudflare:index/workersScript:WorkersScript"],
    must: "a Worker's secrets are bound as secrets",
    why: "plain ones are read in the dashboard",
    mend: 'bind them as type "secret_text"',
    severity: "critical",
    controls: [],
    check: (see) => {
      const bound = see.list("bindings") as readonly { type?: string; name?: string }[];
      const open = bound.find(
        ({ type, name = "" }) =>
          type === "plain_text" && /(PASSWORD|SECRET|TOKEN|API_?KEY|PRIVATE_?KEY)/i.test(name),
      );
      return open ? `${open.name} is plain text` : undefined;
    },
    good: [
      {
        bindings: [
          { type: "secret_text", name: "AUTH_SECRET" },
          { type: "plain_text", name: "APP_NAME" },
        ],
      },
    ],
    bad: [{ bindings: [{ type: "plain_text", name: "AUTH_SECRET" }] }],
  },
  {
    id: "vercel-variables-sensitive",
    types: ["vercel:index/projectEnvironmentVariable:ProjectEnvironmentVariable"],
    must: "secrets at Vercel are sensitive, and not given to previews with production's values",
    why: "others can be read back by whoever may see the project",
    mend: "set sensitive: true, and a target of its own for production",
    severity: "critical",
    controls: [],
    check: where(
      (see) =>
        /(PASSWORD|SECRET|TOKEN|API_?KEY|DATABASE_URL|CACHE_URL|REALTIME_URL)/i.test(String(see.at("key"))),
      all(is("sensitive", true), (see) => {
        const targets = see.list("targets");
        return targets.includes("production") && targets.length > 1
          ? `targets are ${targets.join(", ")}`
          : undefined;
      }),
    ),
    good: [{ key: "AUTH_SECRET", sensitive: true, targets: ["production"] }, { key: "APP_NAME" }],
    bad: [
      { key: "AUTH_SECRET", sensitive: false, targets: ["production"] },
      { key: "DATABASE_URL", sensitive: true, targets: ["production", "preview"] },
    ],
  },
  {
    id: "vercel-forks-apart",
    types: ["vercel:index/project:Project"],
    must: "forks' pull requests are not deployed by themselves, and the source is not shown",
    why: "their code would run with the project's variables",
    mend: "leave gitForkProtection at true and publicSource at false",
    severity: "high",
    controls: [],
    check: all(isNot("gitForkProtection", false), isNot("publicSource", true)),
    good: [{}, { gitForkProtection: true, publicSource: false }],
    bad: [{ gitForkProtection: false }, { publicSource: true }],
  },
  {
    id: "vercel-firewall-on",
    types: ["vercel:index/firewallConfig:FirewallConfig"],
    must: "the firewall is on",
    why: "its rules protect nobody",
    mend: "set enabled: true",
    severity: "high",
    controls: [],
    check: isNot("enabled", false),
    good: [{ enabled: true }],
    bad: [{ enabled: false }],
  },
  {
    id: "supabase-tls",
    types: ["supabase:index:SslEnforcement"],
    must: "the database takes TLS alone",
    why: "passwords and rows would cross the internet in the clear",
    mend: "leave enforced at true",
    severity: "critical",
    controls: [],
    check: isNot("enforced", false),
    good: [{}, { enforced: true }],
    bad: [{ enforced: false }],
  },
  {
    id: "supabase-network",
    types: ["supabase:index:NetworkRestrictions"],
    must: "the database is not the whole internet's",
    why: "everyone could try its passwords",
    mend: "set rung:egressCidrs to the app's static addresses",
    severity: "medium",
    controls: [],
    check: (see) =>
      see.list("cidrs").some((one) => everywhere.includes(String(one)))
        ? "it is open to everyone"
        : undefined,
    good: [{ cidrs: ["203.0.113.0/24"] }],
    bad: [{ cidrs: ["0.0.0.0/0", "::/0"] }],
  },
  {
    id: "supabase-bucket-private",
    types: ["supabase:index:Bucket"],
    must: "buckets are not public",
    why: "what is in them is everyone's",
    mend: "leave public out",
    severity: "critical",
    controls: [],
    check: isNot("public", true),
    good: [{}, { public: false }],
    bad: [{ public: true }],
  },
  {
    id: "supabase-sign-up",
    types: ["supabase:index:AuthSettings"],
    must: "nobody signs up who was not meant to, and passwords are long",
    why: "a log-in that the app does not use is a way in that nobody watches",
    mend: "leave anonymousEnabled at false and passwordMinLength at 12",
    severity: "medium",
    controls: [],
    check: all(isNot("anonymousEnabled", true), (see) =>
      see.has("passwordMinLength") && Number(see.at("passwordMinLength")) < 12
        ? `passwordMinLength is ${see.at("passwordMinLength")}`
        : undefined,
    ),
    good: [{}, { passwordMinLength: 12 }],
    bad: [{ anonymousEnabled: true }, { passwordMinLength: 6 }],
  },
  {
    id: "upstash-tls",
    types: ["upstash:index/redisDatabase:RedisDatabase"],
    must: "the cache takes TLS alone",
    why: "its password and sessions would cross the internet in the clear",
    mend: "set tls: true",
    severity: "critical",
    controls: [],
    check: isNot("tls", false),
    good: [{ tls: true }, {}],
    bad: [{ tls: false }],
  },
  {
    id: "docker-hardened",
    types: ["docker:index/container:Container"],
    must: "containers are read-only, without special rights, and cannot get more",
    why: "what gets into one should find nothing to use",
    mend: 'set readOnly: true, capabilities.drops: ["ALL"], securityOpts: ["no-new-privileges"]',
    severity: "high",
    controls: ["CIS Docker 5.12", "CIS Docker 5.3", "CIS Docker 5.25"],
    check: all(is("readOnly", true), isNot("privileged", true), (see) => {
      if (!see.list("capabilities.drops").includes("ALL")) return "capabilities.drops does not hold ALL";
      return see.list("securityOpts").some((one) => String(one).startsWith("no-new-privileges"))
        ? undefined
        : "securityOpts does not hold no-new-privileges";
    }),
    good: [{ readOnly: true, capabilities: { drops: ["ALL"] }, securityOpts: ["no-new-privileges"] }],
    bad: [
      {},
      {
        readOnly: true,
        privileged: true,
        capabilities: { drops: ["ALL"] },
        securityOpts: ["no-new-privileges"],
      },
      { readOnly: true, capabilities: { drops: [] }, securityOpts: ["no-new-privileges"] },
    ],
  },
  {
    id: "docker-local-ports",
    types: ["docker:index/container:Container"],
    must: "ports are published on this machine alone",
    why: "Docker opens them around the machine's own firewall",
    mend: 'set ports[].ip: "127.0.0.1"',
    severity: "critical",
    controls: ["CIS Docker 5.13"],
    check: (see) => {
      const ports = see.list("ports") as readonly { ip?: string; external?: number; internal?: number }[];
      const open = ports.find(({ ip }) => ip !== "127.0.0.1" && ip !== "::1");
      return open
        ? `port ${open.external ?? open.internal} is published on ${open.ip ?? "every address"}`
        : undefined;
    },
    good: [{}, { ports: [{ ip: "127.0.0.1", external: 1 }] }],
    bad: [{ ports: [{ external: 5432 }] }, { ports: [{ ip: "0.0.0.0", external: 1 }] }],
  },
  {
    id: "docker-limits",
    types: ["docker:index/container:Container"],
    must: "a container's memory is limited",
    why: "one that grows takes the others with it",
    mend: "set memory",
    severity: "medium",
    controls: ["CIS Docker 5.10"],
    check: atLeast("memory", 4),
    good: [{ memory: 64 }],
    bad: [{}],
  },
  {
    id: "docker-socket-shut",
    types: ["docker:index/container:Container"],
    must: "no container has Docker's socket",
    why: "whoever has it is root on the machine",
    mend: "leave the mount out",
    severity: "critical",
    controls: ["CIS Docker 5.31"],
    check: (see) => {
      const mounted = [...see.list("volumes[].hostPath"), ...see.list("mounts[].source")].map(String);
      return mounted.some((path) => path.includes("docker.sock")) ? "docker.sock is mounted" : undefined;
    },
    good: [{ volumes: [{ volumeName: "data" }] }],
    bad: [{ volumes: [{ hostPath: "/var/run/docker.sock" }] }],
  },
];
