import { looksSecret } from "../../../components/model/secretNames.ts";
import { all, every, is, isNot, type Rule, where } from "../../model.ts";

/** Cloudflare: TLS, names, firewall, R2 and Workers. */
export const cloudflare: readonly Rule[] = [
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
      const open = bound.find(({ type, name = "" }) => type === "plain_text" && looksSecret(name));
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
    id: "r2-locked",
    types: ["cloudflare:index/r2BucketLock:R2BucketLock"],
    must: "a lock of a bucket is on, and for a time",
    why: "backups that can be deleted are deleted first",
    mend: "set rules[].enabled: true and rules[].condition",
    severity: "high",
    controls: [],
    check: (see, subject) => {
      const conditions = see.list("rules[].condition");
      return (
        every("rules[].enabled", [true])(see, subject) ??
        (conditions.length < see.list("rules").length ? "a rule has no condition" : undefined)
      );
    },
    good: [{ rules: [{ enabled: true, condition: { type: "Age" } }] }],
    bad: [{ rules: [] }, { rules: [{ enabled: false, condition: {} }] }, { rules: [{ enabled: true }] }],
  },
  {
    id: "r2-lifecycle-on",
    types: ["cloudflare:index/r2BucketLifecycle:R2BucketLifecycle"],
    must: "a bucket's rules of lifecycle are on",
    why: "what was to be gone is still there, and costs",
    mend: "set rules[].enabled: true",
    severity: "low",
    controls: [],
    check: every("rules[].enabled", [true]),
    good: [{ rules: [{ enabled: true }] }],
    bad: [{ rules: [] }, { rules: [{ enabled: false }] }],
  },
  {
    id: "worker-logs",
    types: ["cloudflare:index/worker:Worker"],
    must: "what a Worker says, and each call of it, is kept",
    why: "why it failed is known to nobody",
    mend: "set observability.enabled, and logs.enabled, invocationLogs and persist below it",
    severity: "medium",
    controls: [],
    check: all(
      is("observability.enabled", true),
      is("observability.logs.enabled", true),
      is("observability.logs.invocationLogs", true),
      is("observability.logs.persist", true),
    ),
    good: [
      { observability: { enabled: true, logs: { enabled: true, invocationLogs: true, persist: true } } },
    ],
    bad: [{}, { observability: { enabled: true, logs: { enabled: true, invocationLogs: true } } }],
  },
  {
    id: "worker-own-domain",
    types: ["cloudflare:index/worker:Worker"],
    must: "a Worker is reached by its own domain alone",
    why: "on workers.dev no rule of the zone stands before it",
    mend: "set subdomain.enabled and subdomain.previewsEnabled to false",
    severity: "high",
    controls: [],
    check: all(isNot("subdomain.enabled", true), isNot("subdomain.previewsEnabled", true)),
    good: [{ subdomain: { enabled: false, previewsEnabled: false } }, {}],
    bad: [{ subdomain: { enabled: true } }, { subdomain: { previewsEnabled: true } }],
  },
];
