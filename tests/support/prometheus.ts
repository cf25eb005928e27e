import { ask, type Living, theContainer, variable } from "../local/docker.ts";

interface Sample {
  readonly metric: Readonly<Record<string, string>>;
  /** When, in seconds, and what. */
  readonly value: readonly [number, string];
}

/** What a stack's Prometheus answers to a query, asked as its observer. */
export async function prometheus(own: Living, query: string): Promise<readonly Sample[]> {
  const password = variable(await theContainer(own, "edge"), "OBSERVER_PASSWORD");
  const headers = { authorization: `Basic ${Buffer.from(`admin:${password}`).toString("base64")}` };
  const path = `/-/prometheus/api/v1/query?query=${encodeURIComponent(query)}`;
  const { body } = await ask(own, path, { headers });
  return (JSON.parse(body) as { data: { result: Sample[] } }).data.result;
}
