import type { R2Bucket } from "@cloudflare/workers-types";
import { Unavailable } from "../refusal.ts";
import type { Storage } from "../services.ts";

/** R2 as the storage, by its binding: no key is needed and none is there. */
export function storage(bucket: R2Bucket): Storage {
  return {
    ping: async () => {
      await bucket.head("ping");
    },
    put: async (key, body, contentType) => {
      await answered(bucket.put(key, body, { httpMetadata: { contentType } }));
    },
    get: async (key) => {
      const object = await answered(bucket.get(key));
      // The same streams under two declarations: the platform's and the DOM's.
      return object === null ? undefined : (object.body as unknown as ReadableStream<Uint8Array>);
    },
    remove: async (key) => {
      await answered(bucket.delete(key));
    },
  };
}

const answered = <T>(asked: Promise<T>): Promise<T> =>
  asked.catch((error: unknown) => {
    throw new Unavailable("storage", error);
  });
