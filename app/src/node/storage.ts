import { AwsClient } from "aws4fetch";
import { Unavailable } from "../refusal.ts";
import type { Storage } from "../services.ts";
import type { Credentials } from "./credentials.ts";

export interface S3 {
  readonly endpoint: string;
  readonly region: string;
  readonly bucket: string;
  /** Asked before each request: a role's keys change. */
  readonly credentials: () => Promise<Credentials>;
}

/** How long a request waits for a storage that restarts, and for one answer. */
const patienceMs = 20_000;
const limitMs = 20_000;

/** S3-compatible storage by `fetch`, path style. Every call here may be repeated without harm. */
export function storage({ endpoint, bucket, region, credentials }: S3): Storage {
  /** Limits the wait for an answer, not its reading: that takes as long as the one who reads. */
  async function signed(url: string, init: RequestInit, ms: number): Promise<Response> {
    const limit = new AbortController();
    const timer = setTimeout(() => limit.abort(new Error(`no answer within ${ms} ms`)), ms);
    try {
      const client = new AwsClient({ ...(await credentials()), region, service: "s3", retries: 0 });
      return await client.fetch(url, { ...init, signal: limit.signal });
    } finally {
      clearTimeout(timer);
    }
  }
  const base = `${endpoint.replace(/\/$/, "")}/${encodeURIComponent(bucket)}`;
  const object = (key: string) => `${base}/${key.split("/").map(encodeURIComponent).join("/")}`;

  async function send(url: string, init: RequestInit): Promise<Response> {
    const until = performance.now() + patienceMs;
    for (let wait = 100; ; wait = Math.min(wait * 2, 2000)) {
      try {
        const response = await signed(url, init, limitMs);
        if (response.status < 500 && response.status !== 429) return response;
        await response.body?.cancel();
        throw new Error(`storage answered ${response.status}`);
      } catch (error) {
        if (performance.now() + wait > until) throw new Unavailable("storage", error);
        await new Promise((resolve) => setTimeout(resolve, wait));
      }
    }
  }

  return {
    async ping() {
      const response = await signed(base, { method: "HEAD" }, 2000);
      if (!response.ok) throw new Error(`storage answered ${response.status}`);
    },
    async put(key, body, contentType) {
      await done(await send(object(key), { method: "PUT", body, headers: { "Content-Type": contentType } }));
    },
    async get(key) {
      const response = await send(object(key), {});
      if (response.status !== 404) return (await answered(response)).body ?? undefined;
      await response.body?.cancel();
      return undefined;
    },
    async remove(key) {
      await done(await send(object(key), { method: "DELETE" }));
    },
  };
}

/** Read to its end, so that the connection is used again. */
const done = async (response: Response): Promise<void> => {
  await (await answered(response)).arrayBuffer();
};

async function answered(response: Response): Promise<Response> {
  if (response.ok) return response;
  // Never the body: it may repeat what was signed.
  await response.body?.cancel();
  throw new Error(`storage answered ${response.status}`);
}
