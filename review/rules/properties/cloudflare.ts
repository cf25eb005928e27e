import {
  always,
  exposes,
  harmless,
  loses,
  type PropertyRule,
  rests,
  rule,
  type Said,
  stops,
  whenLess,
  whenOff,
  whenOn,
} from "../rule.ts";
import { weakTls } from "../tls.ts";
import { watchedLess } from "../watchedLess.ts";

/** The keys by which a Worker's bindings name what they lead to. */
const leads = ["databaseId", "namespaceId", "bucketName", "className", "queueName", "dataset", "service"];

/** What a Worker's code reaches, by the name that it knows it by. Texts and secrets lead nowhere. */
function storesOf(bindings: unknown): ReadonlyMap<string, string> {
  const all = Array.isArray(bindings) ? (bindings as Readonly<Record<string, unknown>>[]) : [];
  return new Map(
    all.flatMap((one) => {
      const to = leads.map((key) => one[key]).find((value) => value !== undefined);
      return to === undefined ? [] : [[String(one.name), String(to)] as const];
    }),
  );
}

/** Bindings are a list, in the order of their names: one that is added moves all that follow. */
function judgeBindings(before: unknown, after: unknown): Said | undefined {
  const [old, now] = [storesOf(before), storesOf(after)];
  const gone = [...old.keys()].filter((name) => !now.has(name));
  if (gone.length > 0) {
    return stops.review([
      "binding-removed",
      `the Worker no longer reaches ${gone.join(", ")}`,
      "bring out the code that does without first",
    ]);
  }
  const moved = [...old].filter(([name, to]) => now.get(name) !== to).map(([name]) => name);
  return moved.length === 0
    ? undefined
    : stops.review([
        "other-store",
        `the Worker reads and writes another ${moved.join(", ")} than before`,
        "move the data before, or keep the binding as it is",
      ]);
}

/** Cloudflare. */
export const cloudflare: readonly PropertyRule[] = [
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
  rule(/^cloudflare:index\/workersCronTrigger:/, /./, (_, { name }) =>
    /^(export|backup)s?\b/.test(name)
      ? loses.review([
          "backup-schedule",
          "backups are made at other times, or less often",
          "keep them as often as the spec's promise asks for",
        ])
      : undefined,
  ),
  rule(
    /^cloudflare:index\/worker:/,
    /^subdomain\./,
    whenOn(
      exposes.review([
        "worker-address",
        "the Worker answers at workers.dev as well, past the zone's firewall and rate limit",
        "keep the custom domain its only way in",
      ]),
    ),
  ),
  rule(/^cloudflare:index\/worker:/, /^observability\./, ({ path, from, to }) =>
    to === true || (/SamplingRate$/.test(path) && Number(to) >= Number(from)) ? undefined : watchedLess,
  ),
  rule(
    /^cloudflare:index\/workerVersion:/,
    /^exports/,
    always(
      loses.review([
        "durable-objects",
        "classes of Durable Objects are made, renamed or left out: a class that goes loses its data",
        "say so in exports (renamed, deleted), and move what the old class holds before",
      ]),
    ),
  ),
  rule(/^cloudflare:index\/workerVersion:/, /^bindings/, (_, { before, after }) =>
    judgeBindings(before.bindings, after.bindings),
  ),
  rule(
    /^cloudflare:index\/workerVersion:/,
    /^(compatibilityDate|compatibilityFlags)/,
    always(
      rests.review([
        "runtime-changed",
        "Cloudflare's runtime behaves as on another day",
        "read its list of changes between the two, and run the tests with the new one",
      ]),
    ),
  ),
  rule(
    /^cloudflare:index\/workerVersion:/,
    /^limits\./,
    whenLess(
      stops.review(["less-room", "a request may take less CPU: longer ones are ended", "measure first"]),
    ),
  ),
  rule(/^cloudflare:index\/workerVersion:/, /^(modules|mainModule|placement|annotations)/, harmless),
  rule(/^cloudflare:index\/workersDeployment:/, /^(versions|strategy|annotations)/, harmless),
  rule(
    /^cloudflare:index\/r2BucketLock:/,
    /enabled$/,
    whenOff(
      loses.review([
        "unprotected",
        "objects may be deleted before their time",
        "lift protection only together with the change that needs it, and put it back after",
      ]),
    ),
  ),
  rule(
    /^cloudflare:index\/(r2BucketLock|r2BucketLifecycle):/,
    /(maxAge|maxAgeSeconds)$/,
    whenLess(
      loses.review([
        "retention-cut",
        "what is older than the new time is deleted, or may be",
        "make sure that no promise, law or customer asks for the longer time",
      ]),
    ),
  ),
  rule(/^cloudflare:index\/r2BucketLifecycle:/, /./, ({ to }) =>
    to === undefined
      ? undefined
      : loses.review([
          "objects-expire",
          "objects are deleted sooner than before, or for the first time",
          "make sure that nobody needs them for longer",
        ]),
  ),
  rule(/^cloudflare:index\/d1Database:/, /^readReplication/, ({ to }) =>
    to === "auto" || (to as { mode?: unknown } | undefined)?.mode === "auto"
      ? undefined
      : stops.review([
          "standby-removed",
          "reads are no longer answered near those who ask",
          "measure first from other continents",
        ]),
  ),
  rule(/^cloudflare:index\/workersKvNamespace:/, /^title$/, harmless),
];
