import { z } from "zod";
import { type ApiOptions, anything, VendorApi } from "../../kit/api.ts";
import { Refused, Unanswered } from "../../kit/http.ts";
import { until } from "../../kit/wait.ts";
import { StorageApi } from "./storageApi.ts";
import type { Operations } from "./types.ts";

export { anything, Refused, Unanswered };

/** POSTs that do the same when they are sent twice. */
const repeatable = ["POST /v1/projects/{ref}/network-restrictions/apply"] as const;

/** Supabase's management API, and each project's own storage API. */
export class Api extends VendorApi<Operations> {
  readonly #options: ApiOptions & { readonly projectUrl: string };
  readonly #storage = new Map<string, Promise<StorageApi>>();

  /** @param options.projectUrl where a project's own APIs are, with `{ref}` for its reference */
  constructor(options: ApiOptions & { readonly projectUrl: string }) {
    super("Supabase", repeatable, options);
    this.#options = options;
  }

  /** The storage of a project, as its service role. */
  storage(ref: string): Promise<StorageApi> {
    const known = this.#storage.get(ref);
    if (known) return known;
    const opened = this.#open(ref);
    this.#storage.set(ref, opened);
    // What failed is tried again by the next who asks.
    opened.catch(() => this.#storage.delete(ref));
    return opened;
  }

  async #open(ref: string): Promise<StorageApi> {
    const { serviceKey } = await keysOf(this, ref);
    return new StorageApi({
      ...this.#options,
      baseUrl: this.#options.projectUrl.replace("{ref}", ref),
      token: serviceKey,
      headers: { apikey: serviceKey },
    });
  }

  override close(): void {
    super.close();
    for (const one of this.#storage.values()) one.then((api) => api.close()).catch(() => {});
  }
}

const keys = z.array(
  z.looseObject({ name: z.string(), type: z.string().nullish(), api_key: z.string().nullish() }),
);

/**
 * A project's legacy keys: JWTs of the roles `anon` and `service_role`. The S3 protocol takes no other kind for its
 * session token.
 */
export async function keysOf(api: Api, ref: string): Promise<{ anonKey: string; serviceKey: string }> {
  const path = { ref };
  const all = await api.call("GET /v1/projects/{ref}/api-keys", { path, query: { reveal: true } }, keys);
  const named = (name: string) =>
    all.find((one) => one.name === name && (one.type ?? "legacy") === "legacy")?.api_key ?? undefined;
  const [anonKey, serviceKey] = [named("anon"), named("service_role")];
  if (!anonKey || !serviceKey)
    throw new Error(`the project ${ref} has no legacy API keys, which its S3 storage needs`);
  return { anonKey, serviceKey };
}

export const shownProject = z.looseObject({
  ref: z.string(),
  name: z.string(),
  organization_slug: z.string(),
  region: z.string(),
  status: z.string(),
  database: z.looseObject({ host: z.string() }).nullish(),
});
export type ShownProject = z.output<typeof shownProject>;

/** States that a project does not leave by itself. */
const stuck = new Set(["INIT_FAILED", "RESTORE_FAILED", "PAUSE_FAILED", "REMOVED"]);

/**
 * Waits until a project works: made, resized, restored, restarted.
 * @throws Error when it ended otherwise, or took longer
 */
export function healthy(api: Api, ref: string, seconds: number, signal: AbortSignal): Promise<ShownProject> {
  return until(
    async () => {
      const found = await api.call("GET /v1/projects/{ref}", { path: { ref } }, shownProject);
      if (stuck.has(found.status)) throw new Error(`the project ${ref} is ${found.status}`);
      return found.status === "ACTIVE_HEALTHY" ? found : undefined;
    },
    { what: `the project ${ref} to be healthy`, everyMs: api.lookMs, seconds, signal },
  );
}

/** The reference of a project: twenty letters. */
export const projectRef = z.string().regex(/^[a-z]{20}$/, "a project's reference: twenty letters");
/** How long something that restarts the database may take. */
export const readyWithinSeconds = z.int().min(1).default(1200);
