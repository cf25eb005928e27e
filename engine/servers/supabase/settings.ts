import { isIP } from "node:net";
import { type Handler, Refusal } from "../vendor.ts";
import { type Behaviour, busy, filled, made, must, ok, working } from "./rules.ts";
import type { Project, State } from "./state.ts";

/** What comes with a project and is only set: restrictions, TLS, log-in, storage, pooler. */
export function settingsHandlers(state: State, behaviour: Behaviour): Record<string, Handler> {
  return {
    "GET /v1/projects/{ref}/network-restrictions": ({ path }) => {
      const { restrictions } = working(state, path.ref);
      if (restrictions.looks > 0) restrictions.looks -= 1;
      else if (restrictions.v4.length + restrictions.v6.length > 0) restrictions.applied = true;
      return ok(restrictionsOf(restrictions));
    },
    "POST /v1/projects/{ref}/network-restrictions/apply": ({ path, body }) => {
      const project = working(state, path.ref);
      const [v4, v6] = [cidrs(body.dbAllowedCidrs, 4), cidrs(body.dbAllowedCidrsV6, 6)];
      if (v4.length + v6.length === 0) throw new Refusal(400, "At least one CIDR is needed.");
      project.restrictions = { v4, v6, looks: behaviour.looks, applied: false };
      return made(restrictionsOf(project.restrictions));
    },

    "GET /v1/projects/{ref}/ssl-enforcement": ({ path }) => {
      return ok({ currentConfig: { database: must(state, path.ref).ssl }, appliedSuccessfully: true });
    },
    "PUT /v1/projects/{ref}/ssl-enforcement": ({ path, body }) => {
      const project = working(state, path.ref);
      const { database } = body.requestedConfig as { database: boolean }; // checked against the document
      if (database !== project.ssl) busy(project, "RESTARTING", behaviour);
      project.ssl = database;
      return ok({ currentConfig: { database }, appliedSuccessfully: true });
    },

    "GET /v1/projects/{ref}/config/auth": ({ path }) =>
      ok(filled("AuthConfigResponse", working(state, path.ref).auth)),
    "PATCH /v1/projects/{ref}/config/auth": ({ path, body }) => {
      const project = working(state, path.ref);
      if (typeof body.site_url === "string" && !URL.canParse(body.site_url)) {
        throw new Refusal(400, "site_url is not a URL");
      }
      Object.assign(project.auth, body);
      return ok(filled("AuthConfigResponse", project.auth));
    },

    "GET /v1/projects/{ref}/config/storage": ({ path }) => ok(storageOf(working(state, path.ref))),
    "PATCH /v1/projects/{ref}/config/storage": ({ path, body }) => {
      const project = working(state, path.ref);
      const { fileSizeLimit, features } = body as {
        fileSizeLimit?: number;
        features?: { s3Protocol?: { enabled: boolean } };
      }; // checked against the document
      if (
        behaviour.organizations.get(project.organization) === "free" &&
        Number(fileSizeLimit) > 52_428_800
      ) {
        throw new Refusal(402, "Files of more than 50 MB take a paid plan.");
      }
      project.storage.fileSizeLimit = fileSizeLimit ?? project.storage.fileSizeLimit;
      project.storage.s3 = features?.s3Protocol?.enabled ?? project.storage.s3;
      return ok();
    },

    "GET /v1/projects/{ref}/config/database/pooler": ({ path }) => {
      const project = must(state, path.ref);
      const host = `aws-1-${project.region}.pooler.supabase.com`;
      const user = `postgres.${project.ref}`;
      const connection = `postgresql://${user}:[YOUR-PASSWORD]@${host}:6543/postgres`;
      const of = (identifier: string, kind: string) => ({
        identifier,
        database_type: kind,
        is_using_scram_auth: true,
        db_user: user,
        db_host: host,
        db_port: 6543,
        db_name: "postgres",
        connection_string: connection,
        connectionString: connection,
        default_pool_size: project.poolSize,
        max_client_conn: null,
        pool_mode: "transaction",
      });
      return ok([
        of(project.ref, "PRIMARY"),
        ...project.replicas.map(({ identifier }) => of(identifier, "READ_REPLICA")),
      ]);
    },
    "PATCH /v1/projects/{ref}/config/database/pooler": ({ path, body }) => {
      const project = working(state, path.ref);
      project.poolSize = (body.default_pool_size as number | null | undefined) ?? null; // checked
      return ok({ default_pool_size: project.poolSize, pool_mode: "transaction" });
    },
  };
}

function cidrs(given: unknown, family: 4 | 6): readonly string[] {
  const list = Array.isArray(given) ? given.map(String) : [];
  for (const one of list) {
    const [address = "", bits] = one.split("/");
    if (isIP(address) !== family || bits === undefined)
      throw new Refusal(400, `${one} is no IPv${family} CIDR`);
  }
  return list;
}

const restrictionsOf = ({ v4, v6, applied }: Project["restrictions"]) => ({
  entitlement: "allowed",
  config: { dbAllowedCidrs: v4, dbAllowedCidrsV6: v6 },
  status: applied ? "applied" : "stored",
});

const storageOf = ({ storage }: Project) => ({
  fileSizeLimit: storage.fileSizeLimit,
  features: {
    imageTransformation: { enabled: false },
    s3Protocol: { enabled: storage.s3 },
    icebergCatalog: { enabled: false, maxNamespaces: 0, maxTables: 0, maxCatalogs: 0 },
    vectorBuckets: { enabled: false, maxBuckets: 0, maxIndexes: 0 },
  },
  capabilities: { list_v2: true, iceberg_catalog: false },
  external: { upstreamTarget: "main" },
  migrationVersion: "latest",
  databasePoolMode: "transaction",
});
