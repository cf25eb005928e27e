import type { ContentfulStatusCode } from "hono/utils/http-status";

/** Why a request is refused: what the client is told, and nothing else. */
export class Refusal extends Error {
  readonly status: ContentfulStatusCode;
  readonly code: string;
  readonly details: Readonly<Record<string, unknown>>;
  readonly headers: Readonly<Record<string, string>>;

  constructor(
    status: ContentfulStatusCode,
    code: string,
    message: string,
    more: { details?: Record<string, unknown>; headers?: Record<string, string> } = {},
  ) {
    super(message);
    this.name = "Refusal";
    this.status = status;
    this.code = code;
    this.details = more.details ?? {};
    this.headers = more.headers ?? {};
  }
}

/** A part that the request needs does not answer; trying again later may help. */
export class Unavailable extends Error {
  readonly part: string;

  constructor(part: string, cause: unknown) {
    super(`${part} is unavailable`, { cause });
    this.name = "Unavailable";
    this.part = part;
  }
}
