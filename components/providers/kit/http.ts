import http from "node:http";
import https from "node:https";
import { setTimeout as sleep } from "node:timers/promises";

/** One request, as it goes over the wire. */
export interface Request {
  readonly method: string;
  /** Under the API's base address, with its query. */
  readonly path: string;
  readonly body?: unknown;
  /** Sent twice, it does what it does once. Only such a request is sent again when its fate is unknown. */
  readonly idempotent: boolean;
  readonly signal?: AbortSignal;
}

export interface Answer {
  readonly status: number;
  readonly body: unknown;
}

export interface HttpOptions {
  /** With its path, e.g. `https://203.0.113.7/api/v1`. */
  readonly baseUrl: string;
  readonly token: string;
  /** Sent with every request, e.g. an API key beside the token; `authorization` takes the token's place. */
  readonly headers?: Readonly<Record<string, string>>;
  /** PEM of the authority to trust instead of the public ones. */
  readonly certificateAuthority?: string;
  /** How long one answer may take. */
  readonly timeoutMs?: number;
  /** How often a request is sent at most. */
  readonly attempts?: number;
  /** The first pause; each next one is twice as long, up to a minute. */
  readonly pauseMs?: number;
}

/** The API refused: an answer outside 2xx that no further try will change. Its message names no secret of ours. */
export class Refused extends Error {
  readonly status: number;
  readonly body: unknown;

  constructor(request: Request, status: number, body: unknown) {
    super(`${request.method} ${pathOnly(request)}: ${status} ${messageIn(body)}`);
    this.name = "Refused";
    this.status = status;
    this.body = body;
  }
}

/** Nobody knows whether the request was carried out: no answer came, or one that says nothing of it. */
export class Unanswered extends Error {
  constructor(request: Request, why: string) {
    super(`${request.method} ${pathOnly(request)}: ${why}`);
    this.name = "Unanswered";
  }
}

/** The connection was refused or not found: certainly nothing was carried out. */
class Unreachable extends Error {}

const longestPauseMs = 60_000;
/** A server may ask for patience, within reason. */
const longestRetryAfterMs = 120_000;

/** A client of a JSON API with a bearer token. */
export class Http {
  readonly #options: Required<Omit<HttpOptions, "certificateAuthority" | "headers">> & HttpOptions;
  readonly #agent: http.Agent;

  constructor(options: HttpOptions) {
    this.#options = { timeoutMs: 30_000, attempts: 6, pauseMs: 500, ...options };
    const ca = options.certificateAuthority;
    const secure = options.baseUrl.startsWith("https:");
    this.#agent = secure
      ? new https.Agent({ keepAlive: true, maxSockets: 8, ...(ca && { ca }) })
      : new http.Agent({ keepAlive: true, maxSockets: 8 });
  }

  /**
   * The answer to a request. What was turned away for its rate is sent again when the server says so; what failed on
   * the server's side only when it is idempotent.
   * @throws Refused when the API said no, Unanswered when nobody knows what became of it
   */
  async send(request: Request): Promise<Answer> {
    const { attempts, pauseMs } = this.#options;
    for (let attempt = 1; ; attempt++) {
      const tried = await this.#try(request);
      if ("status" in tried && tried.status < 300) return tried;
      const last = attempt >= attempts;
      if ("status" in tried && tried.status !== 429 && tried.status < 500) {
        throw new Refused(request, tried.status, tried.body);
      }
      const unharmed = "status" in tried ? tried.status === 429 : tried.error instanceof Unreachable;
      if (last || !(unharmed || request.idempotent)) throw settled(request, tried);
      const asked = "status" in tried ? tried.retryAfterMs : undefined;
      const pause = Math.min(pauseMs * 2 ** (attempt - 1), longestPauseMs);
      // Some jitter, so that many resources turned away at once do not come back at once.
      await sleep(asked ?? pause * (0.75 + Math.random() / 2), undefined, {
        ...(request.signal && { signal: request.signal }),
      });
    }
  }

  close(): void {
    this.#agent.destroy();
  }

  async #try(request: Request): Promise<(Answer & { retryAfterMs: number | undefined }) | { error: Error }> {
    try {
      return await this.#once(request);
    } catch (error) {
      if (request.signal?.aborted) throw error;
      return { error: error instanceof Error ? error : new Error(String(error)) };
    }
  }

  #once({ method, path, body, signal }: Request): Promise<Answer & { retryAfterMs: number | undefined }> {
    const { baseUrl, token, timeoutMs, headers } = this.#options;
    const url = new URL(`${baseUrl.replace(/\/$/, "")}${path}`);
    const text = body === undefined ? undefined : JSON.stringify(body);
    const transport = url.protocol === "https:" ? https : http;
    const timeout = AbortSignal.timeout(timeoutMs);
    return new Promise((resolve, reject) => {
      const outgoing = transport.request(
        url,
        {
          method,
          agent: this.#agent,
          headers: {
            authorization: `Bearer ${token}`,
            ...headers,
            accept: "application/json",
            ...(text !== undefined && {
              "content-type": "application/json",
              "content-length": Buffer.byteLength(text),
            }),
          },
          signal: AbortSignal.any([timeout, ...(signal ? [signal] : [])]),
        },
        (incoming) => {
          const chunks: Buffer[] = [];
          incoming.on("data", (chunk: Buffer) => chunks.push(chunk));
          incoming.on("error", reject);
          incoming.on("end", () =>
            resolve({
              status: incoming.statusCode ?? 0,
              body: parsed(Buffer.concat(chunks).toString("utf8")),
              retryAfterMs: retryAfter(incoming.headers["retry-after"]),
            }),
          );
        },
      );
      outgoing.on("error", (error: NodeJS.ErrnoException) => {
        if (notSent.has(error.code ?? "")) reject(new Unreachable(error.message));
        else reject(timeout.aborted ? new Error("no answer in time") : error);
      });
      outgoing.end(text);
    });
  }
}

const notSent = new Set(["ECONNREFUSED", "ENOTFOUND", "EAI_AGAIN", "EHOSTUNREACH", "ENETUNREACH"]);

function settled(request: Request, tried: Answer | { error: Error }): Error {
  if ("error" in tried) {
    return new Unanswered(request, tried.error.message || tried.error.name);
  }
  if (tried.status === 429) return new Refused(request, tried.status, tried.body);
  return new Unanswered(request, `${tried.status} ${messageIn(tried.body)}`);
}

/** Seconds, or a date. */
function retryAfter(header: string | undefined): number | undefined {
  if (!header) return undefined;
  const ms = /^\d+$/.test(header) ? Number(header) * 1000 : Date.parse(header) - Date.now();
  return Number.isNaN(ms) ? undefined : Math.min(Math.max(ms, 0), longestRetryAfterMs);
}

function parsed(text: string): unknown {
  try {
    return text === "" ? undefined : JSON.parse(text);
  } catch {
    return text;
  }
}

const pathOnly = ({ path }: Request): string => path.split("?")[0] ?? path;

/** What an API says of an error: its message, and what it holds against each field; or its messages, as a list. */
function messageIn(body: unknown): string {
  if (typeof body === "string")
    return body
      .replaceAll(/<[^>]*>|\s+/g, " ")
      .slice(0, 200)
      .trim();
  if (typeof body !== "object" || body === null) return "";
  const { message, errors } = body as { message?: unknown; errors?: unknown };
  const fields = Array.isArray(errors)
    ? errors.map(messageIn)
    : typeof errors === "object" && errors !== null
      ? Object.entries(errors).map(([field, said]) => `${field}: ${[said].flat().join(" ")}`)
      : [];
  return [typeof message === "string" ? message : "", ...fields].filter(Boolean).join("; ");
}
