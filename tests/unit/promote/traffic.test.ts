import { expect, test } from "vitest";
import { strict, verdict } from "../../../migrations/stages/weights/shift.ts";
import { edgeFrom } from "../../../operations/promoteTraffic.ts";

test("more than 1 % that fail, or 95 % that take longer than a second, are too much", () => {
  const said = (requests: number, errors: number, p95Ms = 10) => verdict({ requests, errors, p95Ms }, strict);
  expect(said(1000, 10)).toBeUndefined();
  expect(said(1000, 11)).toBe("11 of 1000 requests failed");
  expect(said(3, 1)).toBeUndefined();
  expect(said(3, 2)).toBe("2 of 3 requests failed");
  expect(said(50, 0, 1000)).toBeUndefined();
  expect(said(50, 0, 1001)).toBe("95 % took up to 1001 ms");
  expect(said(49, 0, 9000)).toBeUndefined();
});

test("which servers are meant must be said, of one backend", () => {
  expect(edgeFrom({})).toBeUndefined();
  const env = { RUNG_PROMOTE_EDGE: "/run/haproxy/admin.sock" };
  expect(() => edgeFrom(env)).toThrow("RUNG_PROMOTE_EDGE_SERVERS");
  expect(() => edgeFrom({ ...env, RUNG_PROMOTE_EDGE_SERVERS: "a/prod,b/next" })).toThrow("is not said");
  expect(edgeFrom({ ...env, RUNG_PROMOTE_EDGE_SERVERS: "app/prod, app/next" })).toEqual({
    socket: "/run/haproxy/admin.sock",
    backend: "app",
    servers: { source: "prod", target: "next" },
    ring: "requests",
  });
});
