import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { serveVercel } from "../../../engine/servers/platforms/vercel.ts";
import { serveSupabase } from "../../../engine/servers/supabase/index.ts";
import { held } from "../../support/awsWorld.ts";
import { type HostedStack, hostedStack } from "../../support/hostedRung.ts";

/** The command itself on vercel-supabase, with stand-ins for the vendors: what happens around the engine. */
let own: HostedStack;
/** What is different at Vercel from what its provider's stand-in holds. */
const odd: { broken: boolean; rolledBackTo?: string | undefined } = { broken: false };
const broken = { readyState: "ERROR", errorMessage: "no such region" };

const heldOf = (store: string, type: string) =>
  held(store).filter((one) => one.type === `vercel:index/${type}`);
const deployments = async () =>
  (await own.held()).filter(({ type }) => type === "vercel:index/deployment:Deployment");

beforeAll(async () => {
  own = await hostedStack("vercel-supabase", {
    servers: async (store) => {
      const supabase = await serveSupabase({ file: join(store, "..", "supabase.json") });
      const vercel = await serveVercel({
        deployment: (id) =>
          heldOf(store, "deployment:Deployment").some((one) => one.id === id)
            ? {
                ...(odd.broken ? broken : { readyState: "READY" }),
                build: ["uploading", "no such region: mars1"],
              }
            : undefined,
        production: (project) =>
          heldOf(store, "project:Project").some((one) => one.id === project)
            ? { id: odd.rolledBackTo ?? heldOf(store, "deployment:Deployment")[0]?.id ?? "" }
            : undefined,
        lines: [],
      });
      const env = {
        SUPABASE_API_URL: supabase.url,
        SUPABASE_PROJECT_URL: supabase.projectUrl,
        SUPABASE_ACCESS_TOKEN: supabase.token,
        SUPABASE_LOOK_MS: "50",
      };
      return [
        { env, stop: supabase.stop },
        { env: { VERCEL_API_URL: vercel.url, VERCEL_API_TOKEN: vercel.token }, stop: vercel.stop },
      ];
    },
  });
});
afterAll(() => own.remove());

const status = async () => JSON.parse((await own.rung("status", "--json")).out);

test("up, and Vercel is asked whether the deployment has production", async () => {
  const { code, err } = await own.rung("up");
  expect({ code, err }).toEqual({ code: 0, err: "" });
  const { image, capabilities } = await status();
  expect(image).toMatch(/^sha256:[0-9a-f]{64}$/);
  expect(capabilities.app.health).toBe("healthy");
});

test("a build that failed is a failed up, and the next one deploys anew", async () => {
  const before = await status();
  odd.broken = true;
  const { code, err } = await own.rung("up", "--size", "medium");
  expect(code).toBe(1);
  expect(err).toContain("Vercel did not build the release: ERROR, no such region");
  expect(err).toContain("no such region: mars1");
  expect((await status()).image).toBe(before.image);
  const failed = (await deployments())[0]?.id;
  odd.broken = false;
  const again = await own.rung("up");
  expect(again.code, again.err).toBe(0);
  expect((await deployments()).map(({ id }) => id)).not.toContain(failed);
  expect((await status()).image).not.toBe(before.image);
});

test("rollback puts the bundle before back; one that is held back in the dashboard is a failed one", async () => {
  const { releases } = await status();
  const [now, earlier] = releases.map(({ image }: { image: string }) => image);
  odd.rolledBackTo = "dpl_of_the_dashboard";
  const back = await own.rung("rollback");
  expect(back.code).toBe(1);
  expect(back.err).toContain("dpl_of_the_dashboard serves production");
  expect((await status()).image).toBe(now);
  odd.rolledBackTo = undefined;
  const { code, err } = await own.rung("rollback");
  expect({ code, err }).toEqual({ code: 0, err: "" });
  expect((await status()).image).toBe(earlier);
});

test("logs: the past is refused with where it is", async () => {
  const { code, err } = await own.rung("logs");
  expect(code).toBe(1);
  expect(err).toContain("rung logs --follow");
});

test("down with the data leaves nothing", async () => {
  const gone = await own.rung("down", "--delete-data", "--yes");
  expect(gone.code, gone.err).toBe(0);
  expect((await own.held()).map(({ type }) => type)).toEqual([]);
});
