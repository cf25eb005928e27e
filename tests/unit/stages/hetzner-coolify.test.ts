import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import { expect, test } from "vitest";
import { parse } from "yaml";
import { coolifyBlueprint, locationOf } from "../../../components/hetzner-coolify/blueprint.ts";
import { controlHost, longestUserData, plainHost } from "../../../components/hetzner-coolify/cloudInit.ts";
import { coolifySizes } from "../../../components/hetzner-coolify/sizes.ts";
import { DiagnosticsError } from "../../../components/model/diagnostics.ts";
import { defineSpec } from "../../../components/model/spec.ts";
import { sizes } from "../../../components/model/words.ts";

const spec = defineSpec({ name: "pulse", database: {}, cache: {}, storage: { buckets: { uploads: {} } } });
const token = "a-token-that-nobody-may-read";
const host = {
  version: "4.3.10",
  tokenHash: createHash("sha256").update(token).digest("hex"),
  certificate: "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n",
  key: "-----BEGIN PRIVATE KEY-----\nBBBB\n-----END PRIVATE KEY-----\n",
};

test("from one server to several behind a load balancer; the data stays where it is", () => {
  const plans = sizes.map((size) => coolifyBlueprint(spec, size, {}).capabilities);
  expect(plans.map(({ app }) => app.count)).toEqual([1, 1, 2, 4]);
  expect(plans.map(({ edge }) => edge.detail.loadBalancer)).toEqual([undefined, undefined, "lb11", "lb21"]);
  for (const size of sizes) expect(coolifySizes[size]).not.toHaveProperty("data");
});

test("what cannot be promised is said: no point in time, one server, six hours", () => {
  const asks = defineSpec({ name: "pulse", database: {}, objectives: { rpo: "1h" } });
  const losses = coolifyBlueprint(asks, "small", {}).losses.map(({ what }) => what);
  expect(losses.some((what) => what.includes("RPO 1h"))).toBe(true);
  expect(losses.some((what) => what.includes("one server"))).toBe(true);
  expect(coolifyBlueprint(spec, "large", {}).losses.some(({ what }) => what.includes("one server"))).toBe(
    false,
  );
});

test("a place that Hetzner is not at is refused, naming those it is", () => {
  expect(locationOf("hel1")).toBe("hel1");
  expect(() => locationOf("eu-central-1")).toThrow(DiagnosticsError);
  expect(() => locationOf("eu-central-1")).toThrow(/fsn1, nbg1, hel1/);
});

test.each([
  ["of Coolify's host", controlHost(host)],
  ["of any other host", plainHost()],
])("the user data %s is cloud-config that shuts the doors", (_, text) => {
  expect(text.startsWith("#cloud-config\n")).toBe(true);
  expect(Buffer.byteLength(text)).toBeLessThan(longestUserData);
  const config = parse(text) as {
    ssh_pwauth: boolean;
    packages: string[];
    write_files: { path: string; content: string }[];
    runcmd: string[][];
  };
  expect(config.ssh_pwauth).toBe(false);
  expect(config.packages).toEqual(expect.arrayContaining(["fail2ban", "unattended-upgrades"]));
  const sshd = config.write_files.find(({ path }) => path.includes("sshd_config.d"))?.content;
  expect(sshd).toContain("PasswordAuthentication no");
  expect(sshd).toContain("PermitRootLogin prohibit-password");
  expect(config.runcmd).toContainEqual(["passwd", "--lock", "root"]);
});

test("Coolify's host is told the token's hash alone, and its script is one that bash reads", () => {
  const config = parse(controlHost(host)) as {
    write_files: { path: string; permissions?: string; content: string }[];
  };
  const script = config.write_files.find(({ path }) => path.endsWith("set-up-coolify"));
  expect(script?.permissions).toBe("0700");
  expect(script?.content).toContain(host.tokenHash);
  expect(script?.content).toContain("install-coolify.sh 4.3.10");
  expect(controlHost(host)).not.toContain(token);
  execFileSync("bash", ["-n"], { input: script?.content });
  const pem = config.write_files.find(({ path }) => path.endsWith("coolify.pem"));
  expect(pem).toMatchObject({ permissions: "0600", content: `${host.certificate}${host.key}` });
});
