import type { Output } from "@pulumi/pulumi";
import type { BindingName, Bindings } from "../components/model/bindings.ts";

/** What SST links under which name: `Resource.Database.url` in the code of an app that SST runs or deploys. */
const links = {
  Web: { url: "PUBLIC_URL" },
  Database: { url: "DATABASE_URL", ca: "DATABASE_CA", poolMax: "DATABASE_POOL_MAX" },
  Cache: { url: "CACHE_URL" },
  Realtime: { url: "REALTIME_URL" },
  Storage: {
    endpoint: "STORAGE_ENDPOINT",
    region: "STORAGE_REGION",
    accessKeyId: "STORAGE_ACCESS_KEY_ID",
    secretAccessKey: "STORAGE_SECRET_ACCESS_KEY",
    sessionToken: "STORAGE_SESSION_TOKEN",
    uploads: "STORAGE_BUCKET_UPLOADS",
  },
  Auth: { secret: "AUTH_SECRET" },
  Jobs: { secret: "CRON_SECRET" },
} as const satisfies Readonly<Record<string, Readonly<Record<string, BindingName>>>>;

export type LinkName = keyof typeof links;

type Value = Output<string> | string;

/** A link, and what it tells: secret bindings stay secret outputs. */
export interface Link {
  readonly name: LinkName;
  readonly properties: Readonly<Record<string, Value>>;
}

/** The links that a stage gives; what it does not tell its app is left out. */
export function linksOf(bindings: Bindings<Value>): Link[] {
  // the keys of `links` are its type's
  return (Object.keys(links) as LinkName[]).flatMap((name) => {
    const given = Object.entries<BindingName>(links[name]).flatMap(([property, binding]) => {
      const value = bindings[binding];
      return value === undefined ? [] : [[property, value] as const];
    });
    return given.length > 0 ? [{ name, properties: Object.fromEntries(given) }] : [];
  });
}
