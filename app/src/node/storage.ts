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

const attempts = 4;
const waitMs = 200;
const limitMs = 20_000;

/** S3-compatible storage by `fetch`, path style. Every call here may be repeated without harm. */
export function storage({ endpoint, bucket, region, credentials }: S3): Storage {
  const signed = async (url: string, init: RequestInit): Promise<Response> =>
    new AwsClient({ ...(await credentials()), region, service: "s3", retries: 0 }).fetch(url, init);
  const base = `${endpoint.replace(/\/$/, "")}/${encodeURIComponent(bucket)}`;
  const object = (key: string) => `${base}/${key.split("/").map(encodeURIComponent).join("/")}`;

  async function send(url: string, init: RequestInit): Promise<Response> {
    for (let attempt = 1; ; attempt += 1) {
      try {
        const response = await signed(url, { ...init, signal: AbortSignal.timeout(limitMs) });
        if (response.status < 500 && response.status !== 429) return response;
        await response.body?.cancel();
        throw new Error(`storage answered ${response.status}`);
      } catch (error) {
        if (attempt === attempts) throw new Unavailable("storage", error);
        await new Promise((resolve) => setTimeout(resolve, waitMs * attempt));
      }
    }
  }

  return {
    async ping() {
      const response = await signed(base, { method: "HEAD", signal: AbortSignal.timeout(2000) });
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
