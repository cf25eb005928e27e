import {
  always,
  exposes,
  harmless,
  type JudgeProperty,
  loses,
  majorOf,
  type PropertyRule,
  rests,
  rule,
  stops,
  whenLess,
  whenOff,
  whenOn,
} from "../rule.ts";
import { weakTls } from "../tls.ts";

const containers = /^coolify:index:(Application|Redis|Dragonfly|Postgresql)$/;

/** The files of one major version of PostgreSQL mean nothing to another: pg_upgrade or a dump moves them. */
export const postgresImage: JudgeProperty = ({ from, to }) => {
  const [before, after] = [majorOf(from), majorOf(to)];
  if (before !== undefined && before === after) {
    return stops.review([
      "database-restart",
      "another image of the same major version: the database restarts",
      "do it when there is little traffic",
    ]);
  }
  return loses.block([
    "engine-upgrade-refused",
    `PostgreSQL ${before ?? "?"} → ${after ?? "?"} on the same volume: it does not start on another major version's files`,
    "make a second database of the new version, move the data by dump or logical replication, then switch",
  ]);
};

const restart = (what: string) =>
  stops.review(["restart", `${what}: it restarts`, "do it when there is little traffic"]);

/** Hetzner, Coolify, Supabase, Vercel, Upstash. */
export const hosted: readonly PropertyRule[] = [
  rule(/^hcloud:index\/volume:/, /^size$/, ({ from, to }) =>
    Number(to) >= Number(from)
      ? undefined
      : loses.block([
          "storage-shrunk",
          `Hetzner cannot shrink a volume, ${String(from)} → ${String(to)} GB: the update fails, and the only smaller one is new and empty`,
          "keep the size; or make a smaller volume beside it and move the data",
        ]),
  ),
  rule(
    /^hcloud:index\/server:/,
    /^serverType$/,
    always(
      stops.review([
        "server-resized",
        "the server is powered off to become another type: all on it is away for minutes",
        "do it when there is little traffic; tell the users",
      ]),
    ),
  ),
  rule(
    /^hcloud:index\/server:/,
    /^backups$/,
    whenOff(
      loses.block([
        "backup-off",
        "Hetzner deletes the server's daily backups as they are turned off",
        "keep them on; they are the way back to a whole server",
      ]),
    ),
  ),
  rule(
    /^hcloud:index\/server:/,
    /^(firewallIds|networks|publicNets|sshKeys)/,
    always(exposes.review(["server-doors", "who reaches the server changes", "compare the firewalls"])),
  ),
  rule(/^hcloud:index\/loadBalancer:/, /^loadBalancerType$/, harmless),
  rule(/^hcloud:index\/loadBalancerService:/, /^protocol$/, ({ to }) =>
    to === "https"
      ? undefined
      : exposes.block(["tls-off", "the load balancer no longer speaks TLS", "keep https"]),
  ),
  rule(
    /^hcloud:index\/loadBalancerService:/,
    /^healthCheck/,
    always(
      stops.review([
        "health-check",
        "what counts as healthy changes: too strict, and all servers are taken out at once",
        "try it on a stack without users first",
      ]),
    ),
  ),
  rule(/^hcloud:index\/firewall:/, /^rules/, harmless),
  rule(/^coolify:index:Postgresql$/, /^image$/, postgresImage),
  rule(/^coolify:index:(Postgresql|Redis|Dragonfly)$/, /^(publicPort|isPublic)$/, ({ to }) =>
    to === undefined || to === false
      ? stops.review([
          "port-closed",
          "what came in through the published port no longer does",
          "make sure that nothing uses it",
        ])
      : exposes.review([
          "port-published",
          "the store listens on the server's addresses: only the firewall is between",
          "keep it inside, or look at the firewall's rules",
        ]),
  ),
  rule(containers, /^(memoryMb|cpus|limits|config|image|command)/, (_, { type }) =>
    type === "coolify:index:Application" ? undefined : restart("its container is made otherwise"),
  ),
  rule(/^coolify:index:Application$/, /./, harmless),
  rule(
    /^coolify:index:/,
    /^(password|.*[sS]ecret.*)$/,
    always(
      rests.review([
        "secret-changed",
        "a password changes: whatever uses the old one is refused",
        "restart what reads it in the same update",
      ]),
    ),
  ),
  rule(/^coolify:index:(EnvironmentVariables?|Variables)$/, /./, harmless),
  rule(
    /^coolify:index:BackupSchedule$/,
    /^enabled$/,
    whenOff(loses.block(["backup-off", "backups are no longer made", "keep them on"])),
  ),
  rule(/^coolify:index:BackupSchedule$/, /./, ({ path, from, to }) =>
    /^(keep|retain|retention|days|amount|max)/i.test(path) && Number(to) >= Number(from)
      ? undefined
      : loses.review([
          "backup-weakened",
          "backups are made or kept otherwise",
          "keep as many as the spec's promise asks for",
        ]),
  ),
  rule(/^coolify:index:ScheduledTask$/, /^(schedule|frequency|command|cron|timeout)/, harmless),

  rule(
    /^supabase:index:Project$/,
    /^(instanceSize|computeSize|desiredInstanceSize)$/,
    always(restart("another compute size")),
  ),
  rule(/^supabase:index:Compute$/, /./, always(restart("another compute size"))),
  rule(
    /^supabase:index:Pitr$/,
    /./,
    whenLess(
      loses.review([
        "backup-weakened",
        "point-in-time recovery reaches back fewer days",
        "keep as many as the spec's promise asks for",
      ]),
    ),
  ),
  rule(
    /^supabase:index:SslEnforcement$/,
    /./,
    whenOff(exposes.block(["tls-off", "the database takes connections without TLS", "keep it enforced"])),
  ),
  rule(
    /^upstash:index\/redisDatabase:/,
    /^tls$/,
    whenOff(exposes.block(["tls-off", "the cache takes connections without TLS", "keep it on"])),
  ),
  rule(
    /^upstash:index\/redisDatabase:/,
    /^eviction$/,
    always(
      stops.review([
        "cache-policy",
        "what happens when the cache is full changes",
        "without eviction writes fail once it is full",
      ]),
    ),
  ),
  rule(/^vercel:index\/(deployment|projectEnvironmentVariables?|projectCron):/, /./, harmless),
  rule(
    /^vercel:index\/project:/,
    /^(passwordProtection|vercelAuthentication|publicSource|gitForkProtection)/,
    always(
      exposes.review(["project-access", "who may see deployments changes", "keep previews behind a login"]),
    ),
  ),

  rule(/^random:|^tls:/, /./, harmless),
  rule(/^docker:index\/container:/, /^ports/, harmless),
  rule(
    /^docker:index\/container:/,
    /^(privileged|user|readOnly|capabilities|securityOpts)/,
    ({ path, to }) =>
      (path === "readOnly" && to === true) || (path === "privileged" && to !== true)
        ? undefined
        : exposes.review([
            "container-hardening",
            "the container may do more on its host than before",
            "keep it non-root, its root read-only and all capabilities dropped",
          ]),
  ),
  rule(/^docker:index\/container:/, /./, harmless),
  rule(/^docker:index\/(remoteImage|image):/, /./, harmless),
  rule(
    /^docker:index\/network:/,
    /^internal$/,
    whenOff(
      exposes.review(["network-open", "what is in the network may reach the world", "keep it internal"]),
    ),
  ),
  rule(
    /./,
    /^(publiclyAccessible|public)$/,
    whenOn(exposes.block(["public", "it gets a public address", "keep it private"])),
  ),

  // Cloudflare
  rule(/^cloudflare:index\/zoneSetting:/, /^value$/, (difference, step) => {
    const setting = String(step.after.settingId ?? step.before.settingId);
    const { from, to } = difference;
    if (setting === "min_tls_version") return weakTls(from, to);
    if (setting === "ssl" && to !== "strict") {
      return to === "off" || to === "flexible"
        ? exposes.block([
            "tls-off",
            `Cloudflare reaches the origin without TLS (ssl: ${String(to)})`,
            "keep ssl: strict",
          ])
        : exposes.review([
            "tls-weakened",
            `Cloudflare takes any certificate of the origin (ssl: ${String(to)})`,
            "keep ssl: strict",
          ]);
    }
    if (to === "on" || to === "strict") return undefined;
    return exposes.review([
      "zone-setting",
      `${setting} is ${String(to)}, no longer ${String(from)}`,
      "say what stands in its place",
    ]);
  }),
  rule(
    /^cloudflare:index\/(record|dnsRecord):/,
    /^proxied$/,
    whenOff(
      exposes.review([
        "unproxied",
        "the origin's own address is public, without Cloudflare's firewall in front",
        "keep it proxied",
      ]),
    ),
  ),
  rule(/^cloudflare:index\/(record|dnsRecord):/, /^(ttl)$/, harmless),
  rule(
    /^cloudflare:index\/(record|dnsRecord):/,
    /./,
    always(
      stops.review([
        "name-changed",
        "a public name points elsewhere",
        "keep the old target until resolvers have forgotten it",
      ]),
    ),
  ),
  rule(
    /^cloudflare:index\/ruleset:/,
    /./,
    always(
      exposes.review([
        "firewall-changed",
        "what Cloudflare blocks, limits or keeps changes",
        "read the rules' difference",
      ]),
    ),
  ),
  rule(
    /^cloudflare:index\/(accountToken|apiToken):/,
    /^policies/,
    always(
      exposes.review([
        "permissions-wider",
        "what a token may do changes",
        "one bucket, read and write, is enough",
      ]),
    ),
  ),
  rule(
    /^cloudflare:index\/workersScript:/,
    /^(content|contentSha256|contentFile|compatibilityDate|compatibilityFlags|assets)/,
    harmless,
  ),
  rule(
    /^cloudflare:index\/workersScript:/,
    /^migrations/,
    always(
      loses.review([
        "durable-objects",
        "classes of Durable Objects are made, renamed or deleted; a deleted class loses its data",
        "rename by renamedClasses, never delete and make anew",
      ]),
    ),
  ),
  rule(/^cloudflare:index\/workersCronTrigger:/, /./, harmless),
];
