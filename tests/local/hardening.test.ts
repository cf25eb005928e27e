import { expect, test } from "vitest";
import { containers, docker, inside, theContainer } from "./docker.ts";
import { living } from "./living.ts";

test("every container is non-root, read-only, without capabilities, limited, and labelled", async () => {
  const all = await containers(living);
  expect(all.length).toBeGreaterThan(8);
  for (const { Name, Config, HostConfig } of all) {
    expect(Config.User, `${Name}: user`).toMatch(/^(?!root|0)\w+/);
    expect(HostConfig.ReadonlyRootfs, `${Name}: read-only root`).toBe(true);
    expect(HostConfig.CapDrop, `${Name}: capabilities`).toEqual(["ALL"]);
    expect(HostConfig.SecurityOpt, `${Name}: new privileges`).toContain("no-new-privileges");
    expect(HostConfig.Memory, `${Name}: memory`).toBeGreaterThan(0);
    expect(
      HostConfig.Ulimits?.some(({ Name: limit }) => limit === "nproc"),
      `${Name}: processes`,
    ).toBe(true);
    expect(HostConfig.LogConfig.Config["max-size"], `${Name}: logs`).toBe("10m");
    expect(Config.Labels["dev.rung.stack"]).toBe(living.stack);
    expect(Config.Labels["dev.rung.capability"]).toBeTruthy();
  }
});

test("only the edge is published, and only on this machine", async () => {
  for (const { Name, HostConfig } of await containers(living)) {
    const published = Object.values(HostConfig.PortBindings ?? {}).flat();
    expect(
      published.map(({ HostIp }) => HostIp),
      Name,
    ).toEqual(/edge/.test(Name) ? ["127.0.0.1", "127.0.0.1"] : []);
  }
});

/** Every value of the stack that is a secret, out of the containers' own environments. */
async function secrets(): Promise<string[]> {
  const all = await containers(living);
  const secret = /(PASSWORD|SECRET|TOKEN|CIPHER|KEY)(_\w+)?=(?<value>[\s\S]+)/;
  const values = all.flatMap(({ Config }) => Config.Env.map((entry) => secret.exec(entry)?.groups?.value));
  const urls = all.flatMap(({ Config }) =>
    Config.Env.map((entry) => /^\w+_URL=\w+:\/\/\w+:([^@]+)@/.exec(entry)?.[1]),
  );
  return [...values, ...urls].filter((value) => value !== undefined && value.length >= 16) as string[];
}

test("no secret is in a label, a command, a process list or a log", async () => {
  const known = await secrets();
  expect(known.length).toBeGreaterThan(8);
  for (const container of await containers(living)) {
    const { Config, Name, Id, State } = container;
    const { Env: _, ...shown } = Config;
    const processes = State.Status === "running" ? await docker("top", Id, "-eo", "pid,args") : "";
    const logs = await docker("logs", Id);
    for (const value of known) {
      const first = value.split("\n").at(1) ?? value;
      for (const [where, text] of Object.entries({ labels: JSON.stringify(shown), processes, logs })) {
        expect(text.includes(value.includes("\n") ? first : value), `${Name}: ${where}`).toBe(false);
      }
    }
  }
});

test("the processes of PostgreSQL hold no password of a role", async () => {
  const { Id } = await theContainer(living, "database");
  expect(Id).toBeTruthy();
  const { out } = await inside(
    living,
    "database",
    "cat /proc/*/environ 2>/dev/null | tr '\\0' '\\n' | cut -d= -f1",
  );
  // The shell of this very check has the container's environment; PostgreSQL's own must not.
  const { out: postmaster } = await inside(
    living,
    "database",
    "tr '\\0' '\\n' </proc/$(head -n 1 $PGDATA/postmaster.pid)/environ | cut -d= -f1",
  );
  expect(out).toContain("PGDATA");
  expect(postmaster).not.toMatch(/(OWNER|APP|MONITOR)_PASSWORD|TLS_KEY/);
});
