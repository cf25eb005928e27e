import { z } from "zod";
import { type ApiOptions, VendorApi } from "../../kit/api.ts";
import { Refused } from "../../kit/http.ts";

type OfDatabase = { account_id: string; database_id: string };
type None = Record<never, never>;

/** The endpoints that are used, as developers.cloudflare.com/api/resources/d1 has them (2026-11). */
export interface Operations {
  "GET /accounts/{account_id}/d1/database/{database_id}": { path: OfDatabase; query: None; body: undefined };
  "POST /accounts/{account_id}/d1/database/{database_id}/query": {
    path: OfDatabase;
    query: None;
    body: { sql: string };
  };
  "GET /accounts/{account_id}/d1/database/{database_id}/time_travel/bookmark": {
    path: OfDatabase;
    query: { timestamp?: string };
    body: undefined;
  };
  "POST /accounts/{account_id}/d1/database/{database_id}/time_travel/restore": {
    path: OfDatabase;
    query: { bookmark?: string; timestamp?: string };
    body: undefined;
  };
}

/** Cloudflare's API, as far as it is D1's. */
export class Api extends VendorApi<Operations> {
  constructor(options: ApiOptions) {
    super("Cloudflare", [], options);
  }
}

export { Refused };

/** Every answer's envelope, around rows of one statement each. */
export const queried = z.looseObject({
  success: z.literal(true),
  result: z.array(
    z.looseObject({ success: z.boolean(), results: z.array(z.record(z.string(), z.unknown())) }),
  ),
});
export const shown = z.looseObject({ result: z.looseObject({ uuid: z.string() }) });
