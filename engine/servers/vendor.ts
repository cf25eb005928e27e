import { randomBytes } from "node:crypto";
import http from "node:http";
import type { AddressInfo } from "node:net";
import type { Reduced } from "../../components/providers/kit/openapi/reduce.ts";
import { type Fault, Faults } from "./faults.ts";
import { schemasOf } from "./schemas.ts";

/** A request that passed the vendor's document. */
export interface Asked {
  /** Parameters of the path, by name. */
  readonly path: Readonly<Record<string, string>>;
  readonly query: URLSearchParams;
  /** Checked against the document; what it holds is the handler's to read. */
  readonly body: Readonly<Record<string, unknown>>;
}

export interface Answered {
  readonly status: number;
  readonly body?: unknown;
}

/** What the vendor does on an operation. */
export type Handler = (asked: Asked) => Answered | Promise<Answered>;

/** What is wrong with a request, said as the vendor says it. */
export class Refusal extends Error {
  readonly status: number;
  readonly body: unknown;

  constructor(status: number, message: string, errors?: Readonly<Record<string, readonly string[]>>) {
    super(message);
    this.status = status;
    this.body = errors ? { message, errors } : { message };
  }
}

export interface VendorOptions {
  readonly document: Reduced;
  /** Under which the document's paths lie, e.g. `/api/v1`. */
  readonly prefix: string;
  readonly handlers: Readonly<Record<string, Handler>>;
  /** Whether it is the document that is wrong where an answer is not as it says. */
  readonly misdescribed?: (operation: string, problem: string) => boolean;
  /** Whether a request of a known route may be made; unless said, with the server's one token. */
  readonly lets?: (operation: string, path: Asked["path"], headers: http.IncomingHttpHeaders) => boolean;
  /** How the vendor says that a body or query is wrong. */
  readonly invalid: (problems: readonly string[]) => Answered;
  /** Called after everything that was done. */
  readonly onDone?: () => void;
}

/** A stand-in for a vendor's HTTP API, on 127.0.0.1. It holds every request against the vendor's own document. */
export interface VendorServer {
  readonly url: string;
  readonly token: string;
  /** Makes something go wrong. */
  fail(fault: Fault): void;
  /** No more of it. */
  mend(): void;
  /** Every request that came, as `METHOD /path`, in order. */
  readonly seen: readonly string[];
  stop(): Promise<void>;
}

export async function serveVendor(options: VendorOptions, token = randomBytes(24).toString("hex")) {
  const faults = new Faults();
  const seen: string[] = [];
  const routes = routesOf(options.document);
  const schemas = schemasOf(options.document);

  async function answer(operation: string, asked: Asked, given: unknown): Promise<Answered> {
    const problems = [...schemas.inQuery(operation, asked.query), ...schemas.inBody(operation, given)];
    if (problems.length > 0) return options.invalid(problems);
    const handler = options.handlers[operation];
    if (!handler) return { status: 501, body: { message: `the stand-in has no ${operation}` } };
    try {
      const answered = await handler(asked);
      const wrong = schemas
        .inAnswer(operation, answered.status, answered.body)
        .filter((problem) => !options.misdescribed?.(operation, problem));
      // A stand-in that answers as the vendor never would proves nothing.
      if (wrong.length > 0) throw new Error(`${operation}: the stand-in's answer: ${wrong.join("; ")}`);
      return answered;
    } catch (error) {
      if (error instanceof Refusal) return { status: error.status, body: error.body };
      throw error;
    }
  }

  const server = http.createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on("data", (chunk: Buffer) => chunks.push(chunk));
    request.on("end", async () => {
      const url = new URL(request.url ?? "/", "http://localhost");
      const route = routes.find(request.method ?? "GET", url.pathname, options.prefix);
      const mayAsk =
        route && options.lets
          ? options.lets(route.operation, route.path, request.headers)
          : request.headers.authorization === `Bearer ${token}`;
      if (!mayAsk) {
        return reply(response, { status: 401, body: { message: "Unauthenticated." } });
      }
      if (!route) return reply(response, { status: 404, body: { message: "Not found." } });
      seen.push(route.operation);
      const text = Buffer.concat(chunks).toString("utf8");
      const fault = faults.next(route.operation);
      let answered: Answered;
      try {
        const given: unknown = text === "" ? undefined : JSON.parse(text);
        const body = (given ?? {}) as Record<string, unknown>; // the schema has the last word
        const asked = { path: route.path, query: url.searchParams, body };
        answered = fault && !fault.done ? { status: 500 } : await answer(route.operation, asked, given);
        options.onDone?.();
      } catch (error) {
        answered = { status: 500, body: { message: String(error) } };
      }
      if (!fault) return reply(response, answered);
      if (fault.answer === "tear") return void request.socket.destroy();
      if (fault.answer === "stall") return;
      reply(response, fault.answer, fault.answer.retryAfter);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo; // it listens on a port
  const vendor: VendorServer = {
    url: `http://127.0.0.1:${port}`,
    token,
    seen,
    fail: (fault) => faults.add(fault),
    mend: () => faults.clear(),
    stop: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
  return vendor;
}

function reply(
  response: http.ServerResponse,
  { status, body }: Answered,
  retryAfter?: number | string,
): void {
  response.writeHead(status, {
    "content-type": "application/json",
    ...(retryAfter !== undefined && { "retry-after": String(retryAfter) }),
  });
  response.end(body === undefined ? "" : JSON.stringify(body));
}

function routesOf(document: Reduced) {
  const routes = Object.keys(document.operations).map((operation) => {
    const [method = "", path = ""] = operation.split(" ");
    const names = [...path.matchAll(/\{(\w+)\}/g)].map(([, name]) => name ?? "");
    const pattern = new RegExp(`^${path.replaceAll(/\{\w+\}/g, "([^/]+)")}$`);
    return { operation, method, names, pattern };
  });
  // Paths without parameters first: `/databases/postgresql` is no database.
  const ordered = routes.toSorted((a, b) => a.names.length - b.names.length);
  return {
    find(method: string, pathname: string, prefix: string) {
      if (!pathname.startsWith(`${prefix}/`)) return undefined;
      const rest = pathname.slice(prefix.length);
      for (const route of ordered) {
        const match = route.method === method ? route.pattern.exec(rest) : null;
        if (!match) continue;
        const path = route.names.map((name, index) => [name, decodeURIComponent(match[index + 1] ?? "")]);
        return { operation: route.operation, path: Object.fromEntries(path) as Record<string, string> };
      }
      return undefined;
    },
  };
}
