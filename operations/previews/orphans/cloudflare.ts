import { z } from "zod";
import { cloudflareUrl } from "../../hosted/cloudflare.ts";
import { JsonApi } from "../../hosted/jsonApi.ts";
import { type Reach, stackInName, stackUnder, told, type VendorThing } from "./vendor.ts";

const answer = z.looseObject({
  result: z.unknown(),
  result_info: z.looseObject({ cursor: z.string().optional(), total_pages: z.number().optional() }).nullish(),
});

interface Listed {
  readonly kind: string;
  readonly path: string;
  /** Where the list is in the answer, and what of each is its id and its name. */
  readonly within?: string;
  readonly id: string;
  readonly name: string;
  /** How the next part of a long list is asked for; a kind without comes whole. */
  readonly pages?: { readonly by: "page" | "cursor"; readonly size: number };
}

/** What is an account's, found by its name: Cloudflare has no tags for it. developers.cloudflare.com/api, 2026-11. */
const ofAccount: readonly Listed[] = [
  { kind: "domain", path: "workers/domains", id: "id", name: "service" },
  { kind: "worker", path: "workers/scripts", id: "id", name: "id" },
  { kind: "queue", path: "queues", id: "queue_id", name: "queue_name", pages: { by: "page", size: 100 } },
  {
    kind: "namespace",
    path: "storage/kv/namespaces",
    id: "id",
    name: "title",
    pages: { by: "page", size: 100 },
  },
  { kind: "database", path: "d1/database", id: "uuid", name: "name", pages: { by: "page", size: 100 } },
  {
    kind: "bucket",
    path: "r2/buckets",
    within: "buckets",
    id: "name",
    name: "name",
    pages: { by: "cursor", size: 100 },
  },
  { kind: "token", path: "tokens", id: "id", name: "name", pages: { by: "page", size: 50 } },
];

/** What is a zone's: records by the preview's part of the domain, rulesets by their name. */
const ofZone: readonly Listed[] = [
  { kind: "record", path: "dns_records", id: "id", name: "name", pages: { by: "page", size: 100 } },
  { kind: "ruleset", path: "rulesets", id: "id", name: "name", pages: { by: "cursor", size: 50 } },
];

/** Cloudflare: an account's things by name, and a zone's records under the domain of previews. */
export const reachCloudflare: Reach = (where) => {
  const token = told(where, "CLOUDFLARE_API_TOKEN", "cloudflare:apiToken");
  const account = told(where, "CLOUDFLARE_ACCOUNT_ID", "rung:cloudflareAccountId");
  const zone = told(where, "", "rung:cloudflareZoneId");
  const domain = told(where, "", "rung:domain");
  if (!token || !account) return { cannot: "CLOUDFLARE_API_TOKEN or rung:cloudflareAccountId is not set" };
  const api = new JsonApi("Cloudflare", cloudflareUrl(where.env), token);

  const stackOf = (kind: string, name: string): string | undefined => {
    if (kind !== "record") return stackInName(where.app, name);
    return domain ? stackUnder(domain, name) : undefined;
  };

  async function all(root: string, listed: Listed): Promise<VendorThing[]> {
    const { kind, path, within, id, name, pages } = listed;
    const shape = z.array(z.looseObject({ [id]: z.string(), [name]: z.string() }));
    const found: VendorThing[] = [];
    let next: string | undefined = pages?.by === "page" ? "1" : "";
    while (next !== undefined) {
      const search = new URLSearchParams({
        ...(pages && { per_page: String(pages.size) }),
        ...(pages && next !== "" && { [pages.by]: next }),
      });
      const asked = search.size > 0 ? `${root}/${path}?${search}` : `${root}/${path}`;
      const { result, result_info } = answer.parse(await api.get(asked));
      const list = shape.parse(within ? (result as Readonly<Record<string, unknown>>)[within] : result);
      for (const one of list) {
        const itsName = String(one[name]);
        const stack = stackOf(kind, itsName);
        if (stack !== undefined)
          found.push({ stack, kind: `${root}/${path}`, id: String(one[id]), name: itsName });
      }
      if (pages?.by === "cursor") next = result_info?.cursor || undefined;
      else next = pages && list.length >= pages.size ? String(Number(next) + 1) : undefined;
    }
    return found;
  }

  return {
    name: "Cloudflare",
    async list() {
      const found: VendorThing[] = [];
      for (const one of ofAccount) found.push(...(await all(`/accounts/${account}`, one)));
      if (zone) for (const one of ofZone) found.push(...(await all(`/zones/${zone}`, one)));
      return found;
    },
    remove: ({ kind, id }) =>
      api.delete(`${kind}/${encodeURIComponent(id)}${kind.endsWith("/scripts") ? "?force=true" : ""}`),
    close: () => api.close(),
  };
};
