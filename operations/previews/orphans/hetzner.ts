import { z } from "zod";
import { JsonApi } from "../../hosted/jsonApi.ts";
import { type Reach, told, type VendorThing } from "./vendor.ts";

/** Every kind of Hetzner Cloud's that bears labels; docs.hetzner.cloud, 2026-11. */
const kinds = [
  "servers",
  "load_balancers",
  "volumes",
  "primary_ips",
  "floating_ips",
  "firewalls",
  "networks",
  "placement_groups",
  "certificates",
  "ssh_keys",
  "images",
] as const;

const page = z.looseObject({
  meta: z.looseObject({ pagination: z.looseObject({ next_page: z.int().nullable() }) }),
});
const things = z.array(
  z.looseObject({
    id: z.int(),
    // Snapshots have a description only.
    name: z.string().nullish(),
    labels: z.record(z.string(), z.string()),
  }),
);

/** Hetzner Cloud: by label, in the project that the token is of. */
export const reachHetzner: Reach = (where) => {
  const token = told(where, "HCLOUD_TOKEN", "hcloud:token");
  if (!token) return { cannot: "HCLOUD_TOKEN is not set" };
  const api = new JsonApi("Hetzner", where.env.HCLOUD_ENDPOINT || "https://api.hetzner.cloud/v1", token);
  const selector = encodeURIComponent(`app=${where.app},managed-by=rung`);

  async function all(kind: (typeof kinds)[number]): Promise<VendorThing[]> {
    const found: VendorThing[] = [];
    for (let next: number | null = 1; next !== null; ) {
      const own: string = kind === "images" ? "&type=snapshot" : "";
      const body = await api.get(`/${kind}?label_selector=${selector}&per_page=50&page=${next}${own}`);
      next = page.parse(body).meta.pagination.next_page;
      const listed = things.parse((body as Readonly<Record<string, unknown>>)[kind]);
      for (const { id, name, labels } of listed)
        found.push({ stack: labels.stack ?? "", kind, id: String(id), name: name ?? String(id) });
    }
    return found;
  }

  return {
    name: "Hetzner",
    list: async () => (await Promise.all(kinds.map(all))).flat(),
    remove: ({ kind, id }) => api.delete(`/${kind}/${id}`),
    close: () => api.close(),
  };
};
