import { z } from "zod";
import { type ApiOptions, anything, type RequestTo, VendorApi } from "../../kit/api.ts";
import { Refused, Unanswered } from "../../kit/http.ts";
import type { Operations } from "./types.ts";

export type RequestOf<O extends keyof Operations> = RequestTo<Operations[O]>;

/** POSTs that do the same when they are sent twice. */
const repeatable = [
  "POST /servers/{uuid}/validate",
  "POST /databases/{uuid}/start",
  "POST /databases/{uuid}/restart",
] as const;

/** Coolify's API, by the operations of its OpenAPI document. */
export class Api extends VendorApi<Operations> {
  constructor(options: ApiOptions) {
    super("Coolify", repeatable, options);
  }
}

export { anything, Refused, Unanswered };

/** What most answers to a creation hold. */
export const created = z.looseObject({ uuid: z.string().min(1) });
/** Of the things in a list, those that carry our mark. */
export const marked = z.array(
  z.looseObject({ uuid: z.string(), description: z.string().nullish(), name: z.string().nullish() }),
);

/** The id of the thing in a list that carries a mark. */
export const ownedIn = (list: z.output<typeof marked>, mark: string): string | undefined =>
  list.find(({ description }) => description === mark)?.uuid;
