import { createHash } from "node:crypto";
import { readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { type CoolifyServer, serveCoolify } from "../../../engine/servers/coolify/index.ts";
import { type HostedStack, hostedStack } from "../../support/hostedRung.ts";
import { serveObjects } from "../../support/objects.ts";

/** The command itself on hetzner-coolify, with stand-ins for the vendors: what happens around the engine. */
const image = (digit: string) => `ghcr.io/example/pulse@sha256:${digit.repeat(64)}`;
const [first, second, sick] = [image("1"), image("2"), image("e")];

let own: HostedStack;
let coolify: CoolifyServer;

beforeAll(async () => {
  own = await hostedStack("hetzner-coolify", {
    servers: async (store) => {
      coolify = await serveCoolify({ file: join(store, "..", "coolify.json") });
      const env = {
        COOLIFY_API_URL: coolify.url,
        COOLIFY_API_TOKEN: coolify.token,
        COOLIFY_LOOK_MS: "50",
      };
      return [{ env, stop: coolify.stop }];
    },
  });
  coolify.behaviour.sickImages.add(sick);
});
afterAll(() => own.remove());

const status = async () => JSON.parse((await own.rung("status", "--json")).out);
const application = () => {
  const [found] = coolify.state.all("application");
  if (!found) throw new Error("there is no application");
  return found;
};

test("without a registry and without an image, up says what is missing before it makes anything", async () => {
  const { code, err } = await own.rung("up");
  expect(code).toBe(64);
  expect(err).toContain("config.rung:registry: hetzner-coolify must be told where the app's image is pushed");
  expect(await own.held()).toEqual([]);
});

test("a zone that has another's rules is refused before anything is made", async () => {
  own.zone.push({ name: "pulse-other-firewall", kind: "zone", phase: "http_request_firewall_custom" });
  const { code, err } = await own.rung("up", "--image", first);
  expect(code).toBe(1);
  expect(err).toContain(`${own.stack}.yaml: config.rung:cloudflareZoneId: the zone has rules of its own`);
  expect(await own.held()).toEqual([]);
  own.zone.length = 0;
});

test("up, and what Coolify says of the app", async () => {
  const { code, err } = await own.rung("up", "--image", first);
  expect({ code, err }).toEqual({ code: 0, err: "" });
  const { image: serving, capabilities } = await status();
  expect(serving).toBe(first);
  expect(capabilities.app.health).toBe("healthy");
});

test("an image whose containers do not get healthy is a failed up; the one before serves on", async () => {
  const { code, err } = await own.rung("up", "--image", sick);
  expect(code).toBe(1);
  expect(err).toContain("cannot read DATABASE_URL");
  expect((await status()).image).toBe(first);
  expect((await own.rung("up", "--image", second)).code).toBe(0);
});

test("containers that die after the deployment had ended are a failed up, too, and the next one deploys anew", async () => {
  coolify.behaviour.dies = true;
  coolify.behaviour.said.push("out of memory");
  const { code, err } = await own.rung("up", "--image", first);
  expect(code).toBe(1);
  expect(err).toContain("its containers are exited, unhealthy");
  expect(err).toContain("out of memory");
  expect((await status()).image).toBe(second);
  coolify.behaviour.dies = false;
  const before = coolify.state.all("deployment").length;
  expect((await own.rung("up", "--image", first)).code).toBe(0);
  expect(coolify.state.all("deployment").length).toBe(before + 1);
});

test("rollback puts the image before back", async () => {
  const { code, err } = await own.rung("rollback");
  expect({ code, err }).toEqual({ code: 0, err: "" });
  expect(application().fields.serving).toBe(second);
  expect((await status()).image).toBe(second);
});

test("logs are Coolify's", async () => {
  const { code, out } = await own.rung("logs app", "--json", "--lines", "1");
  expect(code).toBe(0);
  expect(JSON.parse(out.trim())).toMatchObject({
    time: "2026-01-01T00:00:00.000000000Z",
    text: "out of memory",
  });
});

test("down with the data empties the buckets by their own keys first, lifts the servers' protection, and leaves nothing", async () => {
  const held = await own.held();
  const of = (type: string) =>
    held.find(
      ({ type: one, urn }) => one === `cloudflare:index/${type}` && urn.endsWith("::storage-uploads"),
    );
  const [bucket, token] = [of("r2Bucket:R2Bucket"), of("accountToken:AccountToken")];
  const r2 = await serveObjects(join(own.folder, "r2"), String(bucket?.outputs.name), {
    accessKeyId: String(token?.id),
    secretAccessKey: createHash("sha256").update(String(token?.outputs.value)).digest("hex"),
  });
  for (let object = 0; object < 1100; object += 1) writeFileSync(join(r2.bucket, `${object} & more`), "x");
  own.env.RUNG_R2_ENDPOINT = `http://${r2.host}`;
  const gone = await own.rung("down", "--delete-data", "--yes");
  r2.stop();
  expect(gone.code, gone.err).toBe(0);
  // versitygw's own folder stays
  expect(readdirSync(r2.bucket).filter((name) => !name.startsWith("."))).toEqual([]);
  expect((await own.held()).map(({ type }) => type)).toEqual([]);
  expect(coolify.holds()).toEqual([]);
});
