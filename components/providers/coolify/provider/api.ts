import { z } from "zod";
import { Http, type HttpOptions, Refused, Unanswered } from "../../kit/http.ts";
import type { Operations } from "./types.ts";

type Name = keyof Operations;
/** A part of a request is asked for only where the operation has it. */
type Part<K extends string, T> =
  T extends Record<never, never>
    ? [keyof T] extends [never]
      ? Partial<Record<K, never>>
      : Record<K, T>
    : Partial<Record<K, never>>;
type Optional<K extends string, T> = [keyof T] extends [never] ? unknown : { readonly [P in K]?: T };

export type RequestOf<O extends Name> = Part<"path", Operations[O]["path"]> &
  Optional<"query", Operations[O]["query"]> &
  (Operations[O]["body"] extends undefined ? unknown : { readonly body: Operations[O]["body"] });

/** POSTs that do the same when they are sent twice. */
const repeatable: ReadonlySet<Name> = new Set<Name>([
  "POST /servers/{uuid}/validate",
  "POST /databases/{uuid}/start",
  "POST /databases/{uuid}/restart",
]);

/** Coolify's API, by the operations of its OpenAPI document; what it answers is checked before it is used. */
export class Api {
  readonly #http: Http;
  readonly signal: AbortSignal | undefined;
  /** How long to wait between two looks at something that is under way. */
  readonly lookMs: number;

  constructor(options: HttpOptions & { readonly signal?: AbortSignal; readonly lookMs?: number }) {
    this.#http = new Http(options);
    this.signal = options.signal;
    this.lookMs = options.lookMs ?? 2000;
  }

  /**
   * @throws Refused when Coolify said no; Unanswered when nobody knows what became of it; Error naming what an answer
   * lacks
   */
  async call<O extends Name, S extends z.ZodType>(
    operation: O,
    request: RequestOf<O>,
    answer: S,
  ): Promise<z.output<S>> {
    const { path, query, body } = request as {
      path?: Record<string, string>;
      query?: Record<string, unknown>;
      body?: unknown;
    }; // RequestOf only says which of them an operation takes
    const [method = "", template = ""] = operation.split(" ");
    const search = new URLSearchParams(
      Object.entries(query ?? {}).map(([key, value]) => [key, String(value)] as [string, string]),
    );
    const filled = template.replaceAll(/\{(\w+)\}/g, (_, key: string) =>
      encodeURIComponent(path?.[key] ?? ""),
    );
    const { body: answered } = await this.#http.send({
      method,
      path: search.size > 0 ? `${filled}?${search}` : filled,
      ...(body !== undefined && { body }),
      idempotent: method !== "POST" || repeatable.has(operation),
      ...(this.signal && { signal: this.signal }),
    });
    const checked = answer.safeParse(answered);
    if (checked.success) return checked.data;
    const lacking = checked.error.issues.map(({ path, message }) => `${path.join(".")}: ${message}`);
    throw new Error(`${operation}: Coolify answered otherwise than expected: ${lacking.join("; ")}`);
  }

  /** The same, or undefined when it is not there. */
  async find<O extends Name, S extends z.ZodType>(
    operation: O,
    request: RequestOf<O>,
    answer: S,
  ): Promise<z.output<S> | undefined> {
    try {
      return await this.call(operation, request, answer);
    } catch (error) {
      if (error instanceof Refused && error.status === 404) return undefined;
      throw error;
    }
  }

  /** Deletes; what is gone already is as good. */
  async remove<O extends Name>(operation: O, request: RequestOf<O>): Promise<void> {
    await this.find(operation, request, z.unknown());
  }

  close(): void {
    this.#http.close();
  }
}

export { Refused, Unanswered };

/** What most answers to a creation hold. */
export const created = z.looseObject({ uuid: z.string().min(1) });
/** What is not read. */
export const anything = z.unknown();
/** Of the things in a list, those that carry our mark. */
export const marked = z.array(
  z.looseObject({ uuid: z.string(), description: z.string().nullish(), name: z.string().nullish() }),
);

/** The id of the thing in a list that carries a mark. */
export const ownedIn = (list: z.output<typeof marked>, mark: string): string | undefined =>
  list.find(({ description }) => description === mark)?.uuid;
