import {
  always,
  exposes,
  harmless,
  type JudgeProperty,
  loses,
  majorOf,
  type PropertyRule,
  restarts,
  rests,
  rule,
  stops,
  whenOff,
} from "../rule.ts";

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

/** Hetzner and Coolify. */
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
    type === "coolify:index:Application" ? undefined : restarts("its container is made otherwise"),
  ),
  rule(/^coolify:index:(Application|Deployment)$/, /./, harmless),
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
];
