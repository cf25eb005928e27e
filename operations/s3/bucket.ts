import http from "node:http";
import https from "node:https";
import { setTimeout as sleep } from "node:timers/promises";
import { AwsV4Signer } from "aws4fetch";
import { each, first } from "./xml.ts";

/** Where a bucket is, and what opens it. */
export interface BucketAt {
  /** With its scheme, e.g. `https://s3.eu-central-1.amazonaws.com`; the bucket's name is put into the path. */
  readonly endpoint: string;
  readonly region: string;
  readonly bucket: string;
  /** Before every key; empty, or ending in `/`. */
  readonly prefix: string;
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken?: string;
  /** A Unix socket that leads there, instead of the endpoint's host. */
  readonly socketPath?: string;
  /** PEM of the authority to trust instead of the public ones. */
  readonly ca?: string;
}

/** A few objects of an S3-compatible bucket, each small enough for memory. */
export interface Bucket {
  put(key: string, body: Buffer): Promise<void>;
  /** @returns undefined when there is no such object */
  get(key: string): Promise<Buffer | undefined>;
  /** Keys that begin so, in order. */
  list(start: string): Promise<string[]>;
  /** What is gone already is no error. */
  remove(key: string): Promise<void>;
}

/** Tries again what the server could not do or nobody answered: each request does the same when it is sent twice. */
const attempts = 5;

export function bucketAt(at: BucketAt): Bucket {
  const base = `${at.endpoint.replace(/\/$/, "")}/${at.bucket}`;
  const urlOf = (key: string) => `${base}/${(at.prefix + key).split("/").map(encodeURIComponent).join("/")}`;
  return {
    async put(key, body) {
      await send(at, "PUT", urlOf(key), body);
    },
    async get(key) {
      const answer = await send(at, "GET", urlOf(key), undefined, [404]);
      return answer.status === 404 ? undefined : answer.body;
    },
    async list(start) {
      const found: string[] = [];
      for (let token: string | undefined, more = true; more; ) {
        const query = new URLSearchParams({ "list-type": "2", prefix: at.prefix + start });
        if (token !== undefined) query.set("continuation-token", token);
        const xml = (await send(at, "GET", `${base}?${query}`)).body.toString("utf8");
        for (const one of each(xml, "Contents")) {
          const key = first(one, "Key");
          if (key !== undefined) found.push(key.slice(at.prefix.length));
        }
        token = first(xml, "NextContinuationToken");
        more = first(xml, "IsTruncated") === "true" && token !== undefined;
      }
      return found.toSorted();
    },
    async remove(key) {
      await send(at, "DELETE", urlOf(key), undefined, [404]);
    },
  };
}

interface Answer {
  readonly status: number;
  readonly body: Buffer;
}

/** @throws Error with what the server said */
async function send(
  at: BucketAt,
  method: string,
  url: string,
  body?: Buffer,
  fine: readonly number[] = [],
): Promise<Answer> {
  for (let attempt = 1; ; attempt += 1) {
    const last = attempt >= attempts;
    try {
      const answer = await once(at, method, url, body);
      if (answer.status < 300 || fine.includes(answer.status)) return answer;
      const code = first(answer.body.toString("utf8"), "Code") ?? "";
      const refused = new Error(`${method} ${new URL(url).pathname}: ${answer.status} ${code}`.trim());
      if (last || answer.status < 500) throw Object.assign(refused, { refused: true });
    } catch (error) {
      if (last || (error as { refused?: boolean }).refused) throw error;
    }
    await sleep(200 * 2 ** attempt);
  }
}

async function once(at: BucketAt, method: string, url: string, body?: Buffer): Promise<Answer> {
  const { accessKeyId, secretAccessKey, sessionToken, region, socketPath, ca } = at;
  const signed = await new AwsV4Signer({
    ...{ method, url, accessKeyId, secretAccessKey, region, service: "s3" },
    ...(sessionToken && { sessionToken }),
    ...(body && { body: new Uint8Array(body) }),
  }).sign();
  const headers = { ...Object.fromEntries(signed.headers), host: signed.url.host };
  const transport = signed.url.protocol === "https:" ? https : http;
  return new Promise((resolve, reject) => {
    const outgoing = transport.request(
      {
        method,
        path: `${signed.url.pathname}${signed.url.search}`,
        hostname: signed.url.hostname,
        port: signed.url.port,
        // over a socket TLS does not know whom to expect
        ...(socketPath && { socketPath, servername: signed.url.hostname }),
        ...(ca && { ca }),
        headers: { ...headers, "content-length": body?.length ?? 0 },
        agent: false,
        timeout: 60_000,
      },
      (incoming) => {
        const chunks: Buffer[] = [];
        incoming.on("data", (chunk: Buffer) => chunks.push(chunk)).on("error", reject);
        incoming.on("end", () => resolve({ status: incoming.statusCode ?? 0, body: Buffer.concat(chunks) }));
      },
    );
    outgoing.on("timeout", () => outgoing.destroy(new Error("no answer within a minute")));
    outgoing.on("error", reject);
    outgoing.end(body);
  });
}
