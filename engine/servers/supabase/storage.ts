import type { Operation, Schema } from "../../../components/providers/kit/openapi/reduce.ts";
import { type Handler, Refusal } from "../vendor.ts";
import { ok, working } from "./rules.ts";
import type { Bucket, State } from "./state.ts";

const bucketBody = {
  public: { type: "boolean" },
  file_size_limit: { type: "integer", nullable: true, minimum: 0 },
  allowed_mime_types: { type: "array", nullable: true, items: { type: "string" } },
} satisfies Record<string, Schema>;
const operation = (body?: Schema): Operation => ({ query: {}, body, answers: { "200": null } });

/** A project's storage API (supabase.github.io/storage, 2026-11), as much of it as buckets are managed with. */
export const storageOperations: Readonly<Record<string, Operation>> = {
  "POST /{ref}/storage/v1/bucket": operation({
    type: "object",
    properties: { id: { type: "string" }, name: { type: "string" }, ...bucketBody },
    required: ["name"],
  }),
  "GET /{ref}/storage/v1/bucket/{id}": operation(),
  "PUT /{ref}/storage/v1/bucket/{id}": operation({ type: "object", properties: bucketBody }),
  "POST /{ref}/storage/v1/bucket/{id}/empty": operation(),
  "DELETE /{ref}/storage/v1/bucket/{id}": operation(),
};

export function storageHandlers(state: State): Record<string, Handler> {
  const found = (ref: string | undefined, id: string | undefined): Bucket => {
    const bucket = working(state, ref).buckets[id ?? ""];
    if (bucket) return bucket;
    throw wrong(404, "Bucket not found");
  };
  return {
    "POST /{ref}/storage/v1/bucket": ({ path, body }) => {
      const { buckets } = working(state, path.ref);
      const name = String(body.name);
      if (!/^[\w!.*'() &$@=;:+,?-]{1,100}$/.test(name)) throw wrong(400, "Invalid bucket name");
      if (buckets[name]) throw wrong(409, "The resource already exists");
      buckets[name] = {
        name,
        public: false,
        file_size_limit: null,
        allowed_mime_types: null,
        ...given(body),
        objects: 0,
      };
      return ok({ name });
    },
    "GET /{ref}/storage/v1/bucket/{id}": ({ path }) => {
      const { objects: _, ...bucket } = found(path.ref, path.id);
      return ok({ id: bucket.name, owner: "", ...bucket });
    },
    "PUT /{ref}/storage/v1/bucket/{id}": ({ path, body }) => {
      Object.assign(found(path.ref, path.id), given(body));
      return ok({ message: "Successfully updated" });
    },
    "POST /{ref}/storage/v1/bucket/{id}/empty": ({ path }) => {
      found(path.ref, path.id).objects = 0;
      return ok({ message: "Successfully emptied" });
    },
    "DELETE /{ref}/storage/v1/bucket/{id}": ({ path }) => {
      if (found(path.ref, path.id).objects > 0) {
        throw wrong(409, "The bucket you tried to delete is not empty");
      }
      delete working(state, path.ref).buckets[path.id ?? ""];
      return ok({ message: "Successfully deleted" });
    },
  };
}

/** It answers 400 whatever is wrong, and says what it means in the body. */
function wrong(status: number, message: string): Refusal {
  const refusal = new Refusal(400, message);
  return Object.assign(refusal, { body: { statusCode: String(status), error: message, message } });
}

const given = (body: Readonly<Record<string, unknown>>): Partial<Bucket> =>
  // Checked against the operation above.
  Object.fromEntries(Object.entries(body).filter(([key]) => key in bucketBody)) as Partial<Bucket>;
