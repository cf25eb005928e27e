import { execFileSync } from "node:child_process";
import { randomBytes } from "node:crypto";
import { afterEach, expect, test } from "vitest";
import { docker } from "../../../engine/providers/docker/index.ts";
import type { Call, Values } from "../../../engine/providers/provider.ts";
import { call, checkCall, definition } from "../../unit/engine/providers/calls.ts";

/** The container's definition by itself, against the real Docker Engine. */
const container = definition(docker, "docker:index/container:Container");
const label = `rung-test-${randomBytes(3).toString("hex")}`;
const base = { image: "rung/debian:trixie", labels: [{ label, value: "1" }], command: ["sleep", "60"] };

afterEach(() => {
  const left = execFileSync("docker", ["ps", "-aq", "--filter", `label=${label}`], { encoding: "utf8" });
  const ids = left.split("\n").filter(Boolean);
  if (ids.length > 0) execFileSync("docker", ["rm", "-f", "-v", ...ids]);
  expect(ids).toEqual([]);
});

async function create(given: Values, more: Partial<Call> = {}) {
  const { inputs, failures } = await container.check({ ...base, ...given }, undefined, checkCall(label));
  expect(failures).toEqual([]);
  return { inputs, ...(await container.create(inputs, { ...call(label), ...more })) };
}

/** Makes it, reads it back, removes it: what a refresh would show. */
async function refreshed(given: Values) {
  const made = await create(given);
  const found = await container.read(made.id, made, call(label));
  await container.delete(made, call(label));
  await container.delete(made, call(label)); // gone already is success
  return found && container.diff(found, made.inputs, []).changes;
}

test.each<[string, Values]>([
  ["nothing but an image", {}],
  ["limits", { memory: 48, memoryReservation: 32, cpuShares: 256, cpus: "0.25", shmSize: 32 }],
  ["memory without swap", { memory: 48, memorySwap: 48, restart: "on-failure", maxRetryCount: 2 }],
  [
    "who it is",
    { user: "nobody", groupAdds: ["100"], workingDir: "/tmp", hostname: "here", domainname: "example.org" },
  ],
  [
    "what it may",
    { capabilities: { adds: ["NET_ADMIN"], drops: ["CAP_MKNOD"] }, securityOpts: ["no-new-privileges"] },
  ],
  ["paths unmasked", { securityOpts: ["systempaths=unconfined"], readOnly: true, init: true }],
  ["the machine's network", { networkMode: "host" }],
  ["no network, shared processes", { networkMode: "none", pidMode: "host" }],
  [
    "names and addresses",
    { dns: ["127.0.0.1"], hosts: [{ host: "a", ip: "10.0.0.1" }], ports: [{ internal: 80 }] },
  ],
  [
    "a volume of its own, folders, memory",
    {
      volumes: [{ containerPath: "/own" }, { hostPath: "/etc", containerPath: "/machine", readOnly: true }],
      mounts: [{ type: "tmpfs", target: "/m", tmpfsOptions: { sizeBytes: 1_048_576 } }],
      tmpfs: { "/t": "rw,size=1m" },
    },
  ],
  [
    "a terminal",
    { tty: true, stdinOpen: true, entrypoints: ["env", "A=1"], stopSignal: "SIGINT", stopTimeout: 1 },
  ],
  [
    "kernel settings",
    { sysctls: { "net.core.somaxconn": "512" }, ulimits: [{ name: "nproc", soft: 100, hard: 200 }] },
  ],
  ["its health check", { healthcheck: { tests: ["CMD", "true"], interval: "60s", startInterval: "1500ms" } }],
  ["its log", { logDriver: "local", logOpts: { "max-size": "1m" } }],
  [
    "files",
    { uploads: [{ file: "/etc/a", contentBase64: "YQ==", executable: true, owner: "1", group: "2" }] },
  ],
])("a refresh finds no difference in %s", async (_name, given) => {
  expect(await refreshed(given)).toEqual([]);
});

test("with a read-only root, files go into volumes only, and the error says so", async () => {
  const readOnly = { readOnly: true, attach: true, logs: true, volumes: [{ containerPath: "/own" }] };
  const made = await create({
    ...readOnly,
    command: ["sh", "-c", "cat /own/a; stat -c %a /own/a"],
    uploads: [{ file: "/own/a", content: "text\n", permissions: "0640" }],
  });
  expect(made.state.containerLogs).toBe("text\n640\n");
  await container.delete(made, call(label));
  const elsewhere = create({ ...readOnly, uploads: [{ file: "/etc/a", content: "x" }] });
  await expect(elsewhere).rejects.toThrow(/with `readOnly: true` Docker takes uploads into volumes only/);
});

test("one that removes itself still gives its output and its exit code", async () => {
  const once = { attach: true, logs: true, rm: true };
  const made = await create({ ...once, command: ["sh", "-c", "echo out; echo err >&2"] });
  expect(String(made.state.containerLogs).split("\n").toSorted()).toEqual(["", "err", "out"]);
  expect(await container.read(made.id, made, call(label))).toBeUndefined();
  await expect(create({ ...once, command: ["sh", "-c", "exit 4"] })).rejects.toThrow(
    /ended with exit code 4/,
  );
});

test("a delete gives it time to end well", async () => {
  const command = ["sh", "-c", "trap 'sleep 1; exit 0' TERM; while :; do sleep 0.1; done"];
  const made = await create({ command, destroyGraceSeconds: 10 });
  const began = Date.now();
  await container.delete(made, call(label));
  expect(Date.now() - began).toBeGreaterThan(900);
  expect(Date.now() - began).toBeLessThan(8000);
});

test("while it starts it is looked at every startInterval, and a check that hangs is not waited for", async () => {
  const healthcheck = {
    tests: ["CMD-SHELL", "test -e /tmp/asked || { touch /tmp/asked; sleep 60; }"],
    interval: "60s",
    timeout: "1s",
    startInterval: "200ms",
  };
  const made = await create({ wait: true, waitTimeout: 30, healthcheck });
  await container.delete(made, call(label));
});

test("one that fails after its startPeriod is given up after so many retries, however seldom Docker looks", async () => {
  const healthcheck = { tests: ["CMD", "false"], interval: "60s", startInterval: "100ms", retries: 2 };
  await expect(create({ wait: true, waitTimeout: 30, healthcheck })).rejects.toThrow(/was unhealthy after/);
});

test("a cancelled update leaves no container", async () => {
  const cancelling = new AbortController();
  setTimeout(() => cancelling.abort(new Error("the update was cancelled")), 500);
  const healthcheck = { tests: ["CMD", "false"], interval: "30s" };
  await expect(create({ wait: true, healthcheck }, { signal: cancelling.signal })).rejects.toThrow(
    "was cancelled",
  );
});

test("what an update that was cut short left behind is remade; an image that is missing is named", async () => {
  const name = `${label}-main`;
  execFileSync("docker", ["create", "--name", name, "--label", `${label}=1`, "rung/debian:trixie", "true"]);
  const made = await create({ name });
  expect(made.state.name).toBe(name);
  await container.delete(made, call(label));
  await expect(create({ image: "no/such:1" })).rejects.toThrow(/No such image: no\/such:1/);
});
