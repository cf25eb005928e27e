import { type ApiOptions, VendorApi } from "../../kit/api.ts";
import type { Refused } from "../../kit/http.ts";

interface BucketBody {
  readonly public: boolean;
  readonly file_size_limit: number | null;
  readonly allowed_mime_types: readonly string[] | null;
}
type Nothing = Record<never, never>;

/** As much of a project's storage API (supabase.github.io/storage) as is used. */
export interface StorageOperations {
  "POST /storage/v1/bucket": {
    path: Nothing;
    query: Nothing;
    body: BucketBody & { readonly id: string; readonly name: string };
  };
  "GET /storage/v1/bucket/{id}": { path: { id: string }; query: Nothing; body: undefined };
  "PUT /storage/v1/bucket/{id}": { path: { id: string }; query: Nothing; body: BucketBody };
  "POST /storage/v1/bucket/{id}/empty": { path: { id: string }; query: Nothing; body: undefined };
  "DELETE /storage/v1/bucket/{id}": { path: { id: string }; query: Nothing; body: undefined };
}

export class StorageApi extends VendorApi<StorageOperations> {
  constructor(options: ApiOptions) {
    super("Supabase Storage", ["POST /storage/v1/bucket/{id}/empty"], options);
  }
}

/** Older versions of it say 400 for everything, and what they mean in the body. */
export const meant = ({ status, body }: Refused): number => {
  const { statusCode } = (typeof body === "object" && body !== null ? body : {}) as { statusCode?: unknown };
  return Number(statusCode ?? status) || status;
};
