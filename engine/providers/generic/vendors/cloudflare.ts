import facts from "../facts/cloudflare.json" with { type: "json" };
import { hex, opaque, uuid } from "../mint.ts";
import type { Values } from "../store.ts";
import { isNothing, isObject, text } from "../values.ts";
import { matches } from "./network.ts";
import type { Lookup, Vendor } from "./vendor.ts";

/** Types whose id is a UUID, or a name given; all others have 32 hexadecimal digits. */
const uuids = new Set([
  "cloudflare:index/d1Database:D1Database",
  "cloudflare:index/workerVersion:WorkerVersion",
  "cloudflare:index/workersDeployment:WorkersDeployment",
]);
const named: Readonly<Record<string, string>> = {
  "cloudflare:index/r2Bucket:R2Bucket": "name",
  "cloudflare:index/workersScript:WorkersScript": "scriptName",
  "cloudflare:index/workersCronTrigger:WorkersCronTrigger": "scriptName",
};

const version = "cloudflare:index/workerVersion:WorkerVersion";
const worker = "cloudflare:index/worker:Worker";

export const cloudflare: Vendor = {
  autoname: false,
  scope: (_, inputs) => text(inputs.accountId) ?? text(inputs.zoneId) ?? "account",
  id: ({ type, seed, inputs, name }) => {
    const by = named[type];
    return uuids.has(type) ? uuid(seed) : by ? (text(inputs[by]) ?? name) : hex(seed, 32);
  },
  value: ({ id, seed, type }, property) => {
    if (property === "queueId" && type.includes("/queue:")) return id;
    if (property === "databaseId" || property === "uuid" || property === "namespaceId") return id;
    if (property === "versionId" || property === "deploymentId") return id;
    return property.endsWith("Id") ? hex(`${seed}:${property}`, 32) : undefined;
  },
  outputs: {
    "cloudflare:index/zone:Zone": () => ({
      nameServers: ["ada.ns.cloudflare.com", "bob.ns.cloudflare.com"],
      status: "active",
    }),
    "cloudflare:index/apiToken:ApiToken": ({ seed }) => ({ value: opaque(seed, 40), status: "active" }),
    "cloudflare:index/accountToken:AccountToken": ({ seed }) => ({
      value: opaque(seed, 40),
      status: "active",
    }),
  },
  replaces: {
    ...facts.replaces,
    // The provider hashes the code, and it is the hash whose change replaces; a version's exports cannot be changed either.
    [version]: [...facts.replaces[version], "modules.contentBase64", "exports"],
  },
  unique: {
    "cloudflare:index/d1Database:D1Database": ["name"],
    "cloudflare:index/workersKvNamespace:WorkersKvNamespace": ["title"],
    "cloudflare:index/queue:Queue": ["queueName"],
    "cloudflare:index/worker:Worker": ["name"],
    "cloudflare:index/ruleset:Ruleset": ["zoneId", "phase"],
  },
  heldBy: {
    "cloudflare:index/worker:Worker": [
      "cloudflare:index/workersCustomDomain:WorkersCustomDomain",
      "cloudflare:index/workersRoute:WorkersRoute",
    ],
    "cloudflare:index/queue:Queue": ["cloudflare:index/queueConsumer:QueueConsumer"],
  },
  // The provider's Delete of both does nothing (internal/services/worker_version and workers_deployment, resource.go).
  endsWith: {
    [version]: { owner: worker, input: "workerId" },
    "cloudflare:index/workersDeployment:WorkersDeployment": { owner: worker, input: "scriptName" },
  },
  precondition: (type, inputs) => (type === version ? undeclared(inputs) : undefined),
  rules: {
    // R2, "Create buckets": 3 to 63 lower-case letters, digits and hyphens.
    "cloudflare:index/r2Bucket:R2Bucket": {
      name: matches(/^[a-z0-9][a-z0-9-]{1,61}[a-z0-9]$/, "3 to 63 lower-case letters, digits and hyphens"),
    },
    "cloudflare:index/worker:Worker": {
      name: matches(/^[a-z0-9][a-z0-9_-]{0,62}$/, "lower-case letters, digits, _ and -"),
    },
    "cloudflare:index/workersScript:WorkersScript": {
      scriptName: matches(/^[a-z0-9][a-z0-9_-]{0,62}$/, "lower-case letters, digits, _ and -"),
    },
  },
  functions: {
    "cloudflare:index/getZone:getZone": zone,
    "cloudflare:index/getAccount:getAccount": ({ args }) => ({
      ...args,
      id: text(args.accountId) ?? opaque("account", 32),
      name: "rehearsal",
      type: "standard",
    }),
    "cloudflare:index/getIpRanges:getIpRanges": ({ args }) => ({
      ...args,
      id: "cloudflare",
      etag: opaque("ranges", 32),
      ipv4Cidrs: ["173.245.48.0/20", "103.21.244.0/22", "103.22.200.0/22"],
      ipv6Cidrs: ["2400:cb00::/32", "2606:4700::/32"],
      jdcloudCidrs: [],
    }),
  },
};

/** Cloudflare binds a Worker's own Durable Objects only to classes that it has been told of (error 10061). */
function undeclared({ bindings, exports, migrations }: Values): string | undefined {
  if (!isNothing(migrations)) return undefined;
  const declared = isObject(exports) ? Object.keys(exports) : [];
  const asked = (Array.isArray(bindings) ? bindings : []).filter(isObject);
  const stranger = asked.find(
    ({ type, className, scriptName }) =>
      type === "durable_object_namespace" && isNothing(scriptName) && !declared.includes(String(className)),
  );
  return (
    stranger &&
    `Cannot create binding for class '${String(stranger.className)}' because it is not currently configured to implement durable objects`
  );
}

function zone({ args, held }: Lookup): Values {
  const filter = (args.filter ?? {}) as { name?: unknown };
  const name = text(filter.name);
  const made = held().find(
    ({ type, id, inputs }) =>
      type === "cloudflare:index/zone:Zone" && (id === args.zoneId || inputs.name === name),
  );
  const id = text(args.zoneId) ?? made?.id ?? opaque(`zone:${name}`, 32);
  return {
    ...args,
    id,
    zoneId: id,
    name: name ?? text(made?.inputs.name) ?? "example.com",
    status: "active",
    paused: false,
  };
}
