import http from "node:http";
import type { AddressInfo } from "node:net";

/** One call of a vendor's API as its reference describes it. */
export interface Route {
  /** `GET /v13/deployments/{id}`. */
  readonly on: string;
  /** The query parameters that there are. */
  readonly query: readonly string[];
  answer(path: Readonly<Record<string, string>>, query: URLSearchParams): Answer;
}

export interface Answer {
  readonly status: number;
  readonly body: unknown;
  /** Sent line by line, as a stream of JSON. */
  readonly lines?: readonly unknown[];
}

export interface PlatformServer {
  readonly url: string;
  readonly token: string;
  readonly seen: readonly string[];
  stop(): Promise<void>;
}

/**
 * A stand-in for the few calls of a vendor's API that `rung` makes of a living stack, on 127.0.0.1: a wrong token, an
 * unknown path and an unknown parameter are refused.
 * @param authorization the header that the vendor takes, where it is no bearer token
 */
export async function servePlatform(
  routes: readonly Route[],
  refuse: (status: number, message: string) => unknown,
  authorization = (token: string) => `Bearer ${token}`,
): Promise<PlatformServer> {
  const token = "rehearsal-token";
  const seen: string[] = [];
  const compiled = routes.map((route) => {
    const [method = "", path = ""] = route.on.split(" ");
    const pattern = new RegExp(`^${path.replaceAll(/\{(\w+)\}/g, "(?<$1>[^/]+)")}$`);
    return { route, method, pattern };
  });
  const answer = (request: http.IncomingMessage): Answer => {
    const no = (status: number, message: string): Answer => ({ status, body: refuse(status, message) });
    if (request.headers.authorization !== authorization(token)) return no(403, "Not authorized");
    const url = new URL(request.url ?? "/", "http://localhost");
    for (const { route, method, pattern } of compiled) {
      const match = request.method === method ? pattern.exec(url.pathname) : null;
      if (!match) continue;
      const unknown = [...url.searchParams.keys()].filter((key) => !route.query.includes(key));
      if (unknown.length > 0) return no(400, `should NOT have additional property ${unknown.join(", ")}`);
      seen.push(route.on);
      return route.answer(match.groups ?? {}, url.searchParams);
    }
    return no(404, "Not found");
  };
  const server = http.createServer((request, response) => {
    const { status, body, lines } = answer(request);
    response.writeHead(status, { "content-type": lines ? "application/stream+json" : "application/json" });
    response.end(lines ? lines.map((line) => `${JSON.stringify(line)}\n`).join("") : JSON.stringify(body));
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo; // it listens on a port
  return {
    url: `http://127.0.0.1:${port}`,
    token,
    seen,
    stop: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}
