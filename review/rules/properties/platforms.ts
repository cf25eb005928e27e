import { isDeepStrictEqual } from "node:util";
import {
  always,
  exposes,
  harmless,
  loses,
  type PropertyRule,
  restarts,
  rests,
  rule,
  stops,
  whenLess,
  whenOff,
  whenOn,
} from "../rule.ts";
import { nameChanged } from "../serving.ts";

const lessRoom = stops.review([
  "less-room",
  "functions have less time or CPU: under load they are slower, or ended",
  "measure first",
]);
const lessCache = stops.review([
  "less-room",
  "the cache may cost, or stand, less than before: Upstash slows it down there",
  "compare with the last month's bill",
]);

/** Migrations are only added: those that were there stand at the beginning, as they were. */
function schemaGrows(before: unknown, after: unknown): boolean {
  if (!Array.isArray(before) || !Array.isArray(after)) return false;
  return before.every((one, index) => isDeepStrictEqual(one, after[index]));
}

/** Supabase, Vercel, Upstash. */
export const platforms: readonly PropertyRule[] = [
  rule(
    /^supabase:index:Project$/,
    /^(instanceSize|computeSize|desiredInstanceSize)$/,
    always(restarts("another compute size")),
  ),
  rule(/^supabase:index:Compute$/, /./, always(restarts("another compute size"))),
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
  rule(/^supabase:index:PoolerSettings$/, /^poolSize$/, ({ from, to }) =>
    stops.review([
      "pooler",
      Number(to) < Number(from)
        ? "the pooler opens fewer connections to the database: requests wait for one another under load"
        : "the pooler opens more connections to the database, and is restarted for it",
      "compare with what the database's machine bears",
    ]),
  ),
  rule(
    /^supabase:index:(StorageSettings|Bucket)$/,
    /^fileSizeLimit$/,
    whenLess(
      stops.review(["less-room", "larger files are refused", "make sure that nobody uploads such files"]),
    ),
  ),
  rule(
    /^supabase:index:Bucket$/,
    /^emptyOnDelete$/,
    whenOn(
      loses.review([
        "unprotected",
        "the bucket goes with all that is in it",
        "keep it off where data matters",
      ]),
    ),
  ),
  rule(
    /^supabase:index:Bucket$/,
    /^public$/,
    whenOn(exposes.block(["public-bucket", "anybody reads what is in the bucket", "keep it private"])),
  ),
  rule(/^(supabase|d1):index:Schema$/, /^migrations/, ({ to }, { before, after }) =>
    schemaGrows(before.migrations, after.migrations) && to !== undefined
      ? undefined
      : rests.review([
          "migration-edited",
          "an earlier migration is edited, or gone: databases that ran it keep the old schema",
          "write a new migration",
        ]),
  ),
  rule(
    /^supabase:index:Schema$/,
    /^(roles|passwords)/,
    always(
      exposes.review([
        "permissions-wider",
        "who logs in to the database changes",
        "make sure that each of them needs it",
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
  rule(/^upstash:index\/redisDatabase:/, /^(budget|prodPack|readRegions)/, ({ path, from, to }) =>
    path === "budget"
      ? Number(to) >= Number(from)
        ? undefined
        : lessCache
      : to === true
        ? undefined
        : lessCache,
  ),
  rule(
    /^vercel:index\/firewallConfig:/,
    /./,
    always(
      exposes.review([
        "firewall-changed",
        "what Vercel's firewall blocks, asks or limits changes",
        "read the rules' difference",
      ]),
    ),
  ),
  rule(/^vercel:index\/projectDomain:/, /^(gitBranch|redirect)/, always(nameChanged)),
  rule(/^vercel:index\/project:/, /^resourceConfig\.functionDefaultTimeout$/, whenLess(lessRoom)),
  rule(/^vercel:index\/project:/, /^resourceConfig\.functionDefaultCpuType$/, ({ to }) =>
    to === "performance" ? undefined : lessRoom,
  ),
  rule(/^vercel:index\/project:/, /^skewProtection$/, ({ to }) =>
    to === undefined
      ? stops.review([
          "skew-protection",
          "a page that is open speaks to the new deployment in the middle of a visit",
          "keep it on",
        ])
      : undefined,
  ),
  rule(/^vercel:index\/projectCrons:/, /^enabled$/, ({ to }) =>
    to === true ? undefined : rests.review(["job-off", "the jobs no longer run", "say who does their work"]),
  ),
  rule(/^vercel:index\/(deployment|projectEnvironmentVariables?|projectCron):/, /./, harmless),
  rule(
    /^vercel:index\/project:/,
    /^(passwordProtection|vercelAuthentication|publicSource|gitForkProtection)/,
    always(
      exposes.review(["project-access", "who may see deployments changes", "keep previews behind a login"]),
    ),
  ),
];
