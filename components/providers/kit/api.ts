import { z } from "zod";
import { Http, type HttpOptions, Refused } from "./http.ts";

/** What a generated `types.ts` says of one endpoint. */
interface Described {
  readonly path: object;
  readonly query: object;
  readonly body: unknown;
}
/** A part of a request is asked for only where the operation has it. */
type Part<K extends string, T> =
  T extends Record<never, never>
    ? [keyof T] extends [never]
      ? Partial<Record<K, never>>
      : Record<K, T>
    : Partial<Record<K, never>>;
type Optional<K extends string, T> = [keyof T] extends [never] ? unknown : { readonly [P in K]?: T };

export type RequestTo<D extends Described> = Part<"path", D["path"]> &
  Optional<"query", D["query"]> &
  (D["body"] extends undefined ? unknown : { readonly body: D["body"] });

export interface ApiOptions extends HttpOptions {
  readonly signal?: AbortSignal;
  readonly lookMs?: number;
}

/**
 * A vendor's API, by the operations of its OpenAPI document; what it answers is checked before it is used.
 * `Operations` is the interface that components/providers/generate.ts wrote.
 */
export class VendorApi<Operations extends { readonly [O in keyof Operations]: Described }> {
  readonly #http: Http;
  readonly #vendor: string;
  readonly #repeatable: ReadonlySet<keyof Operations>;
  readonly signal: AbortSignal | undefined;
  /** How long to wait between two looks at something that is under way. */
  readonly lookMs: number;

  /** @param repeatable operations that do the same when they are sent twice, although they are POSTs */
  constructor(vendor: string, repeatable: Iterable<keyof Operations>, options: ApiOptions) {
    this.#vendor = vendor;
    this.#repeatable = new Set(repeatable);
    this.#http = new Http(options);
    this.signal = options.signal;
    this.lookMs = options.lookMs ?? 2000;
  }

  /**
   * @param again it does the same when it is sent twice, whatever the operation may do otherwise
   * @throws Refused when the vendor said no; Unanswered when nobody knows what became of it; Error naming what an
   * answer lacks
   */
  async call<O extends keyof Operations & string, S extends z.ZodType>(
    operation: O,
    request: RequestTo<Operations[O]>,
    answer: S,
    again = false,
  ): Promise<z.output<S>> {
    const { path, query, body } = request as {
      path?: Record<string, string>;
      query?: Record<string, unknown>;
      body?: unknown;
    }; // RequestTo only says which of them an operation takes
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
      idempotent: again || method !== "POST" || this.#repeatable.has(operation),
      ...(this.signal && { signal: this.signal }),
    });
    const checked = answer.safeParse(answered);
    if (checked.success) return checked.data;
    const lacking = checked.error.issues.map(({ path, message }) => `${path.join(".")}: ${message}`);
    throw new Error(`${operation}: ${this.#vendor} answered otherwise than expected: ${lacking.join("; ")}`);
  }

  /** The same, or undefined when it is not there. */
  async find<O extends keyof Operations & string, S extends z.ZodType>(
    operation: O,
    request: RequestTo<Operations[O]>,
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
  async remove<O extends keyof Operations & string>(
    operation: O,
    request: RequestTo<Operations[O]>,
  ): Promise<void> {
    await this.find(operation, request, z.unknown());
  }

  close(): void {
    this.#http.close();
  }
}

/** What is not read. */
export const anything = z.unknown();
