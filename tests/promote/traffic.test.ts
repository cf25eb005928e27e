import { type ChildProcess, spawn } from "node:child_process";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { afterEach, beforeEach, expect, test } from "vitest";
import { type Edge, setShare, shareNow } from "../../migrations/stages/weights/haproxy.ts";
import { shift, shiftBack, strict } from "../../migrations/stages/weights/shift.ts";
import { freePorts } from "../../operations/freePorts.ts";

let folder: string;
let edge: Edge;
let url: string;
let haproxy: ChildProcess;
let apps: Server[];
/** What the target's app does with a request. */
let behave: (number: number) => { readonly status: number; readonly afterMs: number };
let notes: { readonly what: string; readonly found?: object }[];
const memory = {
  note: async (what: string, found?: object) => void notes.push({ what, ...(found ? { found } : {}) }),
};
const quick = { ...strict, watchSeconds: 0.5, least: 20 };

/** The machine may be busy: what is quick enough is another test's. */
const patient = { ...quick, p95Ms: 20_000 };

/** A server on a port of its own, that says who it is. */
async function app(name: string, answer: (number: number) => ReturnType<typeof behave>): Promise<Server> {
  let number = 0;
  const server = createServer((_, response) => {
    number += 1;
    const { status, afterMs } = answer(number);
    setTimeout(() => response.writeHead(status).end(name), afterMs);
  });
  await new Promise<void>((listening) => server.listen(0, "127.0.0.1", listening));
  return server;
}

// it listens, so that its address is one with a port
const portOf = (server: Server | undefined) => (server?.address() as AddressInfo | undefined)?.port;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "rung-haproxy-"));
  notes = [];
  behave = () => ({ status: 200, afterMs: 0 });
  apps = [await app("prod", () => ({ status: 200, afterMs: 0 })), await app("next", (n) => behave(n))];
  const [port = 0] = await freePorts(1);
  url = `http://127.0.0.1:${port}/`;
  const socket = join(folder, "admin.sock");
  edge = { socket, backend: "app", servers: { source: "prod", target: "next" }, ring: "requests" };
  await writeFile(
    join(folder, "haproxy.cfg"),
    `
global
    stats socket ${socket} mode 600 level admin
ring requests
    format raw
    maxlen 1200
    size 1048576
defaults
    mode http
    timeout connect 2s
    timeout client 30s
    timeout server 30s
frontend in
    bind 127.0.0.1:${port}
    log ring@requests format raw local0
    log-format "%s %ST %Ta"
    default_backend app
backend app
    server prod 127.0.0.1:${portOf(apps[0])} weight 100
    server next 127.0.0.1:${portOf(apps[1])} weight 0
`,
  );
  haproxy = spawn("/usr/sbin/haproxy", ["-db", "-f", join(folder, "haproxy.cfg")], { stdio: "ignore" });
  while (
    !(await fetch(url).then(
      ({ ok }) => ok,
      () => false,
    ))
  )
    await sleep(50);
});
afterEach(async () => {
  haproxy.kill("SIGKILL");
  for (const one of apps) one.close().closeAllConnections();
  await rm(folder, { recursive: true, force: true });
});

/** Requests, some at a time, while `work` goes on. @returns how many each app answered, and how many failed */
async function under<T>(work: Promise<T>) {
  const answered = { prod: 0, next: 0, failed: 0 };
  let going = true;
  const loop = async () => {
    while (going) {
      const said = await fetch(url).then(
        async (response) => (response.ok ? await response.text() : "failed"),
        () => "failed",
      );
      answered[said as keyof typeof answered] += 1; // what the two apps above say
      await sleep(10);
    }
  };
  const all = Promise.all(Array.from({ length: 8 }, loop));
  const ended = await work.then(
    () => undefined,
    (error: Error) => error,
  );
  going = false;
  await all;
  return { answered, error: ended };
}

test("a share that grows until the target's app answers all, and back by a word", async () => {
  const { answered, error } = await under(shift(edge, memory, () => {}, patient));
  expect(error).toBeUndefined();
  expect(answered.failed).toBe(0);
  expect(notes.map(({ what }) => what)).toEqual([
    "traffic 5 %",
    "traffic 25 %",
    "traffic 50 %",
    "traffic 100 %",
  ]);
  expect(await shareNow(edge)).toBe(100);
  expect(await (await fetch(url)).text()).toBe("next");
  await shiftBack(edge, memory);
  expect(await (await fetch(url)).text()).toBe("prod");
});

test("one request of twenty that fails takes all of it back at once", async () => {
  behave = (number) => ({ status: number % 20 === 0 ? 500 : 200, afterMs: 0 });
  const { error } = await under(shift(edge, memory, () => {}, { ...quick, least: 60 }));
  expect(error?.message).toMatch(/all requests go to the source's app again: \d+ of \d+ requests failed, at/);
  expect(await shareNow(edge)).toBe(0);
  expect(await (await fetch(url)).text()).toBe("prod");
});

test("an app that takes longer than a second gets nothing more", async () => {
  behave = () => ({ status: 200, afterMs: 1100 });
  const { answered, error } = await under(shift(edge, memory, () => {}, quick));
  expect(error?.message).toContain("95 % took up to");
  expect(answered.failed).toBe(0);
  expect(await shareNow(edge)).toBe(0);
});

test("what cannot be seen is not moved: a ring of another name, a server of another name", async () => {
  const { error } = await under(shift({ ...edge, ring: "nothing" }, memory, () => {}, quick));
  expect(error?.message).toContain("requests cannot be seen");
  expect(await shareNow(edge)).toBe(0);
  const other = { ...edge, servers: { source: "prod", target: "nobody" } };
  await expect(shift(other, memory, () => {}, quick)).rejects.toThrow("HAProxy at");
});

test("it goes on from the share that a killed one has left", async () => {
  await setShare(edge, 50);
  const { error } = await under(shift(edge, memory, () => {}, patient));
  expect(error).toBeUndefined();
  expect(notes.map(({ what }) => what)).toEqual(["traffic 50 %", "traffic 100 %"]);
});
